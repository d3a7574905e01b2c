#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>
#include <daicho/openssl/handle.hpp>

#include <openssl/rand.h>

#include <algorithm>

namespace daicho::openssl {

/// OpenSSL's generator, seeded by the operating system.
struct entropy {
    fault fill(byte_span out) const noexcept {
        quiet_errors const quiet;
        while (!out.empty()) {
            std::size_t const n = std::min<std::size_t>(out.size(), 1 << 20);
            if (RAND_bytes(out.data(), int(n)) != 1) return {errc::no_entropy, "entropy"};
            out = out.subspan(n);
        }
        return {};
    }
};

} // namespace daicho::openssl
