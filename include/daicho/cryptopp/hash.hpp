#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/hash/sha512_256.hpp>

#include <cryptopp/sha.h>

#include <string_view>

/// Hashes by Crypto++, which uses the processor's own SHA instructions where it has them. No allocation, once or per hash.
namespace daicho::cryptopp {

namespace detail {

/// Crypto++ 8.7 has no SHA-512/256; it is SHA-512 from another initial state, cut to 32 bytes (FIPS 180-4, 6.7).
class truncated_sha512
    : public ::CryptoPP::IteratedHashWithStaticTransform<::CryptoPP::word64, ::CryptoPP::BigEndian, 128, 64, truncated_sha512, 32> {
public:
    static void InitState(::CryptoPP::word64* state) {
        for (std::size_t i = 0; i != sha512_256_initial.size(); ++i) state[i] = sha512_256_initial[i];
    }
    static void Transform(::CryptoPP::word64* state, ::CryptoPP::word64 const* block) { ::CryptoPP::SHA512::Transform(state, block); }
    static char const* StaticAlgorithmName() { return "SHA-512/256"; }
};

template <class Hash>
class hash {
public:
    static constexpr std::size_t block_size = Hash::BLOCKSIZE;

    void update(byte_view b) { hash_.Update(b.data(), b.size()); }
    /// The digest of everything seen. Afterwards the hash has seen nothing again.
    digest finish() {
        digest out;
        hash_.Final(out.data());
        return out;
    }

private:
    Hash hash_;
};

} // namespace detail

class sha256 : public detail::hash<::CryptoPP::SHA256> {
public:
    static constexpr std::string_view name = "sha256";
};

class sha512_256 : public detail::hash<detail::truncated_sha512> {
public:
    static constexpr std::string_view name = "sha512_256";
};

} // namespace daicho::cryptopp
