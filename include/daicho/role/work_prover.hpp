#pragma once

#include <daicho/hash/encoded_records.hpp>
#include <daicho/ledger/tree.hpp>
#include <daicho/record/page.hpp>
#include <daicho/role/release_prover.hpp>

namespace daicho::role {

/// Of a block's transactions, the way from one up to their root (RFC 9162 2.1.3.1), lowest node first. Consumes the leaves' digests.
template <hash_function H>
tree_path path_in_block(std::vector<digest> level, std::size_t index) {
    tree_path path;
    for (; level.size() > 1; index /= 2) {
        if ((index ^ 1) < level.size()) path.push_back(level[index ^ 1]);
        std::size_t n = 0;
        for (std::size_t i = 0; i < level.size(); i += 2) level[n++] = i + 1 < level.size() ? ledger::node_hash<H>(level[i], level[i + 1]) : level[i];
        level.resize(n);
    }
    return path;
}

/// A gateway that proves by work: a release lies in a block under `final_depth` others, and headers lead there from where the asker is.
/// It keeps the last blocks only, so headers come from its nodes; it judges them as its devices will, part by part, with a head of its own
/// that is durable before a release is let in. A device that is far behind gets headers first, then the bundle.
template <class P, class Platform>
    requires proves_by_work<Platform>
class release_prover<P, Platform> {
    using client_type = light_client_of<Platform>;
    using head_type = typename client_type::head_type;
    using ledger_type = ledger_client<P, Platform>;
    using header_type = sealed_header_of<P>;

public:
    struct options {
        std::optional<client_type> follows;      ///< nobody: releases are spread without proof, as without a light_client
    };
    /// A release that is in a block, and where.
    struct proven {
        transaction_of<P> released{};
        work_evidence evidence{};                ///< all of it but the headers

        std::string where() const { return "in block " + std::to_string(evidence.height); }
    };
    using shown_type = std::function<void(result<bytes>, proven const&)>;

    release_prover(options o, ledger_type& ledger) : options_(std::move(o)), ledger_(ledger) {}

    /// Errors: the spool's; store_corrupt.
    fault restore() {
        auto const cell = ledger_.cell("ledger_head");
        if (!cell) return cell.error();
        if (cell->empty()) return {};
        if (auto f = schema::decode_into(*cell, head_)) return {errc::store_corrupt, "ledger head", f.at};
        return {};
    }
    bool demands() const noexcept { return options_.follows.has_value(); }
    head_type const& head() const noexcept { return head_; }

    /// Is this release in the ledger, under enough work? Errors: not_found (the chain does not show it), not_final (not yet), wrong_digest
    /// (what the ledger holds under this version is another), those of asking, and what check_logged refuses it for.
    void prove(release const& wanted, std::uint64_t, std::function<void(result<proven>)> then) {
        auto const* tx = ledger_.released(wanted.model, wanted.version);
        auto const* entry = ledger_.members().find_release(wanted.model, wanted.version);
        if (!tx || !entry) return then(fault{errc::not_found, "ledger"});
        if (!(tx->body.release->body == wanted)) return then(fault{errc::wrong_digest, "ledger", wanted.version});
        if (entry->height > ledger_.chain().final_height()) return then(fault{errc::not_final, "ledger", entry->height});
        if (ledger_.nodes().empty()) return then(fault{errc::unreachable, "ledger"});
        auto const done = other_node(std::move(then));
        http_request r{.path = "/chain", .query = "from=" + std::to_string(entry->height) + "&limit=1", .accept = std::string(cbor_type)};
        ledger_.ask(node(), std::move(r), [this, tx = *tx, height = entry->height, done](result<http_response> answer) {
            auto p = found_in(answer, tx, height);
            if (!p) return done(p.error());
            judge(std::make_shared<proven const>(std::move(*p)), done);
        });
    }

