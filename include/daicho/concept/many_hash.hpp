#pragma once

#include <daicho/concept/hash_function.hpp>

#include <span>

namespace daicho {

/// Hashes many messages of one length at once, each to the digest that H gives it (docs/concepts/many_hash.md): what a ledger
/// commits to must not depend on how many lanes a machine has.
///   m.hash(prefix, messages, length, out)   out[i] = H(prefix || message i), for every i. `messages` are out.size() messages of
///                                           `length` bytes, one after another. With 32 bytes or more a message, `out` may begin
///                                           where `messages` begins: a level of a tree takes the place of the one below it.
///   m.kernel()                              what does the arithmetic on this machine, for people and benchmarks
/// May be used by several threads at once: it keeps nothing between calls.
template <class M, class H>
concept many_hash = hash_function<H> && requires(M const& m, byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) {
    { m.hash(prefix, messages, length, out) } noexcept -> std::same_as<void>;
    { m.kernel() } -> std::convertible_to<std::string_view>;
};

/// Any hash function, one message after another.
template <hash_function H>
struct hashed_one_by_one {
    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        H prefixed;
        prefixed.update(prefix);
        for (std::size_t i = 0; i != out.size(); ++i) {
            H h = prefixed;
            h.update(messages.subspan(i * length, length));
            out[i] = h.finish();
        }
    }
    std::string_view kernel() const noexcept { return H::name; }
};

namespace detail {
template <hash_function H>
struct many {
    using type = hashed_one_by_one<H>;
};
template <hash_function H>
    requires requires { typename H::many; }
struct many<H> {
    static_assert(many_hash<typename H::many, H>, "H::many must be a many_hash of H: docs/concepts/many_hash.md");
    using type = typename H::many;
};
} // namespace detail

/// What hashes many for H: its own `many` when it names one, otherwise one by one.
template <hash_function H>
using many_of = typename detail::many<H>::type;

} // namespace daicho
