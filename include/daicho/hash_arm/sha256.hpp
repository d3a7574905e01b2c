#pragma once

#include <daicho/hash_arm/cpu.hpp>
#include <daicho/hash_arm/many_sha256.hpp>

namespace daicho::hash_arm {

namespace detail {
struct sha256_kernel : daicho::detail::sha256_kernel {
    static void compress(state_type& state, byte const* blocks, std::size_t count) noexcept {
#if defined(__aarch64__)
        if (cpu::sha2()) return by_instructions(state, blocks, count);
#endif
        daicho::detail::sha256_kernel::compress(state, blocks, count);
    }

#if defined(__aarch64__)
private:
    [[gnu::target("+crypto")]] static void by_instructions(state_type& state, byte const* blocks, std::size_t count) noexcept {
        sha2<1>::state s;
        sha2<1>::load(s, 0, state);
        for (; count != 0; --count, blocks += block_size) {
            sha2<1>::blocks w;
            sha2<1>::read(w[0], blocks);
            sha2<1>::compress(s, w);
        }
        vst1q_u32(state.data(), s.abcd[0]);
        vst1q_u32(state.data() + 4, s.efgh[0]);
    }
#endif
};
} // namespace detail

/// SHA-256 by the SHA-2 instructions of 64-bit ARM where the processor has them, in plain C++ otherwise; many at once four at a time.
class sha256 : public block_hash<detail::sha256_kernel> {
public:
    static constexpr std::string_view name = "sha256";
    using many = many_sha256;

    static digest of_pair(byte prefix, digest const& left, digest const& right) noexcept {
#if defined(__aarch64__)
        if (cpu::sha2()) return many_sha2::node(prefix, left.data(), right.data());
#endif
        return block_hash::of_pair(prefix, left, right);
    }
};

} // namespace daicho::hash_arm
