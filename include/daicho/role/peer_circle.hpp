#pragma once

#include <daicho/record/identity.hpp>
#include <daicho/role/branch_pull.hpp>
#include <daicho/role/hearsay.hpp>
#include <daicho/role/peer.hpp>

#include <map>

namespace daicho::role {

/// The other ledger nodes that a node knows. Asks each who it is before anything else, looks at what it holds from time to
/// time, tells it what is new, and leaves it alone for a while when it sends what no honest node sends.
template <class P>
class peer_circle {
public:
    using then_type = std::function<void(fault)>;
    using ask_type = typename branch_pull<P>::ask_type;
    using take_type = typename branch_pull<P>::take_type;
    using tell_type = std::function<void(std::string event, std::string detail)>;
    using fill_type = std::function<fault(byte_span)>;

    static constexpr std::size_t most = known_peers::list_type::bound;
    static constexpr std::uint64_t ban_seconds = 60;

    peer_circle(ledger::chain<P> const& c, std::vector<peer> known, ask_type ask, take_type take, tell_type tell, fill_type fill, hearsay const& news)
        : chain_(c), peers_(std::move(known)), ask_(ask), tell_(std::move(tell)), fill_(std::move(fill)), news_(news),
          pull_(c, std::move(ask), std::move(take)) {}
    peer_circle(peer_circle const&) = delete;

    std::vector<peer> const& all() const noexcept { return peers_; }
    peer const* find(std::string_view url) const {
        auto const it = std::find_if(peers_.begin(), peers_.end(), [&](auto& p) { return p.url == url; });
        return it == peers_.end() ? nullptr : &*it;
    }
    std::uint64_t proven() const { return std::uint64_t(std::count_if(peers_.begin(), peers_.end(), [](auto& p) { return p.proven; })); }

    /// Errors: busy when there are too many already.
    fault add(node_id const& id, std::string_view url) {
        if (auto* known = at(url)) {
            if (known->id != id) *known = {id, std::string(url)};
            return {};
        }
        if (peers_.size() >= most) return {errc::busy, "peers", peers_.size()};
        peers_.push_back({id, std::string(url)});
        return {};
    }
    void drop(std::string_view url) {
        std::erase_if(peers_, [&](auto& p) { return p.url == url; });
    }

    void tick(std::uint64_t now, std::uint64_t sync_seconds) {
        for (auto& p : std::vector<peer>(peers_)) {
            if (p.busy || now < p.next || now < p.banned_until) continue;
            at(p.url)->next = now + sync_seconds;
            p.proven ? look_at(p.url, now) : prove(p.url, now);
        }
        spread();
    }

    /// Somebody said that there is something new: looks at everybody who can be looked at, but once a second at most.
    void look_around(std::uint64_t now) {
        for (auto& p : std::vector<peer>(peers_)) {
            if (ready(p, now) && now > p.looked) look_at(p.url, now);
            else at(p.url)->next = std::min(p.next, now + 1);
        }
    }
    /// Looks at everybody now, or waits for the look that is under way. `then` hears once, when the last has answered.
    void look_at_all(std::uint64_t now, std::function<void()> then) {
        auto open = std::make_shared<std::size_t>(1);
        auto const one = [open, then](fault) {
            if (--*open == 0) then();
        };
        for (auto& p : std::vector<peer>(peers_)) {
            if (!p.proven || now < p.banned_until) continue;
            ++*open;
            if (p.busy) listeners_.emplace(p.url, one);
            else look_at(p.url, now, one);
        }
        one({});
    }

    void tell_block(bytes const& canonical) {
        for (auto& p : peers_)
            if (p.proven) post(p.url, "/blocks/new", canonical, [](auto&&) {});
    }
    /// Tells everybody of the transactions that it has not heard of, one after the other: a sender's second never overtakes its
    /// first. Whom nothing reaches is told again at the next tick.
    void spread() {
        for (auto& p : std::vector<peer>(peers_)) spread_to(p.url);
    }

