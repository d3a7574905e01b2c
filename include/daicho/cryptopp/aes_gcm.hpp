#pragma once

#include <daicho/base/result.hpp>
#include <daicho/base/secret.hpp>

#include <cryptopp/aes.h>
#include <cryptopp/gcm.h>

namespace daicho::cryptopp {

/// Encrypts and authenticates (NIST SP 800-38D), by Crypto++. A nonce must never be used twice under one key.
/// Crypto++ wipes what it makes of the key.
struct aes_256_gcm {
    using key_type = std::array<byte, 32>;
    using nonce_type = std::array<byte, 12>;
    static constexpr std::size_t tag_size = 16;

    /// The ciphertext followed by its tag. `aad` is authenticated and not sent. Errors: oversized, from 2^31 bytes.
    static result<bytes> seal(key_type const& key, nonce_type const& nonce, byte_view aad, byte_view plain) try {
        if (plain.size() > longest || aad.size() > longest) return fault{errc::oversized, "plaintext", plain.size()};
        ::CryptoPP::GCM<::CryptoPP::AES>::Encryption cipher;
        cipher.SetKeyWithIV(key.data(), key.size(), nonce.data(), nonce.size());
        bytes out(plain.size() + tag_size);
        cipher.EncryptAndAuthenticate(out.data(), out.data() + plain.size(), tag_size, nonce.data(), int(nonce.size()), aad.data(),
                                      aad.size(), plain.data(), plain.size());
        return out;
    } catch (...) {
        return fault{errc::oversized, "plaintext", plain.size()};
    }

    /// The plaintext, once its tag is right. Errors: bad_signature.
    static result<bytes> open(key_type const& key, nonce_type const& nonce, byte_view aad, byte_view sealed) try {
        if (sealed.size() < tag_size || sealed.size() - tag_size > longest || aad.size() > longest) return refused;
        ::CryptoPP::GCM<::CryptoPP::AES>::Decryption cipher;
        cipher.SetKeyWithIV(key.data(), key.size(), nonce.data(), nonce.size());
        bytes out(sealed.size() - tag_size);
        if (!cipher.DecryptAndVerify(out.data(), sealed.data() + out.size(), tag_size, nonce.data(), int(nonce.size()), aad.data(),
                                     aad.size(), sealed.data(), out.size())) {
            wipe(out);
            return refused;
        }
        return out;
    } catch (...) {
        return refused;
    }

private:
    static constexpr std::size_t longest = 0x7fffffff - tag_size;
    static constexpr fault refused{errc::bad_signature, "ciphertext"};
};

} // namespace daicho::cryptopp
