#pragma once

#include <daicho/laws/law.hpp>
#include <daicho/ledger/chain.hpp>

#include <functional>

namespace daicho::laws {

namespace detail {
template <class P>
using next_block = std::function<daicho::block_of<P>(ledger::chain<P> const&, unsigned variant)>;

template <class P>
bool extend(ledger::chain<P>& c, next_block<P> const& next, unsigned variant, int blocks, std::vector<daicho::block_of<P>>* made = nullptr) {
    for (int i = 0; i != blocks; ++i) {
        auto const b = next(c, variant);
        if (c.push(b, b.head().time)) return false;
        if (made) made->push_back(b);
    }
    return true;
}
} // namespace detail

/// The laws of docs/concepts/consensus.md for the consensus of a whole Protocol P; run those of its fork choice too.
/// `next(chain, variant)` makes a sealed block for the chain's tip; two variants make two different ones, so that there are
/// forks. Its time is taken for the present.
template <class P>
void consensus(verdict& v, genesis_of<P> const& genesis, detail::next_block<P> const& next) {
    using C = consensus_of<P>;
    using chain_type = ledger::chain<P>;
    auto const preferred = [](chain_type const& a, chain_type const& b) { return C::prefer(a.branch(), b.branch()) == std::strong_ordering::greater; };

    chain_type c(genesis);
    auto const first = next(c, 0);
    bool const accepted = !C::check(first.sealed, c) && detail::extend<P>(c, next, 0, 3);
    v.law("A block that was sealed as it should be is accepted.", accepted);
    if (!accepted) return;  // there is no chain to try the others on

    auto const sealed = next(c, 0).sealed;
    auto const altered = [&](auto change) {
        auto s = sealed;
        change(s.body);
        v.law("A seal covers the whole header: with any part of it altered it is refused.", bool(C::check(s, c)));
    };
    altered([](header& h) { h.index += 1; });
    altered([](header& h) { h.message.assign(std::string_view(h.message.empty() ? "x" : "")); });
    altered([](header& h) { h.time += 1; });
    altered([](header& h) { h.previous_hash[9] ^= 1; });
    altered([](header& h) { h.transactions_root[9] ^= 1; });
    altered([](header& h) { h.slot += 1; });
    altered([](header& h) { h.vouches_after += 1; });
    altered([](header& h) { h.target += 1; });
    altered([](header& h) { h.commitments.push_back(1); });

    v.law("Every block adds weight.", C::weigh(sealed) > 0);
    std::uint64_t settled = 0;
    for (int i = 0; i != 70; ++i) {
        auto const shorter = c;
        if (!detail::extend<P>(c, next, 0, 1)) return v.law("A block that was sealed as it should be is accepted.", false);
        v.law("A chain is preferred to its own beginning.", preferred(c, shorter));
        auto const f = C::final_height(c);
        v.law("Nothing beyond the tip is final.", f <= c.height());
        v.law("What is final stays final.", f >= settled);
        settled = std::max(settled, f);
    }
    v.law("Blocks become final.", settled != 0);

    chain_type a(genesis), b(genesis);
    std::vector<daicho::block_of<P>> ours, theirs;
    if (!detail::extend<P>(a, next, 1, 2, &ours) || !detail::extend<P>(b, next, 2, 2, &theirs)) return;
    auto const now = std::max(ours.back().head().time, theirs.back().head().time);
    if (a.final_height() != 0 || b.final_height() != 0) return;  // two such branches do not come from honest machines
    (void)a.adopt(0, theirs, now);
    (void)b.adopt(0, ours, now);
    v.law("Who saw the same branches in another order agrees.", a.head() == b.head());
}

} // namespace daicho::laws
