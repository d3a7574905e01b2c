#pragma once

#include "../test/consensus/paper_rule.hpp"
#include "suite/row.hpp"

#include <cryptopp/sha.h>

#include <daicho/hash_x86/many_sha256.hpp>

/// Hashes per second by the rule of the software that the paper builds upon (test/consensus/paper_rule.hpp, the early form): each
/// the SHA-256 of two decimal numbers, which differ from row to row in nothing.
namespace daicho::benchmarks {

/// `search(last_proof) -> proof` tries 0, 1, 2... From the first proof on, each is the last of the one that follows.
template <class Search>
void mining_by_paper_rule(std::string policy, Search search) {
    add({.group = "mine by the paper's base", .policy = std::move(policy), .body = [search](benchmark::State& state) {
             std::int64_t hashes = 0;
             std::uint64_t last = paper_rule::first_proof;
             for (auto _ : state) {
                 last = search(last);
                 hashes += std::int64_t(last + 1);
             }
             state.SetItemsProcessed(hashes);
         }, .item = "hash"});
}

inline void mining_by_paper_rule() {
    mining_by_paper_rule("naive: Crypto++ SHA256 of the two texts", [](std::uint64_t last) {
        ::CryptoPP::SHA256 hash;
        digest found;
        auto const before = std::to_string(last);
        for (std::uint64_t proof = 0;; ++proof) {
            auto const guess = before + std::to_string(proof);
            hash.CalculateDigest(found.data(), reinterpret_cast<byte const*>(guess.data()), guess.size());
            if (leading_zeros::reached(found, 16)) return proof;
        }
    });
    mining_by_paper_rule("daicho::sha256, one by one", [](std::uint64_t last) { return paper_rule::search(last, {}); });
    hash_x86::many_sha256 const many;
    mining_by_paper_rule("hash_x86::many_sha256: " + std::string(many.kernel()), [many](std::uint64_t last) { return paper_rule::search(last, {}, 4, many); });
}

} // namespace daicho::benchmarks
