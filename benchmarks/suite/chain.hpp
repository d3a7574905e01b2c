#pragma once

#include "fleet.hpp"

namespace daicho::benchmarks {

/// Blocks of a valid chain, as the bytes a node keeps, made once and read by all rows.
template <class P>
struct recorded_chain {
    genesis_of<P> genesis;
    std::vector<bytes> blocks;

    template <class Signer, class MakeSigner, class MakeSealer>
    static recorded_chain make(MakeSigner make_signer, MakeSealer make_sealer, std::size_t length, std::size_t transactions, std::size_t devices = 4) {
        fleet<P, Signer> f(make_signer, devices);
        auto sealer = make_sealer(*f.sealing);
        ledger::chain<P> c(f.genesis);
        recorded_chain made{f.genesis, {}};
        for (std::size_t i = 0; i != length; ++i) {
            auto const block = f.next(c, sealer, i == 0 ? f.enrolments() : f.reports(transactions));
            must_not(c.push(block, block.head().time, [](auto&) { return fault{}; }), "recording a block");
            made.blocks.push_back(encode(block));
        }
        return made;
    }
};

/// Decodes and checks blocks as a node does at start or when it follows a peer: place, seal, root, every signature.
template <class P>
void check_chain(recorded_chain<P> const& recorded) {
    ledger::chain<P> c(recorded.genesis);
    for (auto const& raw : recorded.blocks) {
        auto const block = must(decode<block_of<P>>(raw), "decoding a block");
        must_not(c.push(block, block.head().time), "checking a block");
    }
}

/// Two rows for a Protocol: a block of 100 transactions is checked; so is a chain of 10,000 blocks with one transaction each.
///   make_signer() -> result<Signer>   a new key
///   make_sealer(signer) -> Sealer     what seals for the Protocol's consensus, as the first signer of genesis
template <class P, class Signer, class MakeSigner, class MakeSealer>
void chain(std::string policy, MakeSigner make_signer, MakeSealer make_sealer, std::size_t length = 10'000) {
    using recorded = recorded_chain<P>;
    auto const made_once = [=](std::size_t blocks, std::size_t transactions) {
        return [=, kept = std::make_shared<std::unique_ptr<recorded>>()]() -> recorded const& {
            if (!*kept) *kept = std::make_unique<recorded>(recorded::template make<Signer>(make_signer, make_sealer, blocks, transactions));
            return **kept;
        };
    };
    add({.group = "check a block of 100 transactions", .policy = policy, .body = [get = made_once(2, 100)](benchmark::State& state) {
             auto const& made = get();
             ledger::chain<P> c(made.genesis);
             auto const first = must(decode<block_of<P>>(made.blocks[0]), "decoding a block");
             must_not(c.push(first, first.head().time), "checking a block");
             c.hold_final(true);
             for (auto _ : state) {
                 auto const block = must(decode<block_of<P>>(made.blocks[1]), "decoding a block");
                 must_not(c.push(block, block.head().time), "checking a block");
                 must_not(c.unwind(1), "unwinding");
             }
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "block"});
    auto const group = "check a chain of " + std::to_string(length) + " blocks";
    add({.group = group, .policy = policy, .body = [get = made_once(length, 1)](benchmark::State& state) {
             auto const& made = get();
             for (auto _ : state) check_chain(made);
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "chain"});
}

} // namespace daicho::benchmarks
