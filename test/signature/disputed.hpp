#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/signature/ed25519.hpp>

#include <utility>

/// Ed25519 keys and signatures over "daicho" on which libraries are known to differ, and daicho's one verdict.
namespace disputed {

struct one {
    char const* what;
    char const* key;
    char const* r;
    char const* s;
    bool well_formed;
    bool valid;
};

inline constexpr char honest[] = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
inline constexpr char mixed[] =
    "b154bd62188ae283dd187fefe8c31f5e276edf083b4cff11c9d5cff856c74440";  // the honest key plus a point of order 8
inline constexpr char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
inline constexpr char identity[] = "0100000000000000000000000000000000000000000000000000000000000000";
inline constexpr char minus_zero[] = "0100000000000000000000000000000000000000000000000000000000000080";
inline constexpr char above_p[] = "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
inline constexpr char minus_one[] = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
inline constexpr char r[] = "7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572";

inline constexpr one ed25519[] = {
    {"an honest signature", honest, r, "cf27bd075aaa81689fbc952cbeaf93a66a714a82a11497c7810c9c198c5bd609", true, true},
    {"S + L", honest, r, "bcfbb264740d94c075598dcf9ca972bb6a714a82a11497c7810c9c198c5bd619", false, false},
    {"the identity as key, R = A, S = 0", identity, identity, zero, false, false},
    {"the key p + 1", above_p, identity, zero, false, false},
    {"the key x = -0", minus_zero, identity, zero, false, false},
    {"the key of order 2", minus_one, identity, zero, false, false},
    {"the key of order 4", zero, identity, zero, false, false},
    {"R of small order, S = h a", honest, identity, "56213cb6184b61376d324e52b305ad6f7019c9df4382ffe7ace29343f596320e", false, false},
    {"R = x = -0, S = h a", honest, minus_zero, "56213cb6184b61376d324e52b305ad6f7019c9df4382ffe7ace29343f596320e", false, false},
    {"R = p + 1, S = h a", honest, above_p, "56213cb6184b61376d324e52b305ad6f7019c9df4382ffe7ace29343f596320e", false, false},
    {"a mixed-order key, right with the cofactor only", mixed, "e7caaa83373a94afae43fec59b447c99ba282b19a7616c24c785ad8966a1e10e",
     "b715156f91c0db76d57daa0b324e48aee3c4b1711c2cf62a048e4b6cf56cb505", true, false},
    {"a mixed-order key, right without the cofactor too", mixed, "678f00fc8d7009043bc8d405dd1a8088c70ba5d85039a4a8e2fb4aa719d2929c",
     "20b911cd9cdd944e3b7eba6548c5ff97f5b6399d72a94790f9ef32ce99aec506", true, true},
};

inline std::pair<daicho::ed25519_types::public_key_type, daicho::ed25519_types::signature_type> parse(one const& v) {
    std::pair<daicho::ed25519_types::public_key_type, daicho::ed25519_types::signature_type> out;
    (void)daicho::from_hex(v.key, out.first);
    (void)daicho::from_hex(v.r, daicho::byte_span(out.second).first(32));
    (void)daicho::from_hex(v.s, daicho::byte_span(out.second).last(32));
    return out;
}

} // namespace disputed
