#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/record/block.hpp>

#include <type_traits>

/// What a miner hashes, and how often.
namespace daicho {

/// The 80 bytes that are hashed with SHA-256, whatever the Protocol's own hash is (docs/wire.md):
/// digest of the canonical header (32), previous hash (32), low half of the time (4), target (4), nonce (8), big-endian.
using work_preimage = std::array<byte, 80>;

inline work_preimage work_preimage_of(digest const& header_digest, header const& h, std::uint64_t nonce = 0) noexcept {
    work_preimage p;
    std::copy(header_digest.begin(), header_digest.end(), p.begin());
    std::copy(h.previous_hash.begin(), h.previous_hash.end(), p.begin() + 32);
    store_be32(p.data() + 64, std::uint32_t(h.time));
    store_be32(p.data() + 68, h.target);
    store_be64(p.data() + 72, nonce);
    return p;
}

/// What hashes it when a Protocol's own hash is H: H, if that is SHA-256 by other means.
template <hash_function H>
using work_hash = std::conditional_t<H::name == sha256::name, H, sha256>;

/// SHA-256 of SHA-256, as Bitcoin's miners and their hardware compute it: the default.
struct double_sha256 {
    static constexpr std::string_view name = "double SHA-256";
    static constexpr bool twice = true;
    template <hash_function H = sha256>
    static constexpr digest of(work_preimage const& p) noexcept {
        H h;
        h.update(p);
        digest const once = h.finish();
        h.update(once);
        return h.finish();
    }
};

/// SHA-256 once, as in the paper's base.
struct single_sha256 {
    static constexpr std::string_view name = "single SHA-256";
    static constexpr bool twice = false;
    template <hash_function H = sha256>
    static constexpr digest of(work_preimage const& p) noexcept {
        H h;
        h.update(p);
        return h.finish();
    }
};

constexpr digest work_digest(work_preimage const& p) noexcept { return double_sha256::of(p); }

} // namespace daicho
