#pragma once

#include <daicho/concept/signature_scheme.hpp>

#include <span>

namespace daicho {

/// A signature, and what it is said to be of. Never owns.
template <signature_scheme Scheme>
struct signed_message {
    typename Scheme::public_key_type const* key;
    byte_view message;
    typename Scheme::signature_type const* signature;
};

/// Verifies many signatures at once, each with the verdict of its scheme (docs/concepts/batch_verifier.md): what a ledger decides
/// must not depend on how many a machine checks together.
///   verify(batch, verdicts)   verdicts[i] = Scheme::verify(*batch[i].key, batch[i].message, *batch[i].signature), for every i;
///                             both have the same length. Total: whatever the bytes, it answers.
///   kernel()                  what does the arithmetic on this machine, for people and benchmarks
/// Used by one thread at a time: it may keep tables of the keys it meets, within a bound.
template <class B, class Scheme>
concept batch_verifier = signature_scheme<Scheme> && requires(B& b, std::span<signed_message<Scheme> const> batch, std::span<bool> verdicts) {
    { b.verify(batch, verdicts) } noexcept -> std::same_as<void>;
    { b.kernel() } -> std::convertible_to<std::string_view>;
};

/// Any scheme, one signature after another.
template <signature_scheme Scheme>
struct one_by_one {
    void verify(std::span<signed_message<Scheme> const> batch, std::span<bool> verdicts) noexcept {
        for (std::size_t i = 0; i != batch.size(); ++i) verdicts[i] = Scheme::verify(*batch[i].key, batch[i].message, *batch[i].signature);
    }
    std::string_view kernel() const noexcept { return Scheme::name; }
};

} // namespace daicho
