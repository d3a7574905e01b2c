#pragma once

#include <daicho/base/bounded.hpp>

#include <algorithm>

/// RSA keys as daicho writes them, for signatures and for encryption alike (never one key for both).
namespace daicho {

/// The modulus, big-endian. The exponent is always 65537.
using rsa_modulus = inline_bytes<384>;

inline constexpr unsigned rsa_exponent = 65537;
inline constexpr unsigned rsa_least_bits = 2048;
inline constexpr unsigned rsa_most_bits = 3072;

/// 2048 to 3072 bits, a whole number of bytes, no leading zero bit, odd: one form a key.
constexpr bool rsa_well_formed(rsa_modulus const& n) noexcept {
    return n.size() >= rsa_least_bits / 8 && (n[0] & 0x80) != 0 && (n[n.size() - 1] & 1) != 0;
}

/// Whether a value is as long as the modulus and below it: longer, shorter and unreduced forms of the same number are refused.
constexpr bool rsa_reduced(byte_view value, rsa_modulus const& n) noexcept {
    return value.size() == n.size() && std::lexicographical_compare(value.begin(), value.end(), n.begin(), n.end());
}

} // namespace daicho
