#pragma once

#include "chain.hpp"

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/ledger/validate.hpp>
#include <daicho/threads/pool.hpp>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <memory>
#include <span>

namespace daicho::benchmarks {

/// Whole chains checked by several threads, beside the same signatures and nothing else by as many threads. Two rows each by the clock
/// and by the processors' time, for a chain of so many blocks after the first, each with so many transactions of `devices` senders.
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

    // By the clock, and by the time of all processors, which other work on the machine does not lengthen.
    auto const add_both = [&](std::string const& by_whom, auto prepare) {
        add({.group = group, .policy = by_whom, .body = [=](benchmark::State& state) {
                 auto const once = prepare();
                 for (auto _ : state) once();
                 state.SetItemsProcessed(std::int64_t(state.iterations() * made_once().claims.size()));
             }, .by = timed::wall, .item = "signature"});
        add({.group = group + ", processors' time", .policy = by_whom, .body = [=](benchmark::State& state) {
                 auto const once = prepare();
                 for (auto _ : state) {
                     auto const before = std::clock();
                     once();
                     state.SetIterationTime(double(std::clock() - before) / CLOCKS_PER_SEC);
                 }
                 state.SetItemsProcessed(std::int64_t(state.iterations() * made_once().claims.size()));
             }, .by = timed::measured, .item = "signature"});
    };

    add_both(policy + ", signatures alone", [=] {
        auto const messages = std::make_shared<std::vector<signed_message<scheme>>>(made_once().claims.messages(0, made_once().claims.size()));
        return [=, cores = std::make_shared<threads::pool>(threads)] {
            constexpr std::size_t run = 128;
            std::span<signed_message<scheme> const> const all(*messages);
            std::vector<std::unique_ptr<verifier_type>> verifiers;
            for (std::size_t i = 0; i != threads; ++i) verifiers.push_back(std::make_unique<verifier_type>(make_verifier()));
            std::atomic<std::size_t> next = 0, done = 0, bad = 0;
            for (std::size_t t = 0; t != threads; ++t)
                cores->submit([&, t] {
                    bool verdicts[run];
                    for (std::size_t from; (from = next.fetch_add(run)) < all.size();) {
                        auto const batch = all.subspan(from, std::min(run, all.size() - from));
                        verifiers[t]->verify(batch, std::span<bool>(verdicts, batch.size()));
                        bad += std::size_t(std::count(verdicts, verdicts + batch.size(), false));
                    }
                    ++done;
                    done.notify_one();
                });
            for (std::size_t n; (n = done.load()) != threads;) done.wait(n);
            if (bad != 0) throw std::runtime_error("a good signature was refused");
        };
    });
    add_both(policy + ", ledger::validate", [=] {
        return [=, cores = std::make_shared<threads::pool>(threads)] {
            auto const& chain = made_once().chain;
            auto const source = [&](std::uint64_t height) -> result<std::optional<bytes>> {
                return height > chain.blocks.size() ? std::optional<bytes>() : std::optional(chain.blocks[height - 1]);
            };
            must_not(ledger::validate<P>(chain.genesis, source, make_verifier, *cores, {.now = fleet_start + blocks + 1}, [](auto&) {}).refused,
                     "validating a chain");
        };
    });
}

} // namespace daicho::benchmarks
