#pragma once

#include <daicho/hash_x86/cpu.hpp>
#include <daicho/hash_x86/many_sha256.hpp>

namespace daicho::hash_x86 {

namespace detail {
struct sha256_kernel : daicho::detail::sha256_kernel {
    static void compress(state_type& state, byte const* blocks, std::size_t count) noexcept {
#if defined(__x86_64__)
        if (cpu::sha_ni()) return by_instructions(state, blocks, count);
#endif
        daicho::detail::sha256_kernel::compress(state, blocks, count);
    }

#if defined(__x86_64__)
private:
    [[gnu::target("sha,sse4.1")]] static void by_instructions(state_type& state, byte const* blocks, std::size_t count) noexcept {
        sha_ni::state s[1] = {sha_ni::load(state)};
        for (; count != 0; --count, blocks += block_size) {
            sha_ni::block b[1] = {sha_ni::read(blocks)};
            sha_ni::compress(s, b);
        }
        __m128i abcd, efgh;
        sha_ni::words(s[0], abcd, efgh);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data()), abcd);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data() + 4), efgh);
    }
#endif
};
} // namespace detail

/// SHA-256 by the processor's SHA instructions where it has them, in plain C++ otherwise; many at once in lanes.
class sha256 : public block_hash<detail::sha256_kernel> {
public:
    static constexpr std::string_view name = "sha256";
    using many = many_sha256;

    static digest of_pair(byte prefix, digest const& left, digest const& right) noexcept {
#if defined(__x86_64__)
        if (cpu::sha_ni()) return many_sha_ni::node(prefix, left.data(), right.data());
#endif
        return block_hash::of_pair(prefix, left, right);
    }

    static digest of_path(byte prefix, digest const& from, std::span<digest const> path, std::uint64_t lefts) noexcept {
#if defined(__x86_64__)
        if (cpu::sha_ni()) return many_sha_ni::path(prefix, from, path, lefts);
#endif
        return daicho::detail::pair_by_pair<sha256>(prefix, from, path, lefts);
    }
};

} // namespace daicho::hash_x86
