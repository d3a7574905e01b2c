#pragma once

#include <daicho/curve25519/kernel.hpp>

#include <boost/test/unit_test.hpp>

#include <cryptopp/integer.h>

#include <cstdio>
#include <random>
#include <string>
#include <tuple>

/// Every kernel, whether it runs here, and numbers as Crypto++ knows them.
namespace kernels {

namespace c = daicho::curve25519;
using integer = CryptoPP::Integer;

#if defined(__x86_64__)
using all = std::tuple<c::portable, c::emulated, c::avx2, c::avx512>;
#else
using all = std::tuple<c::portable, c::emulated>;
#endif

template <class Kernel>
bool runs_here() {
    if (Kernel::runs_here()) return true;
    std::printf("SKIPPED: this processor has no %s\n", std::string(Kernel::name).c_str());
    BOOST_TEST_MESSAGE("SKIPPED: this processor has no " << Kernel::name);
    return false;
}

inline integer number(c::packed const& p) {
    daicho::byte b[32];
    c::store_packed(b, p);
    return integer(b, 32, integer::UNSIGNED, CryptoPP::LITTLE_ENDIAN_ORDER);
}
inline c::packed pack(integer const& i) {
    daicho::byte b[32];
    for (unsigned k = 0; k != 32; ++k) b[k] = i.GetByte(k);
    return c::load_packed(b);
}
inline integer const& p() {
    static integer const value = integer::Power2(255) - integer(19);
    return value;
}
inline integer const& order() {
    static integer const value = integer::Power2(252) + integer("27742317777372353535851937790883648493");
    return value;
}

} // namespace kernels