    /// What leads who has come to block `seen` to that release: headers_first, or the bundle. Errors: those of asking; not_final (the node's chain
    /// does not reach far enough); oversized (the release lies too far below where the asker is for one bundle).
    void show(proven const& p, std::uint64_t seen, shown_type then) {
        auto const height = p.evidence.height, depth = options_.follows->genesis().final_depth;
        std::uint64_t const first = std::min(seen, height - 1) + 1, last = std::max(height + depth, seen);
        http_request r{.path = "/headers", .query = "from=" + std::to_string(first) + "&limit=" + std::to_string(limits::headers), .accept = std::string(cbor_type)};
        ledger_.ask(node(), std::move(r), [this, p, first, last, depth, then](result<http_response> answer) {
            auto const page = opened<header_page<proof_of<P>>>(answer);
            if (!page) return then(page.error(), p);
            bytes run;
            std::uint64_t n = 0;
            for (auto& h : page->headers) {
                auto const one = encode(h);
                if (run.size() + one.size() > limits::evidence_headers) break;
                run.insert(run.end(), one.begin(), one.end());
                ++n;
            }
            bool const whole = first + n > last, more = page->headers.size() > n || first + n <= page->height;
            if (whole) return then(bundle(p, run), p);
            if (!more) return then(fault{errc::not_final, "ledger", first + n}, p);
            if (first > p.evidence.height || n <= depth) return then(fault{errc::oversized, "bundle.headers", run.size()}, p);
            then(encode(headers_first{{run}}), p);
        });
    }

private:
    std::string const& node() const { return ledger_.nodes()[node_ % ledger_.nodes().size()].url; }
    /// After a node that did not serve, the next is asked another.
    std::function<void(result<proven>)> other_node(std::function<void(result<proven>)> then) {
        return [this, then = std::move(then)](result<proven> r) {
            if (!r) ++node_;
            then(std::move(r));
        };
    }

    /// Whether it really is there the headers will tell.
    static result<proven> found_in(result<http_response> const& answer, transaction_of<P> const& tx, std::uint64_t height) {
        auto const page = opened<daicho::page>(answer);
        if (!page) return page.error();
        if (page->blocks.size() != 1) return fault{errc::not_found, "page.blocks", height};
        auto const block = decode<block_of<P>>(page->blocks[0]);
        if (!block) return block.error();
        auto const& all = block->transactions;
        auto const at = std::size_t(std::find(all.begin(), all.end(), tx) - all.begin());
        if (at == all.size()) return fault{errc::not_found, "block.transactions", height};
        proven p{tx, {.headers = {}, .height = height, .index = at, .leaves = all.size(), .inclusion = {}}};
        p.evidence.inclusion = path_in_block<hash_of<P>>(encoded_records(all).template digests<hash_of<P>>(ledger::leaf_prefix), at);
        return p;
    }

    result<bytes> bundle(proven const& p, bytes const& headers) const {
        auto const* publisher = ledger_.credential(p.released.body.release->body.publisher);
        if (!publisher) return fault{errc::unknown_sender, "release.publisher"};
        trust::bundle_of<P, client_type> b{p.released, trust::present<P>(*publisher, ledger_.rotation()), p.evidence};
        b.evidence.headers = {headers};
        return encode(b);
    }

    /// Reads on from its own head until the bundle comes, and decides. Every part moves the head, by headers that cost their work.
    void judge(std::shared_ptr<proven const> p, std::function<void(result<proven>)> then) {
        show(*p, head_.reached(), [this, p, then](result<bytes> made, proven const&) {
            if (!made) return then(made.error());
            headers_first more{};
            if (!schema::decode_into(*made, more)) {
                auto const next = options_.follows->advance(head_, more.headers);
                if (!next) return then(next.error());
                return keep(*next, [this, p, then](fault f) { f ? then(f) : judge(p, then); });
            }
            trust::bundle_of<P, client_type> b{};
            if (auto f = schema::decode_into(*made, b)) return then(f);
            auto const in = trust::check_logged<P>(ledger_.anchor(), *options_.follows, head_, b);
            if (!in) return then(in.error());
            if (in->head == head_) return then(*p);
            keep(in->head, [p, then](fault f) { f ? then(f) : then(*p); });
        });
    }
    void keep(head_type const& next, std::function<void(fault)> then) {
        ledger_.keep("ledger_head", encode(next), [this, next, then](fault f) {
            if (!f && next.reached() >= head_.reached()) head_ = next;
            then(f);
        });
    }

    options options_;
    ledger_type& ledger_;
    head_type head_{};
    std::size_t node_ = 0;
};

} // namespace daicho::role
