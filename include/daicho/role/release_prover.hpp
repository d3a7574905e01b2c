#pragma once

#include <daicho/record/forked_log.hpp>
#include <daicho/role/bundle_desk.hpp>
#include <daicho/role/ledger_client.hpp>

namespace daicho::role {

/// What a gateway asks of the ledger before it spreads a release, and shows to its devices. Its Platform decides: one that names no
/// `light_client` asks for nothing.
template <class P, class Platform>
struct release_prover {
    struct options {};
    struct proven {};

    release_prover(options const&, ledger_client<P, Platform>&) {}
    fault restore() { return {}; }
    bool demands() const noexcept { return false; }
};

template <class Platform> concept proves_first = follows_ledger<Platform>;
/// With headers that carry work, not with a log that witnesses watch.
template <class Platform> concept proves_by_work = proves_first<Platform> && std::same_as<typename light_client_of<Platform>::evidence_type, work_evidence>;

/// One that does judges as its devices will, with a head of its own that is durable before a release is let in: a node that lies, or
/// shows this gateway another history than the world sees, makes it spread nothing.
template <class P, class Platform>
    requires proves_first<Platform>
class release_prover<P, Platform> {
    using client_type = light_client_of<Platform>;
    using head_type = typename client_type::head_type;
    using desk_type = bundle_desk<P>;
    using ledger_type = ledger_client<P, Platform>;
    static_assert(std::same_as<typename client_type::evidence_type, log_evidence>, "a gateway proves with a log that witnesses watch, or with headers that carry work: docs/light-client.md");

public:
    struct options {
        std::optional<client_type> follows;      ///< whom genesis names; nobody: releases are spread without proof, as without a light_client
        std::vector<std::string> witnesses;      ///< URLs, asked to cosign what devices are shown
    };
    /// A release that is in the ledger, and where.
    struct proven {
        transaction_of<P> released{};
        typename desk_type::place place;

        std::string where() const { return "in a tree of " + std::to_string(place.size); }
    };

    release_prover(options o, ledger_type& ledger)
        : options_(std::move(o)), ledger_(ledger),
          desk_([this](std::string const& url, http_request r, auto then) { ledger_.ask(url, std::move(r), std::move(then)); }) {}

    /// Errors: the spool's; store_corrupt.
    fault restore() {
        auto const cell = ledger_.cell("ledger_head");
        if (!cell) return cell.error();
        if (cell->empty()) return {};
        if (auto f = schema::decode_into(*cell, head_)) return {errc::store_corrupt, "ledger head", f.at};
        newest_ = head_;
        return {};
    }
    bool demands() const noexcept { return options_.follows.has_value(); }
    head_type const& head() const noexcept { return head_; }

    /// Is this release in the ledger, in a tree of `least` transactions at least? Errors: not_found (the chain does not show it, or not as final yet), those of asking, and what
    /// check_logged refuses it for; wrong_digest (what the ledger holds under this version is another).
    void prove(release const& wanted, std::uint64_t least, std::function<void(result<proven>)> then) {
        auto const* tx = ledger_.released(wanted.model, wanted.version);
        if (!tx) return then(fault{errc::not_found, "ledger"});
        if (!(tx->body.release->body == wanted)) return then(fault{errc::wrong_digest, "ledger", wanted.version});
        if (ledger_.nodes().empty()) return then(fault{errc::unreachable, "ledger"});
        auto const node = ledger_.nodes()[node_ % ledger_.nodes().size()].url;
        hear(node, [this, node, least, tx = *tx, then = other_node(std::move(then))](fault f) {
            if (f) return then(f);
            desk_.find(node, digest_of<hash_of<P>>(tx), std::max(least, head_.reached()), options_.witnesses, [this, node, tx, then](auto found) {
                if (!found) return then(found.error());
                judge(node, proven{tx, std::move(*found)}, then);
            });
        });
    }

    /// The bundle for who has seen so much of the ledger; what it takes to make it, `p` keeps. Errors: those of prove.
    void show(proven const& p, std::uint64_t seen, std::function<void(result<bytes>, proven const&)> then) {
        if (seen <= p.place.size) return bundle(ledger_.nodes()[node_ % ledger_.nodes().size()].url, p, seen, [p, then](auto b) { then(std::move(b), p); });
        auto const wanted = p.released.body.release->body;
        prove(wanted, seen, [this, p, seen, then](result<proven> newer) {
            if (!newer) return then(newer.error(), p);
            bundle(ledger_.nodes()[node_ % ledger_.nodes().size()].url, *newer, seen, [n = *newer, then](auto b) { then(std::move(b), n); });
        });
    }

private:
    /// After a node that did not serve, the next is asked another.
    std::function<void(result<proven>)> other_node(std::function<void(result<proven>)> then) {
        return [this, then = std::move(then)](result<proven> r) {
            if (!r) ++node_;
            then(std::move(r));
        };
    }

    void bundle(std::string const& node, proven const& p, std::uint64_t seen, std::function<void(result<bytes>)> then) {
        auto const* publisher = ledger_.credential(p.released.body.release->body.publisher);
        if (!publisher) return then(fault{errc::unknown_sender, "release.publisher"});
        desk_.bundle(node, p.place, p.released, trust::present<P>(*publisher, ledger_.rotation()), seen, std::move(then));
    }

    void judge(std::string const& node, proven p, std::function<void(result<proven>)> then) {
        bundle(node, p, head_.reached(), [this, p, then](result<bytes> made) {
            if (!made) return then(made.error());
            trust::bundle_of<P, client_type> b{};
            if (auto f = schema::decode_into(*made, b)) return then(f);
            auto const in = trust::check_logged<P>(ledger_.anchor(), *options_.follows, head_, b);
            if (!in) return then(in.error());
            if (in->head == head_) return then(p);
            keep(in->head, [p, then](fault f) { f ? then(f) : then(p); });
        });
    }

    static constexpr bool convicts = requires(client_type const& c, head_type const& h, forked_log const& e) { c.convict(h, e); };

    /// Does a node hold evidence against a witness, or against who signs for the log? What it says besides is no reason to stop: no node
    /// must have any. Errors: those of keeping it.
    void hear(std::string const& node, std::function<void(fault)> then) {
        if constexpr (convicts) {
            ledger_.ask(node, {.path = "/forks", .accept = std::string(cbor_type)}, [this, then](result<http_response> answer) {
                auto next = head_;
                if (auto const all = opened<forked_logs>(answer))
                    for (auto& raw : all->all)
                        if (forked_log e{}; !schema::decode_into(raw, e))
                            if (auto const convicted = options_.follows->convict(next, e)) next = *convicted;
                next == head_ ? then({}) : keep(next, then);
            });
        } else {
            then({});
        }
    }

    /// Durable before it counts; what was learnt at the same time is not lost over it. Errors: the spool's.
    void keep(head_type next, std::function<void(fault)> then) {
        auto const before = newest_;
        if (newest_.reached() < next.reached()) newest_ = next;
        if constexpr (convicts) newest_.caught = before.caught | next.caught;
        ledger_.keep("ledger_head", encode(newest_), [this, kept = newest_, then](fault f) {
            if (!f) head_ = kept;
            then(f);
        });
    }

    options options_;
    ledger_type& ledger_;
    desk_type desk_;
    head_type head_{};    // durable
    head_type newest_{};  // perhaps not yet
    std::size_t node_ = 0;
};

} // namespace daicho::role
