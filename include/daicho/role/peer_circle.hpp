#pragma once

#include <daicho/record/batch.hpp>
#include <daicho/record/identity.hpp>
#include <daicho/role/catch_up.hpp>
#include <daicho/role/hearsay.hpp>
#include <daicho/role/note_text.hpp>
#include <daicho/role/peer.hpp>

#include <map>

namespace daicho::role {

/// The other ledger nodes that a node knows. Asks each who it is before anything else, looks at what it holds from time to
/// time, tells it what is new, and leaves it alone for a while when it sends what no honest node sends; twice as long each time.
template <class P>
class peer_circle {
public:
    using then_type = std::function<void(fault)>;
    using answer_type = typename catch_up<P>::answer_type;

    static constexpr std::size_t most = known_peers::list_type::bound;
    static constexpr std::uint64_t ban_seconds = 60, longest_ban = 24 * 3600;

    /// What it needs of the node.
    struct seams {
        std::function<std::uint64_t()> now;
        std::function<void(std::string const& url, http_request, answer_type)> ask;
        std::function<void(std::string event, std::string detail)> tell;
        std::function<fault(byte_span)> fill;        ///< with unpredictable bytes
        std::function<void(bytes cell)> keep_bans;   ///< durably, soon
        std::function<void(std::string const& url)> met;  ///< it has proved who it is, and may have been away
    };

    /// `s`, without `ask` and `judge`: what lays blocks on the chain.
    peer_circle(ledger::chain<P> const& c, node_id const& me, std::vector<peer> known, hearsay const& news, seams own, typename catch_up<P>::seams s)
        : chain_(c), me_(me), peers_(std::move(known)), news_(news), node_(std::move(own)), pull_(c, completed(std::move(s))) {}
    peer_circle(peer_circle const&) = delete;

    catch_up<P> const& pull() const noexcept { return pull_; }
    /// Goes on with what waits for time or for the disk.
    void go_on() { pull_.go_on(); }

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
        pull_.drop(std::string(url));
        std::erase_if(peers_, [&](auto& p) { return p.url == url; });
    }

    /// Does this request name a peer that is left alone now as its sender? Nobody proves whom a push is from: it only saves who pushes,
    /// and who is pushed to, the trouble; what is pushed is checked in full in any case.
    bool from_banned(http_request const& r, std::uint64_t now) const {
        std::string_view named = r.authorization;
        if (!named.starts_with(push_scheme)) return false;
        named.remove_prefix(push_scheme.size());
        return std::any_of(peers_.begin(), peers_.end(), [&](auto& p) { return now < p.banned_until && to_hex(p.id) == named; });
    }

    /// Takes up the bans of an earlier life, of peers that are still known. Errors: store_corrupt.
    fault restore_bans(byte_view cell) {
        if (cell.empty()) return {};
        auto all = decode<peer_bans>(cell);
        if (!all) return {errc::store_corrupt, "bans"};
        for (auto& b : all->bans)
            if (auto* p = at(b.url); p && p->id == b.id) p->banned_until = b.until, p->bans = b.times, p->ban_reason = errc(b.reason);
        return {};
    }

    void tick(std::uint64_t now, std::uint64_t sync_seconds) {
        for (auto& p : std::vector<peer>(peers_)) {
            if (p.busy || now < p.next || now < p.banned_until) continue;
            at(p.url)->next = now + sync_seconds;
            p.proven ? look_at(p.url, now) : prove(p.url, now);
        }
        spread();
        pull_.go_on();
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
        fault const f = !p ? fault{errc::not_found, "peer"} : node_.fill(nonce);
        if (f) {
            if (then) then(f);
            return;
        }
        p->busy = true;
        node_.ask(url, {.path = "/identity", .query = "nonce=" + to_hex(nonce), .accept = std::string(cbor_type)},
             [this, url, now, nonce, then](result<http_response> answer) {
                 auto* asked = at(url);
                 fault const verdict = !asked ? fault{errc::not_found, "peer"} : check_identity(answer, asked->id, nonce);
                 if (asked) {
                     asked->busy = false;
                     bool const met = !verdict && !asked->proven;
                     if (met) node_.tell("peer", short_hex(asked->id) + " at " + url);
                     asked->proven = !verdict;
                     if (met) node_.met(url);
                 }
                 if (then) then(verdict);
                 if (!verdict) look_at(url, now);
                 else hear(url);
             });
    }

private:
    static constexpr std::string_view push_scheme = "node ";

