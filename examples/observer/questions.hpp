#pragma once

#include "composition.hpp"
#include "https.hpp"
#include "process.hpp"

#include <daicho/asio/http_client.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/record/found.hpp>
#include <daicho/record/proof.hpp>
#include <daicho/role/opened.hpp>
#include <daicho/role/table.hpp>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <optional>

/// What a node's index is asked, without reading its chain.
namespace questions {

using namespace daicho;
using found_type = found_transactions<::protocol::signature>;

struct request {
    std::string node, device, sender, model, state, since, until, after, svg;
    std::optional<std::uint64_t> version;
    std::uint64_t limit = 100, step = 86400;
    bool all = false, check = false, json = false;

    void add_to(CLI::App& list, CLI::App& adoption) {
        list.description("Transactions by device, sender, model, version, state and time; all that are named must hold");
        list.footer("  observer --genesis g.cbor --node URL list --device 3fa9...            what it said and what was said to it\n"
                    "  observer --genesis g.cbor --node URL list --model lamp --state failed --since 2026-11-01 --all\n"
                    "  observer --genesis g.cbor --node URL list --model lamp --version 3 --check\n"
                    "One page of the final transactions, oldest first, and the --after with which the next one begins: it is about the same height\n"
                    "whatever the chain does meanwhile. The node finds them in its index. --check asks it to prove each, against the header of\n"
                    "that height; that none is missing, only reading the whole chain shows (history), or the fleet map.");
        list.add_option("--device", device, "Its id: sender or recipient");
        list.add_option("--sender", sender, "An id");
        list.add_option("--model", model, "A model");
        list.add_option("--version", version, "A version of the model");
        list.add_option("--state", state, "What they say: released, cached, installed, failed, rolled_back, running, enrolled, expelled, ...");
        list.add_option("--since", since, "2026-11-22, 2026-11-22T21:05:33 (UTC), or seconds since 1970: blocks of that time or later");
        list.add_option("--until", until, "The same: blocks of that time or earlier");
        list.add_option("--limit", limit, "Rows in a page")->check(CLI::Range(1, int(limits::found)))->capture_default_str();
        list.add_option("--after", after, "Where the page before said that the next one begins");
        list.add_flag("--all", all, "Page after page, to the end");
        list.add_flag("--check", check, "Have each proven");
        adoption.description("How a version spread: devices of the model that ran it, or a newer one, at the end of each day");
        adoption.footer("  observer --genesis g.cbor --node URL adoption --model lamp --version 3\n"
                        "  observer --genesis g.cbor --node URL adoption --model lamp --version 3 --step 3600 --svg adoption.svg\n"
                        "It is counted by the node from what devices signed. To count it yourself: list --model lamp --all --check.");
        adoption.add_option("--model", model, "The model")->required();
        adoption.add_option("--version", version, "The version")->required();
        adoption.add_option("--step", step, "Seconds that a bar stands for")->check(CLI::Range(1, 366 * 86400))->capture_default_str();
        adoption.add_option("--svg", svg, "A picture into this file, in place of bars");
    }
};

/// A day, a moment (UTC), or seconds since 1970.
inline std::optional<std::uint64_t> moment(std::string const& text, bool end_of_day) {
    if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos && text.size() < 19) return std::stoull(text);
    for (auto format : {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"}) {
        std::tm t{};
        auto const* end = ::strptime(text.c_str(), format, &t);
        if (!end || *end != '\0') continue;
        auto const seconds = ::timegm(&t);
        if (seconds >= 0) return std::uint64_t(seconds) + (end_of_day && text.size() == 10 ? 86399 : 0);
    }
    return std::nullopt;
}

inline std::string encoded(std::string_view text) {
    std::string out;
    for (char c : text) {
        byte const b = byte(c);
        if ((b < 128 && std::isalnum(b)) || c == '-' || c == '_' || c == '.') out += c;
        else out += '%', out += "0123456789ABCDEF"[b >> 4], out += "0123456789ABCDEF"[b & 15];
    }
    return out;
}

class reader {
public:
    static result<reader> of(std::string node, digest const& chain_id) {
        asio::http_client_options http;
        if (auto e = allow_https(http)) return e.why;
        return reader(std::move(node), chain_id, std::move(http));
    }

    template <class T>
    result<T> get(std::string const& target) {
        auto answer = client_->send(node_ + target, {.accept = std::string(role::cbor_type)});
        if (!answer) return answer.error();
        if (answer->status == 400) {
            auto const text = as_text(answer->body);
            std::cerr << text.substr(0, 200) << (text.ends_with('\n') ? "" : "\n");
            return fault{errc::out_of_range, "the node refuses the question"};
        }
        auto record = role::opened<T>(answer);
        if constexpr (requires { record->chain_id; })
            if (record && record->chain_id != chain_id_) return fault{errc::foreign_genesis, "answer.chain_id"};
        return record;
    }

