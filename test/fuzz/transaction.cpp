/// A transaction of each composition that ships: it is refused, or it says what a member signed; what is refused changes nothing.
/// The first byte chooses the composition and how the rest is read, the second a valid record to lay the rest over.
#include "composed.hpp"

#include <daicho/ledger/pool.hpp>

namespace {

using namespace composed;

template <class P>
std::vector<transaction_of<P>> next(network<P>& n, ledger::chain<P> const&) {
    return {n.signed_by(device, n.report(state::running, 1)),        n.signed_by(publisher, n.released(2)),
            n.signed_by(gateway, n.report(state::cached, 1)),        n.enrol(stranger, member_role::device, {"lamp"}),
            n.expel(device_2),                                       n.enrol(new_management, member_role::management, {}, recovery),
            n.signed_by(gateway, {.state = state::expelled, .recipient = n.id(node), .evidence = forked_by(sealing_key(log_key), 7, root_like(1), root_like(2))})};
}

template <class P>
struct place : world<P, transaction_of<P>> {
    place() : world<P, transaction_of<P>>(next<P>), waiting(this->chain) {
        for (auto& tx : this->valid) demand(takes(tx));
    }
    /// Submits it, and takes it out again.
    bool takes(transaction_of<P> const& tx) {
        auto const before = this->face();
        bool const taken = !waiting.submit(tx, later);
        demand(waiting.size() == (taken ? 1u : 0u));
        if (taken) demand(waiting.remove(digest_of<hash_of<P>>(tx)).size() == 1u);
        demand(waiting.size() == 0 && this->face() == before);
        return taken;
    }
    ledger::pool<P> waiting;
};

template <class P>
void run(place<P>& p, byte_view input) {
    auto const tx = read(p, input);
    if (!tx) return;
    bool const signed_so = std::any_of(p.valid.begin(), p.valid.end(), [&](auto& v) { return words(v) == words(*tx); });
    if (p.takes(*tx)) demand(signed_so);
    else demand(p.takes(p.valid[0]));
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
