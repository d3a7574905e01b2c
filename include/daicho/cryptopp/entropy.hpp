#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>

#include <cryptopp/osrng.h>

namespace daicho::cryptopp {

/// The operating system's generator (/dev/urandom), through Crypto++.
struct entropy {
    fault fill(byte_span out) const noexcept try {
        ::CryptoPP::OS_GenerateRandomBlock(false, out.data(), out.size());
        return {};
    } catch (...) {
        return {errc::no_entropy, "entropy"};
    }
};

} // namespace daicho::cryptopp
