#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/hash/sha512_256.hpp>

#include <openssl/sha.h>

#include <string_view>

// EVP allocates for every hash and cannot be copied cheaply; the plain contexts are values, which a hash_function must be.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/// Hashes by OpenSSL. No allocation, once or per hash.
namespace daicho::openssl {

class sha256 {
public:
    static constexpr std::string_view name = "sha256";
    static constexpr std::size_t block_size = SHA256_CBLOCK;

    sha256() noexcept { SHA256_Init(&context_); }

    void update(byte_view b) noexcept { SHA256_Update(&context_, b.data(), b.size()); }
    /// The digest of everything seen. Afterwards the hash has seen nothing again.
    digest finish() noexcept {
        digest out;
        SHA256_Final(out.data(), &context_);
        SHA256_Init(&context_);
        return out;
    }

private:
    SHA256_CTX context_;
};

/// SHA-512 from another initial state, cut to 32 bytes (FIPS 180-4, 6.7).
class sha512_256 {
public:
    static constexpr std::string_view name = "sha512_256";
    static constexpr std::size_t block_size = SHA512_CBLOCK;

    sha512_256() noexcept { start(); }

    void update(byte_view b) noexcept { SHA512_Update(&context_, b.data(), b.size()); }
    /// The digest of everything seen. Afterwards the hash has seen nothing again.
    digest finish() noexcept {
        std::array<byte, SHA512_DIGEST_LENGTH> whole;
        SHA512_Final(whole.data(), &context_);
        digest out;
        std::memcpy(out.data(), whole.data(), out.size());
        start();
        return out;
    }

private:
    void start() noexcept {
        SHA512_Init(&context_);
        for (std::size_t i = 0; i != sha512_256_initial.size(); ++i) context_.h[i] = sha512_256_initial[i];
    }
    SHA512_CTX context_;
};

} // namespace daicho::openssl

#pragma GCC diagnostic pop
