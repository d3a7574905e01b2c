#pragma once

#include <daicho/base/result.hpp>
#include <daicho/base/secret.hpp>
#include <daicho/openssl/handle.hpp>

namespace daicho::openssl {

/// Encrypts and authenticates (NIST SP 800-38D), by OpenSSL. A nonce must never be used twice under one key.
/// OpenSSL wipes what it makes of the key.
struct aes_256_gcm {
    using key_type = std::array<byte, 32>;
    using nonce_type = std::array<byte, 12>;
    static constexpr std::size_t tag_size = 16;

    /// The ciphertext followed by its tag. `aad` is authenticated and not sent. Errors: oversized, from 2^31 bytes.
    static result<bytes> seal(key_type const& key, nonce_type const& nonce, byte_view aad, byte_view plain) {
        quiet_errors const quiet;
        if (plain.size() > longest || aad.size() > longest) return fault{errc::oversized, "plaintext", plain.size()};
        handle<EVP_CIPHER_CTX> const cipher(EVP_CIPHER_CTX_new());
        bytes out(plain.size() + tag_size);
        int n = 0;
        if (cipher == nullptr || EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) != 1 ||
            (!aad.empty() && EVP_EncryptUpdate(cipher.get(), nullptr, &n, aad.data(), int(aad.size())) != 1) ||
            (!plain.empty() && EVP_EncryptUpdate(cipher.get(), out.data(), &n, plain.data(), int(plain.size())) != 1) ||
            EVP_EncryptFinal_ex(cipher.get(), out.data() + plain.size(), &n) != 1 ||
            EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, int(tag_size), out.data() + plain.size()) != 1)
            return fault{errc::oversized, "plaintext", plain.size()};
        return out;
    }

    /// The plaintext, once its tag is right. Errors: bad_signature.
    static result<bytes> open(key_type const& key, nonce_type const& nonce, byte_view aad, byte_view sealed) {
        quiet_errors const quiet;
        if (sealed.size() < tag_size || sealed.size() - tag_size > longest || aad.size() > longest) return refused;
        handle<EVP_CIPHER_CTX> const cipher(EVP_CIPHER_CTX_new());
        std::size_t const size = sealed.size() - tag_size;
        std::array<byte, tag_size> tag;
        std::memcpy(tag.data(), sealed.data() + size, tag_size);
        bytes out(size);
        int n = 0;
        if (cipher == nullptr || EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) != 1 ||
            (!aad.empty() && EVP_DecryptUpdate(cipher.get(), nullptr, &n, aad.data(), int(aad.size())) != 1) ||
            (size != 0 && EVP_DecryptUpdate(cipher.get(), out.data(), &n, sealed.data(), int(size)) != 1) ||
            EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, int(tag_size), tag.data()) != 1 ||
            EVP_DecryptFinal_ex(cipher.get(), tag.data(), &n) != 1) {
            wipe(out);
            return refused;
        }
        return out;
    }

private:
    static constexpr std::size_t longest = 0x7fffffff - tag_size;
    static constexpr fault refused{errc::bad_signature, "ciphertext"};
};

} // namespace daicho::openssl