    /// Asks who is there, over a fresh nonce. `then` hears how it went.
    void prove(std::string const& url, std::uint64_t now, then_type then = {}) {
        auto* p = at(url);
        nonce128 nonce;
        fault const f = !p ? fault{errc::not_found, "peer"} : fill_(nonce);
        if (f) {
            if (then) then(f);
            return;
        }
        p->busy = true;
        ask_(url, {.path = "/identity", .query = "nonce=" + to_hex(nonce), .accept = std::string(cbor_type)},
             [this, url, now, nonce, then](result<http_response> answer) {
                 auto* asked = at(url);
                 fault const verdict = !asked ? fault{errc::not_found, "peer"} : check_identity(answer, asked->id, nonce);
                 if (asked) {
                     asked->busy = false;
                     if (!verdict && !asked->proven) tell_("peer", short_hex(asked->id) + " at " + url);
                     asked->proven = !verdict;
                 }
                 if (then) then(verdict);
                 if (!verdict) look_at(url, now);
                 else hear(url, verdict);
             });
    }

private:
    peer* at(std::string_view url) { return const_cast<peer*>(find(url)); }
    static bool ready(peer const& p, std::uint64_t now) { return p.proven && !p.busy && now >= p.banned_until; }

    fault check_identity(result<http_response> const& answer, node_id const& expected, nonce128 const& nonce) const {
        auto who = branch_pull<P>::template opened<identity<scheme_of<P>>>(answer);
        if (!who) return who.error();
        if (who->body.chain_id != chain_.chain_id()) return {errc::foreign_genesis, "identity.chain_id"};
        if (who->body.node != expected || id_of<P>(who->key) != expected || who->body.nonce != nonce) return {errc::not_authenticated, "identity.node"};
        if (!verify<P>(who->key, who->body, who->signature)) return {errc::not_authenticated, "identity.signature"};
        auto const* m = chain_.members().find(expected);
        if (m && m->expelled) return {errc::expelled_sender, "identity.node"};
        return {};
    }

    void spread_to(std::string const& url) {
        auto* p = at(url);
        if (!p || !p->proven || p->telling) return;
        auto news = news_.after(p->told);
        if (!news) return;
        p->telling = true;
        post(url, "/transactions/new", std::move(news->second), [this, url, number = news->first](result<http_response> answer) {
            auto* told = at(url);
            if (!told) return;
            told->telling = false;
            if (!answer || answer->status >= 500 || answer->status == 429) return;  // told again at the next tick
            told->told = std::max(told->told, number);
            spread_to(url);
        });
    }
    void post(std::string const& url, char const* path, bytes canonical, typename branch_pull<P>::answer_type then) {
        ask_(url, {.method = "POST", .path = path, .accept = std::string(cbor_type), .content_type = std::string(cbor_type), .body = std::move(canonical)},
             std::move(then));
    }

    void look_at(std::string const& url, std::uint64_t now, then_type then = {}) {
        auto* p = at(url);
        if (!p || !ready(*p, now)) {
            if (then) then({errc::busy, "peer"});
            return;
        }
        p->busy = true;
        p->looked = now;
        pull_.look(url, [this, url, now, then](fault f) {
            part(url, now, f);
            if (then) then(f);
            hear(url, f);
        });
    }
    void hear(std::string const& url, fault f) {
        auto const [first, last] = listeners_.equal_range(url);
        std::vector<then_type> now;
        for (auto it = first; it != last; ++it) now.push_back(std::move(it->second));
        listeners_.erase(first, last);
        for (auto& l : now) l(f);
    }

    /// Ends a conversation.
    void part(std::string const& url, std::uint64_t now, fault f) {
        auto* p = at(url);
        if (!p) return;
        p->busy = false;
        if (f.code == errc::unreachable || f.code == errc::timed_out || f.code == errc::disconnected) p->proven = false;
        if (!lies(f.code)) return;
        p->banned_until = now + ban_seconds;
        tell_("peer", url + " is ignored for a minute: " + std::string(message(f.code)) + " (" + f.where + ")");
    }

    /// What no honest peer causes. It may have moved on between two answers, its clock may differ, our branch may be better.
    static bool lies(errc code) {
        switch (code) {
        case errc::ok:
        case errc::not_preferred:
        case errc::below_final:
        case errc::unlinked_block:
        case errc::wrong_index:
        case errc::time_too_new: return false;
        default: return code < errc::not_found;
        }
    }

    ledger::chain<P> const& chain_;
    std::vector<peer> peers_;
    std::multimap<std::string, then_type> listeners_;  // to a conversation that somebody else began
    ask_type ask_;
    tell_type tell_;
    fill_type fill_;
    hearsay const& news_;
    branch_pull<P> pull_;
};

} // namespace daicho::role