    typename catch_up<P>::seams completed(typename catch_up<P>::seams s) {
        s.ask = [this](std::string const& url, http_request r, answer_type then) { node_.ask(url, std::move(r), std::move(then)); };
        s.judge = [this](std::string const& url, fault f) { judge(url, f); };
        return s;
    }
    peer* at(std::string_view url) { return const_cast<peer*>(find(url)); }
    static bool ready(peer const& p, std::uint64_t now) { return p.proven && !p.busy && now >= p.banned_until; }

    fault check_identity(result<http_response> const& answer, node_id const& expected, nonce128 const& nonce) const {
        auto who = opened<identity<scheme_of<P>>>(answer);
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
        auto const news = news_.after(p->told, batch_of<transaction_of<P>>);
        if (news.empty()) return;
        p->telling = true;
        auto numbers = std::make_shared<std::vector<std::uint64_t>>();
        transaction_batch batch;
        for (auto* n : news) {
            numbers->push_back(n->number);
            if (news.size() > 1) batch.transactions.push_back(n->canonical);
        }
        bool const many = news.size() > 1;
        post(url, many ? "/transactions/batch" : news.front()->path, many ? encode(batch) : news.front()->canonical, [this, url, many, numbers](result<http_response> answer) {
            auto* told = at(url);
            if (!told) return;
            told->telling = false;
            auto const n = many ? taken(answer, numbers->size()) : std::size_t(answer && !later(answer->status));
            if (n == 0) return;  // told again at the next tick
            told->told = std::max(told->told, (*numbers)[n - 1]);
            if (n == numbers->size()) spread_to(url);
        });
    }
    /// Statuses that ask to be told again another time.
    static bool later(unsigned status) noexcept { return status >= 500 || status == 429; }
    /// How many of a batch the other has judged for good; the next it may take later.
    static std::size_t taken(result<http_response> const& answer, std::size_t sent) {
        if (!answer || later(answer->status)) return 0;
        auto const said = answer->status == 200 ? decode<batch_answer>(answer->body) : result<batch_answer>(fault{errc::wrong_type, "batch"});
        if (!said || said->verdicts.size() != sent) return sent;  // an answer that is none: as a refusal
        auto const first = std::find_if(said->verdicts.begin(), said->verdicts.end(), [](auto& v) { return later(status_of(v.code)); });
        return std::size_t(first - said->verdicts.begin());
    }
    void post(std::string const& url, char const* path, bytes canonical, answer_type then) {
        node_.ask(url, {.method = "POST", .path = path, .accept = std::string(cbor_type), .content_type = std::string(cbor_type),
                        .authorization = std::string(push_scheme) + to_hex(me_), .body = std::move(canonical)},
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
        pull_.look(
            url,
            [this, url] {
                if (auto* seen = at(url)) seen->busy = false;
            },
            [this, url, then] {
                if (then) then({});
                hear(url);
            });
    }
    void hear(std::string const& url) {
        auto const [first, last] = listeners_.equal_range(url);
        std::vector<then_type> now;
        for (auto it = first; it != last; ++it) now.push_back(std::move(it->second));
        listeners_.erase(first, last);
        for (auto& l : now) l({});
    }

    /// What a peer did: it is to prove itself again when it was not there, and is left alone when it lied.
    void judge(std::string const& url, fault f) {
        auto* p = at(url);
        if (!p) return;
        if (f.code == errc::unreachable || f.code == errc::timed_out || f.code == errc::disconnected) p->proven = false;
        if (!is_a_lie(f.code) || node_.now() < p->banned_until) return;
        auto const seconds = std::min(longest_ban, ban_seconds << std::min<std::uint64_t>(p->bans, 16));
        p->banned_until = node_.now() + seconds;
        p->ban_reason = f.code;
        ++p->bans;
        node_.tell("banned", url + " for " + std::to_string(seconds) + " seconds: " + reason_of(f));
        peer_bans all;
        for (auto& b : peers_)
            if (b.bans != 0) all.bans.push_back({b.id, peer_ban::address_type::cut(b.url), std::uint8_t(b.ban_reason), b.banned_until, b.bans});
        node_.keep_bans(encode(all));
    }

    ledger::chain<P> const& chain_;
    node_id me_;
    std::vector<peer> peers_;
    std::multimap<std::string, then_type> listeners_;  // to a conversation that somebody else began
    hearsay const& news_;
    seams node_;
    catch_up<P> pull_;
};

} // namespace daicho::role
