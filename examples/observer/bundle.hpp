#pragma once

#include "https.hpp"
#include "composition.hpp"
#include "process.hpp"

#include <daicho/asio/http_client.hpp>
#include <daicho/record/proof.hpp>
#include <daicho/role/branch_pull.hpp>
#include <daicho/role/observer.hpp>
#include <daicho/tlog/add_checkpoint.hpp>
#include <daicho/trust/bundle.hpp>
#include <daicho/trust/credential.hpp>
#include <daicho/trust/log_keys.hpp>

#include <iostream>

/// A release and the proof that it is in the ledger, as one file: what `device --bundle` installs from.
namespace bundling {

using namespace daicho;
using transaction_type = transaction_of<::protocol>;

struct request {
    std::string node, file, model;
    std::uint64_t version = 0;                 ///< 0: the newest
    std::uint64_t older_size = 0;              ///< of a tree that the reader may know already
    std::vector<std::string> witnesses;        ///< URLs to ask for a cosignature
};

/// What the chain says of a release: its transaction, who its publisher is, and who replaced the management key since.
struct found_release {
    std::optional<transaction_type> released, publisher, rotation;
};
inline found_release find(std::vector<block_of<::protocol>> const& blocks, request const& r) {
    found_release out;
    for (auto& b : blocks)
        for (auto& tx : b.transactions) {
            auto const& t = tx.body;
            bool const wanted = t.state == state::released && t.model == r.model && (r.version == 0 ? !out.released || t.ver > out.released->body.ver : t.ver == r.version);
            if (wanted) out.released = tx;
            if (t.state == state::enrolled && t.enrolment->role == member_role::management) out.rotation = tx;
        }
    if (!out.released) return out;
    for (auto& b : blocks)
        for (auto& tx : b.transactions)
            if (tx.body.state == state::enrolled && tx.body.recipient == out.released->body.release->body.publisher) out.publisher = tx;
    return out;
}

/// Asks a node for its log, and witnesses for their word about it.
class log_reader {
public:
    explicit log_reader(asio::http_client_options http, std::string node) : client_(std::move(http)), node_(std::move(node)) {}

    result<std::string> checkpoint() {
        auto answer = client_.send(node_ + "/checkpoint", {});
        if (!answer) return answer.error();
        if (answer->status != 200) return fault{errc::not_found, "checkpoint", answer->status};
        return std::string(as_text(answer->body));
    }
    template <class Proof>
    result<Proof> proof(std::string const& path) {
        auto answer = client_.send(node_ + path, {.accept = std::string(role::cbor_type)});
        return role::branch_pull<::protocol>::opened<Proof>(answer);
    }
    result<consistency_proof> growth(std::uint64_t from, std::uint64_t to) {
        if (from == 0 || from == to) return consistency_proof{.old_size = from, .size = to};
        return proof<consistency_proof>("/proof/consistency?old=" + std::to_string(from) + "&size=" + std::to_string(to));
    }

    /// A witness says which size it knows (409) when it is asked from another one (C2SP tlog-witness).
    result<std::string> cosignature(std::string const& witness, std::string const& note, std::uint64_t size) {
        std::uint64_t known = 0;
        for (int tries = 0; tries != 2; ++tries) {
            auto const path = growth(known, size);
            if (!path) return path.error();
            tlog::add_checkpoint ask{.old_size = known, .note = note};
            for (auto& node : path->path)
                if (!ask.proof.push_back(node)) return fault{errc::oversized, "proof.path"};
            auto const text = ask.text();
            auto const answer = client_.send(witness + "/add-checkpoint", {.method = "POST", .content_type = "text/plain", .body = {text.begin(), text.end()}});
            if (!answer) return answer.error();
            if (answer->status == 200) return std::string(as_text(answer->body));
            if (answer->status != 409) return fault{errc::not_permitted, "witness", answer->status};
            auto told = as_text(answer->body);
            while (told.ends_with('\n')) told.remove_suffix(1);
            auto const other = tlog::checkpoint::decimal(told);
            if (!other) return other.error();
            known = *other;
        }
        return fault{errc::timed_out, "witness"};
    }

private:
    asio::http_client client_;
    std::string node_;
};

/// Writes the bundle. `blocks`: the node's chain, which was checked.
inline process::ending write(request const& r, genesis_of<::protocol> const& g, std::vector<block_of<::protocol>> const& blocks) {
    if (auto const keys = trust::log_keys::of(g.watch); !keys) return {keys.error(), "who is to believe a bundle"};
    auto const found = find(blocks, r);
    if (!found.released || !found.publisher) return {{errc::not_found, "release"}, r.model};
    asio::http_client_options http;
    if (auto e = allow_https(http)) return e;
    log_reader log(std::move(http), r.node);
    auto note = log.checkpoint();
    if (!note) return {note.error(), r.node};
    auto const parsed = tlog::note::parse(*note);
    auto const point = parsed ? tlog::checkpoint::parse(parsed->text()) : parsed.error();
    if (!point) return {point.error(), r.node};
    std::uint64_t const size = point->size;
    auto const at = log.proof<inclusion_proof>("/proof?size=" + std::to_string(size) + "&transaction=" + to_hex(digest_of<hash_of<::protocol>>(*found.released)));
    if (!at) return {at.error(), r.node + ": the release is not final yet, or not there"};
    auto const growth = log.growth(std::min(r.older_size, size), size);
    if (!growth) return {growth.error(), r.node};
    for (auto& witness : r.witnesses) {
        auto const line = log.cosignature(witness, *note, size);
        if (!line) return {line.error(), witness};
        *note += *line;
    }
    auto const made = trust::make_bundle<::protocol>(*found.released, trust::present<::protocol>(*found.publisher, found.rotation ? &*found.rotation : nullptr),
                                                     at->index, at->path, growth->old_size, growth->path, *note);
    if (!made) return {made.error(), r.file};
    if (auto f = file::replace_file(r.file, *made)) return {f, r.file};
    std::cout << made->size() << " bytes written to " << r.file << ": version " << found.released->body.ver << " of " << r.model << ", transaction " << at->index << " of "
              << size << ", seen by " << r.witnesses.size() << " witnesses\n";
    return {};
}

} // namespace bundling
