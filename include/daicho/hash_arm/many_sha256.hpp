#pragma once

#include <daicho/concept/many_hash.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/hash_arm/many_sha2.hpp>

namespace daicho::hash_arm {

/// SHA-256 of many messages by the processor's SHA-2 instructions where it has them, one by one otherwise.
struct many_sha256 {
    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
#if defined(__aarch64__)
        if (many_sha2::available()) return many_sha2{}.hash(prefix, messages, length, out);
#endif
        hashed_one_by_one<sha256>{}.hash(prefix, messages, length, out);
    }
    std::string_view kernel() const noexcept {
#if defined(__aarch64__)
        if (many_sha2::available()) return many_sha2{}.kernel();
#endif
        return hashed_one_by_one<sha256>{}.kernel();
    }
};

} // namespace daicho::hash_arm
