#pragma once

#include "chain.hpp"

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/ledger/validate.hpp>
#include <daicho/threads/pool.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>

namespace daicho::benchmarks {

/// Whole chains checked by several threads, beside the same signatures and nothing else by as many threads. Two rows a group, for a
/// chain of so many blocks after the first, each with so many transactions of `devices` senders.
///   make_verifier() -> a batch_verifier of Protocol::signature
///   make_signer, make_sealer as for chain()
template <class P, class Signer, class MakeVerifier, class MakeSigner, class MakeSealer>
void validation(std::string const& policy, MakeVerifier make_verifier, MakeSigner make_signer, MakeSealer make_sealer, std::size_t blocks,
                std::size_t transactions, std::size_t devices, std::size_t threads = std::max(1u, std::thread::hardware_concurrency())) {
    using recorded = recorded_chain<P>;
    using scheme = scheme_of<P>;
    using verifier_type = decltype(make_verifier());
    static_assert(daicho::batch_verifier<verifier_type, scheme>);

    struct material {
        recorded chain;
        ledger::claims<P> claims;  ///< every signature of it
    };
    auto const made_once = [=, kept = std::make_shared<std::unique_ptr<material>>()]() -> material const& {
        if (*kept) return **kept;
        *kept = std::make_unique<material>(material{recorded::template make<Signer>(make_signer, make_sealer, blocks, transactions, devices), {}});
        ledger::chain<P> c((*kept)->chain.genesis);
        for (auto const& raw : (*kept)->chain.blocks) {
            auto const block = must(decode<block_of<P>>(raw), "decoding a block");
            must_not(c.push(block, block.head().time, [&](ledger::claims<P>& of_block) {
                         (*kept)->claims.append(of_block);
                         return fault{};
                     }), "reading the signatures of a block");
        }
        return **kept;
    };
    auto const group = "validate " + std::to_string(blocks) + " blocks of " + std::to_string(transactions) + ", " + std::to_string(threads) + " threads";
    auto const kept_verifiers = [=] {
        auto all = std::make_shared<std::vector<std::unique_ptr<verifier_type>>>();
        for (std::size_t i = 0; i != threads; ++i) all->push_back(std::make_unique<verifier_type>(make_verifier()));
        return all;
    };

    add({.group = group, .policy = policy + ", signatures alone", .body = [=](benchmark::State& state) {
             constexpr std::size_t run = 128;
             auto const& made = made_once();
             auto const messages = made.claims.messages(0, made.claims.size());
             std::span<signed_message<scheme> const> const all(messages);
             threads::pool cores(threads);
             for (auto _ : state) {
                 auto const verifiers = kept_verifiers();
                 std::atomic<std::size_t> next = 0, done = 0, bad = 0;
                 for (std::size_t t = 0; t != threads; ++t)
                     cores.submit([&, t] {
                         bool verdicts[run];
                         for (std::size_t from; (from = next.fetch_add(run)) < all.size();) {
                             auto const batch = all.subspan(from, std::min(run, all.size() - from));
                             (*verifiers)[t]->verify(batch, std::span<bool>(verdicts, batch.size()));
                             bad += std::size_t(std::count(verdicts, verdicts + batch.size(), false));
                         }
                         ++done;
                         done.notify_one();
                     });
                 for (std::size_t n; (n = done.load()) != threads;) done.wait(n);
                 if (bad != 0) throw std::runtime_error("a good signature was refused");
             }
             state.SetItemsProcessed(std::int64_t(state.iterations() * made.claims.size()));
         }, .by = timed::wall, .item = "signature"});
    add({.group = group, .policy = policy + ", ledger::validate", .body = [=](benchmark::State& state) {
             auto const& made = made_once();
             threads::pool cores(threads);
             for (auto _ : state) {
                 auto const source = [&](std::uint64_t height) -> result<std::optional<bytes>> {
                     return height > made.chain.blocks.size() ? std::optional<bytes>() : std::optional(made.chain.blocks[height - 1]);
                 };
                 auto const checked = ledger::validate<P>(made.chain.genesis, source, make_verifier, cores, {.now = fleet_start + blocks + 1}, [](auto&) {});
                 must_not(checked.refused, "validating a chain");
             }
             state.SetItemsProcessed(std::int64_t(state.iterations() * made.claims.size()));
         }, .by = timed::wall, .item = "signature"});
}

} // namespace daicho::benchmarks
