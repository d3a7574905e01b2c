#pragma once

#include <daicho/concept/many_hash.hpp>
#include <daicho/hash/sha256.hpp>

#if defined(__x86_64__)
#include <daicho/hash_x86/many_avx2.hpp>
#include <daicho/hash_x86/many_avx512.hpp>
#include <daicho/hash_x86/many_sha_ni.hpp>
#endif

namespace daicho::hash_x86 {

/// SHA-256 of many messages by the best that this processor has, chosen when first asked: its SHA instructions, sixteen lanes,
/// eight lanes, or one by one (docs/adr/0032-which-kernel-for-which-work.md). A kernel's own type, such as many_avx2, forces that
/// one. Elsewhere than on x86-64: one by one.
struct many_sha256 {
    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        best().hash(prefix, messages, length, out);
    }
    std::string_view kernel() const noexcept { return best().name; }

private:
    struct choice {
        void (*hash)(byte_view, byte_view, std::size_t, std::span<digest>) noexcept;
        std::string_view name;
    };

    template <many_hash<sha256> Kernel>
    static choice by() noexcept {
        return {[](byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) noexcept {
                    Kernel{}.hash(prefix, messages, length, out);
                },
                Kernel{}.kernel()};
    }

    static choice choose() noexcept {
#if defined(__x86_64__)
        if (many_sha_ni_wide::available()) return by<many_sha_ni_wide>();
        if (many_sha_ni::available()) return by<many_sha_ni>();
        if (many_avx512::available()) return by<many_avx512>();
        if (many_avx2::available()) return by<many_avx2>();
#endif
        return by<hashed_one_by_one<sha256>>();
    }

    static choice const& best() noexcept {
        static choice const chosen = choose();
        return chosen;
    }
};

} // namespace daicho::hash_x86