    /// What the header at a height, whose hash is `head`, commits to. That the header is the chain's, `verify` shows.
    result<commitments> held_at(std::uint64_t height, digest const& head) {
        auto const p = get<page>("/chain?limit=1&from=" + std::to_string(height));
        if (!p) return p.error();
        auto const block = p->blocks.empty() ? fault{errc::not_found, "page.blocks"} : decode<block_of<::protocol>>(p->blocks[0]);
        if (!block) return block.error();
        if (block->head().index != height || ledger::hash_of_block<::protocol>(block->sealed) != head) return fault{errc::unlinked_block, "answer.head", height};
        return decode<commitments>(block->head().commitments);
    }

    fault prove(found_type::list_type::value_type const& f, std::uint64_t size, digest const& root) {
        auto const p = get<inclusion_proof>("/proof?index=" + std::to_string(f.index) + "&size=" + std::to_string(size));
        if (!p) return p.error();
        return ledger::verify_inclusion<hash_of<::protocol>>({ledger::leaf_hash<hash_of<::protocol>>(encode(f.transaction)), f.index, p->path}, size, root);
    }

private:
    reader(std::string node, digest const& chain_id, asio::http_client_options http)
        : node_(std::move(node)), chain_id_(chain_id), client_(std::make_unique<asio::http_client>(std::move(http))) {}
    std::string node_;
    digest chain_id_;
    std::unique_ptr<asio::http_client> client_;
};

inline process::ending list(request const& q, digest const& chain_id) {
    std::string query = "/transactions?limit=" + std::to_string(q.limit);
    for (auto [name, value] : {std::pair{"device", &q.device}, {"sender", &q.sender}, {"model", &q.model}, {"state", &q.state}})
        if (!value->empty()) query += std::string("&") + name + "=" + encoded(*value);
    if (q.version) query += "&version=" + std::to_string(*q.version);
    for (auto [name, value, end] : {std::tuple{"from", &q.since, false}, {"to", &q.until, true}}) {
        if (value->empty()) continue;
        auto const at = moment(*value, end);
        if (!at) return {{errc::invalid_text, end ? "--until" : "--since"}, *value};
        query += std::string("&") + name + "=" + std::to_string(*at);
    }
    auto node = reader::of(q.node, chain_id);
    if (!node) return {node.error(), q.node};
    auto const json_row = [](auto& f) {
        return boost::json::object{{"index", f.index}, {"block", f.height}, {"when", f.time}, {"transaction", schema::to_json_value(f.transaction)}};
    };
    boost::json::array rows;
    role::table t({"index", "block", "when", "state", "model", "version", "sender"});
    found_type page{};
    std::string after = q.after;
    std::size_t proven = 0;
    do {
        auto answer = node->get<found_type>(query + (after.empty() ? "" : "&after=" + encoded(after)));
        if (!answer) return {answer.error(), q.node};
        page = std::move(*answer);
        if (q.check && !page.found.empty()) {
            auto const held = node->held_at(page.height, page.head);
            if (!held) return {held.error(), q.node};
            if (held->history_size != page.size) return {{errc::wrong_commitments, "answer.size", page.size}, q.node};
            for (auto& f : page.found)
                if (auto refused = node->prove(f, page.size, held->history_root)) return {refused, q.node + ", transaction " + std::to_string(f.index)};
            proven += page.found.size();
        }
        for (auto& f : page.found) {
            auto const& b = f.transaction.body;
            if (q.json) rows.push_back(json_row(f));
            else t.row({std::to_string(f.index), std::to_string(f.height), role::utc(f.time), std::string(schema::name_of(b.state)), std::string(b.model),
                        b.model.empty() ? "" : std::to_string(b.ver), to_hex(b.sender).substr(0, 16)});
        }
        if (std::string_view(page.next) == after && !after.empty()) return {{errc::wrong_index, "answer.next"}, q.node};
        after = page.next.view();
    } while (!after.empty() && (q.all || page.found.empty()));
    if (q.json) {
        boost::json::object out{{"height", page.height}, {"head", to_hex(page.head)}, {"size", page.size}, {"found", std::move(rows)}, {"next", after}};
        std::cout << boost::json::serialize(out) << '\n';
        return {};
    }
    std::cout << t.text() << t.size() << " of " << page.size << " transactions up to height " << page.height;
    if (q.check) std::cout << ", " << proven << " proven";
    std::cout << (after.empty() ? "" : "; the next: --after " + after) << '\n';
    return {};
}

/// A curve of steps, and under it what is counted.
inline std::string picture(adoption const& a, std::vector<adoption_step> const& steps) {
    constexpr std::uint64_t wide = 640, high = 240, left = 56, top = 36;
    std::uint64_t most = 1;
    for (auto& s : steps) most = std::max({most, s.devices, s.adopted});
    auto const first = steps.empty() ? 0 : steps.front().from, span = steps.empty() ? 1 : steps.back().from + a.step - first;
    auto const x = [&](std::uint64_t t) { return std::to_string(left + std::uint64_t(double(t - first) / double(span) * wide)); };
    auto const y = [&](std::uint64_t n) { return std::to_string(top + high - std::uint64_t(double(n) / double(most) * high)); };
    auto const line = [&](char const* style, auto count) {
        std::string d;
        for (auto& s : steps) d += d.empty() ? "M" + x(s.from) + ' ' + y(count(s)) : 'H' + x(s.from) + 'V' + y(count(s));
        if (!d.empty()) d += "H" + std::to_string(left + wide);
        return "<path fill='none' " + std::string(style) + " d='" + d + "'/>\n";
    };
    std::string name;
    for (char c : a.model.view()) name += c == '<' || c == '>' || c == '&' ? '_' : c;
    std::string out = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + std::to_string(left + wide + 24) + ' ' + std::to_string(top + high + 40) +
                      "' font-family='sans-serif' font-size='13' fill='#333'>\n<rect width='100%' height='100%' fill='#fff'/>\n";
    out += "<text x='" + std::to_string(left) + "' y='20'>" + name + ": version " + std::to_string(a.version) + " or newer, of all devices</text>\n";
    for (auto n : {std::uint64_t(0), most}) out += "<text x='" + std::to_string(left - 8) + "' y='" + y(n) + "' text-anchor='end'>" + std::to_string(n) + "</text>\n";
    if (!steps.empty()) {
        auto const under = std::to_string(top + high + 24);
        out += "<text x='" + std::to_string(left) + "' y='" + under + "'>" + role::utc(first) + "</text>\n";
        out += "<text x='" + std::to_string(left + wide) + "' y='" + under + "' text-anchor='end'>" + role::utc(first + span) + "</text>\n";
    }
    return out + line("stroke='#999' stroke-width='1.5'", [](auto& s) { return s.devices; }) + line("stroke='#06c' stroke-width='2.5'", [](auto& s) { return s.adopted; }) + "</svg>\n";
}

inline std::string bars(adoption const& a, std::vector<adoption_step> const& steps) {
    constexpr std::uint64_t wide = 40, most_rows = 400;
    role::table t({a.step == 86400 ? "day" : "from", "adopted", "devices", ""});
    auto const row = [&](std::uint64_t from, adoption_step const& s) {
        auto const full = s.devices == 0 ? 0 : std::size_t(double(std::min(s.adopted, s.devices)) / double(s.devices) * wide + 0.5);
        std::string bar;
        for (std::size_t i = 0; i != wide; ++i) bar += i < full ? "█" : "·";
        t.row({role::utc(from).substr(0, a.step % 86400 == 0 ? 10 : 20), std::to_string(s.adopted), std::to_string(s.devices), bar});
    };
    for (std::size_t i = 0; i != steps.size(); ++i) {
        auto const until = i + 1 == steps.size() ? steps[i].from + a.step : steps[i + 1].from;
        // Steps without a change are as the one before them; a long silence is one row.
        bool const silent = (until - steps[i].from) / a.step > most_rows;
        for (auto from = steps[i].from; from < until; from += a.step) {
            row(from, steps[i]);
            if (silent) break;
        }
    }
    return t.text();
}

inline process::ending show_adoption(request const& q, digest const& chain_id) {
    auto node = reader::of(q.node, chain_id);
    if (!node) return {node.error(), q.node};
    auto const query = "/adoption?limit=256&model=" + encoded(q.model) + "&version=" + std::to_string(*q.version) + "&step=" + std::to_string(q.step);
    adoption answer{};
    std::vector<adoption_step> steps;
    std::string after;
    do {
        auto got = node->get<adoption>(query + (after.empty() ? "" : "&after=" + encoded(after)));
        if (!got) return {got.error(), q.node};
        answer = std::move(*got);
        if (answer.step != q.step) return {{errc::out_of_range, "answer.step", answer.step}, q.node};
        for (auto& s : answer.steps) {
            if (!steps.empty() && s.from < steps.back().from) return {{errc::wrong_index, "answer.steps", s.from}, q.node};
            if (!steps.empty() && s.from == steps.back().from) steps.back() = s;  // a page ended within it
            else steps.push_back(s);
        }
        if (std::string_view(answer.next) == after && !after.empty()) return {{errc::wrong_index, "answer.next"}, q.node};
        after = answer.next.view();
    } while (!after.empty());
    if (!q.svg.empty()) {
        auto const text = picture(answer, steps);
        if (auto f = file::replace_file(q.svg, as_bytes(text))) return {f, q.svg};
        std::cout << "written to " << q.svg << '\n';
    } else if (q.json) {
        boost::json::array rows;
        for (auto& s : steps) rows.push_back(boost::json::object{{"from", s.from}, {"size", s.size}, {"devices", s.devices}, {"adopted", s.adopted}});
        std::cout << boost::json::serialize(boost::json::object{{"height", answer.height}, {"head", to_hex(answer.head)}, {"size", answer.size}, {"steps", std::move(rows)}}) << '\n';
    } else {
        std::cout << bars(answer, steps) << q.model << " version " << *q.version << " or newer, up to height " << answer.height << '\n';
    }
    return {};
}

} // namespace questions
