#pragma once

#include <daicho/concept/sealer.hpp>
#include <daicho/laws/law.hpp>
#include <daicho/ledger/chain.hpp>

#include <chrono>
#include <future>
#include <optional>
#include <thread>

namespace daicho::laws {

namespace detail {
/// Headers for the first block of a chain that `me` may seal, each of another time.
template <class P>
std::vector<header> sealable_headers(ledger::chain<P>& c, node_id const& me, std::size_t wanted) {
    std::vector<header> out;
    std::uint64_t now = c.earliest_time();
    for (int tries = 0; out.size() != wanted && tries != 100'000; ++tries, ++now) {
        auto h = c.prepare("laws", now, me);
        if (!h) continue;
        c.commit_to(*h, {});
        out.push_back(*h);
    }
    return out;
}
} // namespace detail

/// The laws of docs/concepts/sealer.md, for the consensus of a Protocol P. `make()` gives a sealer, by value, that seals as `me`, a member who
/// may seal on this genesis.
///   endless    a header that this sealer works on for longer than anybody waits; none where a seal is always quick
///   patience   how soon a stop must have been heard; the suite itself waits until the sealer returns
template <class P, class Make>
void sealer(verdict& v, genesis_of<P> const& genesis, node_id const& me, Make make, std::optional<header> endless = {},
            std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    using proof_type = proof_of<P>;
    static_assert(daicho::sealer<decltype(make()), proof_type>, "make() must give a sealer of this proof: docs/concepts/sealer.md");
    ledger::chain<P> c(genesis);
    auto const headers = detail::sealable_headers<P>(c, me, 6);
    v.law("There is something for it to seal.", headers.size() == 6);
    if (headers.size() != 6) return;
    auto const accepted = [&](header const& h, result<proof_type> const& proof) {
        return proof && !consensus_of<P>::check(sealed_header_of<P>{h, *proof}, c);
    };

    bool right = true;
    for (auto& h : headers) {
        auto fresh = make();
        right = right && accepted(h, fresh.seal(seal_job{1, h, c.chain_id()}, {}));
    }
    v.law("A proof that it returns is one that the consensus accepts.", right);
    if (!right) return;

    auto one = make();
    bool apart = true;
    for (auto& h : headers) apart = apart && accepted(h, one.seal(seal_job{1, h, c.chain_id()}, {}));
    for (auto h = headers.rbegin(); h != headers.rend(); ++h) apart = apart && accepted(*h, one.seal(seal_job{2, *h, c.chain_id()}, {}));
    v.law("No job leaves anything behind that another could notice.", apart);

    std::stop_source stopped;
    stopped.request_stop();
    auto const early = one.seal(seal_job{3, headers[0], c.chain_id()}, stopped.get_token());
    v.law("Stopped before it began, it says busy or has its proof.", early ? accepted(headers[0], early) : early.error() == errc::busy);

    if (endless) {
        std::stop_source later;
        std::packaged_task<result<proof_type>()> work([&] { return one.seal(seal_job{4, *endless, c.chain_id()}, later.get_token()); });
        auto outcome = work.get_future();
        std::thread working(std::move(work));
        bool const endless_indeed = outcome.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout;
        later.request_stop();
        bool const heard = outcome.wait_for(patience) == std::future_status::ready;
        auto const said = outcome.get();
        working.join();
        v.law("A stop is heard while it works.", endless_indeed && heard && said.error() == errc::busy);
    }
    v.law("A stop ends one job and not the next.", accepted(headers[1], one.seal(seal_job{5, headers[1], c.chain_id()}, {})));
}

} // namespace daicho::laws
