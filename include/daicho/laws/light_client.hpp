#pragma once

#include <daicho/concept/light_client.hpp>
#include <daicho/laws/law.hpp>
#include <daicho/schema/codec.hpp>

#include <algorithm>
#include <span>

namespace daicho::laws {

/// One transaction and what shows it. `canonical`: the evidence's own bytes, which outlive it, since reading it may borrow.
struct shown_evidence {
    digest leaf{};
    bytes canonical;
};

/// The laws of docs/concepts/light_client.md. `story`: three at least, of one growing ledger, each continuing the one before it; the
/// first is for who has seen nothing. `foreign`: good evidence of other ledgers.
template <daicho::light_client C>
void light_client(verdict& v, C const& client, std::span<shown_evidence const> story, std::span<shown_evidence const> foreign) {
    using head_type = typename C::head_type;
    auto const follow = [&](head_type const& head, digest const& leaf, byte_view canonical) -> result<head_type> {
        typename C::evidence_type e{};
        if (auto f = schema::decode_into(canonical, e)) return f;
        return client.follow(head, leaf, e);
    };
    std::vector<head_type> heads{head_type{}};
    v.law("How far a head has come never goes down.", heads[0].reached() == 0);
    for (auto& s : story) {
        auto const next = follow(heads.back(), s.leaf, s.canonical);
        v.law(heads.size() == 1 ? "Who has seen nothing believes the first evidence." : "A head follows what continues it.", bool(next));
        if (!next) return;
        v.law("Time never goes down.", next->time >= heads.back().time);
        v.law("How far a head has come never goes down.", next->reached() >= heads.back().reached());
        heads.push_back(*next);
    }
    auto const stays = [](result<head_type> const& r, head_type const& head) { return !r || *r == head; };
    auto const& last = heads.back();
    for (std::size_t i = 0; i != story.size(); ++i) {
        auto const& s = story[i];
        auto const again = follow(heads[i + 1], s.leaf, s.canonical);
        v.law("Shown again, evidence is believed and moves nothing.", again && *again == heads[i + 1]);
        v.law("Older evidence moves no head.", stays(follow(last, s.leaf, s.canonical), last));
        digest other = s.leaf;
        other[0] ^= 1;
        v.law("Evidence is of its own transaction only.", !follow(heads[i], other, s.canonical));
        for (auto& t : story)
            if (t.leaf != s.leaf) v.law("Evidence is of its own transaction only.", !follow(heads[i], t.leaf, s.canonical));
        bool same = true;
        for (std::size_t n = 0; n != s.canonical.size(); ++n) {
            auto altered = s.canonical;
            altered[n] ^= 1;
            same = same && stays(follow(heads[i], s.leaf, altered), heads[i + 1]);
        }
        v.law("Altered evidence is refused, or tells the same.", same);
        v.law("A verdict does not depend on what was judged before.", follow(heads[i], s.leaf, s.canonical).value_or(head_type{}) == heads[i + 1]);
    }
    for (auto& s : foreign)
        for (auto& head : heads) v.law("Evidence of another ledger is refused.", !follow(head, s.leaf, s.canonical));
}

} // namespace daicho::laws
