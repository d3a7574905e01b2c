/// A block of each composition that ships: it is refused, or it links, is sealed and holds only what members signed; what is
/// refused changes nothing.
/// The first byte chooses the composition and how the rest is read, the second a valid record to lay the rest over.
#include "composed.hpp"

namespace {

using namespace composed;

template <class P>
std::vector<block_of<P>> next(network<P>& n, ledger::chain<P> const& c) {
    auto const report = n.signed_by(device, n.report(state::running, 1));
    auto const released = n.signed_by(publisher, n.released(2));
    return {n.next(c), n.next(c, {report}), n.next(c, {report, released, n.signed_by(device, n.report(state::installed, 2))})};
}

template <class P>
struct place : world<P, block_of<P>> {
    place() : world<P, block_of<P>>(next<P>) {
        for (auto& b : this->valid) demand(takes(b));
    }
    /// Puts it on the chain, and takes it off again.
    bool takes(block_of<P> const& b) {
        auto const before = this->face();
        auto const under = this->chain.height();
        bool const taken = !this->chain.push(b, later);
        if (taken) {
            demand(this->chain.height() == under + 1 && this->chain.head() == ledger::hash_of_block<P>(b.sealed));
            demand(!this->chain.unwind(under));
        }
        demand(this->face() == before);
        return taken;
    }
};

template <class P>
void run(place<P>& p, byte_view input) {
    auto const b = read(p, input);
    if (!b) return;
    if (!p.takes(*b)) return demand(p.takes(p.valid[1]));
    demand(b->head().previous_hash == p.chain.head() && ledger::root_of<P>(b->transactions) == b->head().transactions_root);
    for (auto& tx : b->transactions) {
        auto const& all = p.valid[2].transactions;
        demand(std::any_of(all.begin(), all.end(), [&](auto& v) { return words(v) == words(tx); }));
    }
    // Work is anybody's to do; what an authority seals is signed.
    if constexpr (!network<P>::by_work)
        demand(std::any_of(p.valid.begin(), p.valid.end(), [&](auto& v) { return v.sealed.body == b->sealed.body; }));
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    make_both<place>();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    if (size < 2) return 0;
    in_one_of_both<place>({input, size}, [](auto& p, byte_view all) { run(p, all); });
    return 0;
}
