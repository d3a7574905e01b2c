#pragma once

#include "https.hpp"
#include "composition.hpp"
#include "process.hpp"

#include <daicho/base/percent.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/role/bundle_desk.hpp>
#include <daicho/role/opened.hpp>
#include <daicho/role/table.hpp>
#include <daicho/trust/fleet_statement.hpp>

#include <chrono>
#include <thread>

/// How devices stand, as one file that anybody checks with the hash of the genesis and nothing else (docs/proofs.md).
namespace proving {

using namespace daicho;
using statement = trust::fleet_statement_of<::protocol>;
using notes = daicho::cryptopp::ed25519;
using block_list = std::vector<block_of<::protocol>>;

inline constexpr std::size_t longest_file = 64 * 1024 * 1024;

struct request {
    std::string node, file, device, model;
    std::pair<std::string, std::uint64_t> behind;  ///< a model and a version; empty: it is about a device
    std::uint64_t since = 0;                       ///< to check one: a block that the reader knows of
    std::vector<std::string> witnesses;            ///< URLs to ask for a cosignature
};

/// What a statement says, a line a device.
inline void tell(statement const& s, trust::stated_fleet const& told) {
    auto const model = std::string(told.model);
    std::cout << "ledger " << s.genesis.name.view() << ", after block " << told.block.index << " of " << role::utc(told.block.time) << " and " << told.transactions << " transactions";
    std::cout << (told.seen ? ", seen by witnesses at " + role::utc(told.seen) : std::string()) << '\n';
    auto const line = [&](device_standing const& d) {
        std::cout << "device " << to_hex(d.device) << " of " << model << ": version " << d.version << ", " << schema::name_of(d.state) << " in block " << d.height
                  << (d.expelled ? ", and expelled" : "") << '\n';
    };
    if (std::holds_alternative<device_answer>(s.answer)) {
        if (told.standing) return line(*told.standing);
        std::cout << "device " << to_hex(told.device) << " is in no record of " << model << '\n';
        return;
    }
    for (auto& d : told.behind) line(d);
    std::cout << "these are all: " << told.behind.size() << " of the " << told.behind.of() << " devices of " << model << " run less than version "
              << std::get<behind_answer>(s.answer).version << '\n';
}

/// Reads a statement that somebody handed over, and says what it proves. `chain_id`: all that is known.
inline process::ending check(request const& r, digest const& chain_id) {
    auto const raw = file::read_file(r.file, longest_file);
    if (!raw) return {raw.error(), r.file};
    auto const s = decode<statement>(*raw);
    if (!s) return {s.error(), r.file};
    auto const told = trust::check_statement<::protocol, notes>(*s, chain_id, r.since);
    if (!told) return {told.error(), r.file};
    tell(*s, *told);
    return {};
}

/// A node's answer, and its checkpoint of the very same history. Blocks may come between the two questions: then both are asked again.
class node_answer {
public:
    node_answer(asio::http_client_options http, request const& r, node_id const& device)
        : client_(std::move(http)),
          desk_([this](std::string const& url, role::http_request asked, auto then) {
              then(client_.send(url + asked.path + (asked.query.empty() ? "" : "?") + asked.query, asked));
          }),
          node_(r.node),
          question_(r.behind.first.empty() ? "/fleet/device?id=" + to_hex(device) + (r.model.empty() ? "" : "&model=" + percent_encoded(r.model))
                                           : "/fleet/behind?model=" + percent_encoded(r.behind.first) + "&version=" + std::to_string(r.behind.second)),
          about_device_(r.behind.first.empty()) {}

    process::ending ask(bool watched) {
        for (int tries = 0; tries != 20; ++tries) {
            if (tries != 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
            if (auto e = about_device_ ? take<device_answer>() : take<behind_answer>()) return e;
            auto const size = history_size();
            if (!size) return {size.error(), node_};
            if (!watched) return {};
            result<place> signed_tree = fault{errc::not_found, "checkpoint"};
            desk_.checkpoint(node_, [&](auto p) { signed_tree = std::move(p); });
            if (!signed_tree) return {signed_tree.error(), node_};
            tree_ = std::move(*signed_tree);
            if (tree_.size == *size) return {};
        }
        return {{errc::timed_out, "checkpoint"}, node_ + ": its blocks come too fast"};
    }
    /// Puts the witnesses' words under the checkpoint.
    process::ending cosign(std::vector<std::string> const& witnesses) {
        desk_.cosign(node_, std::move(tree_), witnesses, [this](auto p) { tree_ = std::move(*p); });
        if (!tree_.silent.empty()) return {tree_.silent[0].second, tree_.silent[0].first};
        return {};
    }
    std::string const& note() const noexcept { return tree_.note; }

    statement::answer_type answer;

private:
    using place = role::bundle_desk<::protocol>::place;

    template <class Answer>
    process::ending take() {
        auto const said = client_.send(node_ + question_, {.accept = std::string(role::cbor_type)});
        if (said && said->status != 200) {
            auto const why = role::refused_for(*said);
            return {{why == errc::ok ? errc::not_found : why, "the node's answer, HTTP status", said->status}, node_ + question_};
        }
        auto a = role::opened<Answer>(said);
        if (!a) return {a.error(), node_};
        height_ = a->height;
        answer = std::move(*a);
        return {};
    }
    result<std::uint64_t> history_size() {
        auto const said = client_.send(node_ + "/chain?limit=1&from=" + std::to_string(height_), {.accept = std::string(role::cbor_type)});
        auto const p = role::opened<page>(said);
        if (!p) return p.error();
        if (p->blocks.empty()) return fault{errc::not_found, "page.blocks", height_};
        auto const b = decode<block_of<::protocol>>(p->blocks[0]);
        if (!b) return b.error();
        auto const c = decode<commitments>(b->head().commitments);
        if (!c) return c.error();
        return c->history_size;
    }

    asio::http_client client_;
    role::bundle_desk<::protocol> desk_;
    place tree_;
    std::string node_, question_;
    bool about_device_;
    std::uint64_t height_ = 0;
};

/// Writes a statement, once it convinces this process. `read_chain(blocks)`: the node's chain, checked.
template <class ReadChain>
process::ending write(request const& r, genesis_of<::protocol> const& g, node_id const& device, ReadChain&& read_chain) {
    asio::http_client_options http;
    if (auto e = allow_https(http)) return e;
    node_answer said(std::move(http), r, device);
    bool const watched = !g.watch.logs.empty();
    if (auto e = said.ask(watched)) return e;
    if (!watched && !r.witnesses.empty()) return {{errc::not_empty, "--witness"}, "genesis names none"};
    if (auto e = said.cosign(r.witnesses)) return e;
    block_list blocks;
    if (auto e = read_chain(blocks)) return e;
    auto const s = trust::make_statement<::protocol>(g, blocks, std::move(said.answer), said.note());
    if (!s) return {s.error(), r.node};
    auto const told = trust::check_statement<::protocol, notes>(*s, digest_of<hash_of<::protocol>>(g));
    if (!told) return {told.error(), r.node};
    auto const file = encode(*s);
    if (auto f = file::replace_file(r.file, file)) return {f, r.file};
    std::cout << file.size() << " bytes written to " << r.file << ": " << s->headers.size() << " headers, " << s->changes.size() << " changes of signers, seen by " << r.witnesses.size()
              << " witnesses\n";
    return {};
}

} // namespace proving
