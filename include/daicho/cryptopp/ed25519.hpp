#pragma once

#include <daicho/cryptopp/entropy.hpp>
#include <daicho/file/key_file.hpp>
#include <daicho/signature/ed25519.hpp>
#include <daicho/signature/ed25519_pkcs8.hpp>

#include <cryptopp/donna.h>
#include <cryptopp/secblock.h>

/// Ed25519 by Crypto++: the arithmetic directly, so that neither verifying nor signing parses a key or allocates.
namespace daicho::cryptopp {

namespace detail {
struct ed25519_arithmetic {
    static bool equation_holds(std::array<byte, 32> const& key, byte_view message, std::array<byte, 64> const& signature) noexcept try {
        return ::CryptoPP::Donna::ed25519_sign_open(message.data(), message.size(), key.data(), signature.data()) == 0;
    } catch (...) {
        return false;
    }
};
} // namespace detail

struct ed25519 : strict_ed25519<detail::ed25519_arithmetic> {};

/// Holds the secret in memory that is wiped on release.
class ed25519_signer {
public:
    using scheme = ed25519;

    static result<ed25519_signer> generate() {
        secret<32> seed;
        if (auto f = entropy{}.fill(seed)) return f;
        return ed25519_signer(seed);
    }

    /// Reads a PKCS#8 PEM file, whichever backend or tool wrote it. Errors: not_found, bad_key, not_permitted, io_failed.
    static result<ed25519_signer> load(std::filesystem::path const& path) {
        auto const der = file::read_private_key(path);
        if (!der) return der.error();
        auto const secret = ed25519_from_pkcs8(*der);
        if (!secret) return secret.error();
        ed25519_signer loaded(secret->seed);
        if (secret->claimed && *secret->claimed != loaded.public_) return fault{errc::bad_key, "key file"};
        return loaded;
    }

    /// Writes a new PKCS#8 PEM file, mode 0600. Errors: duplicate when there is one, not_found, not_permitted, io_failed.
    fault save(std::filesystem::path const& path) const {
        secret<32> seed;
        std::copy_n(secret_.begin(), seed.size(), seed.begin());
        return file::write_private_key(path, ed25519_to_pkcs8(seed));
    }

    ed25519::public_key_type const& public_key() const noexcept { return public_; }

    result<ed25519::signature_type> sign(byte_view message) const {
        ed25519::signature_type out;
        if (::CryptoPP::Donna::ed25519_sign(message.data(), message.size(), secret_.begin(), public_.data(), out.data()) != 0)
            return fault{errc::bad_key, "sign"};
        return out;
    }

private:
    explicit ed25519_signer(secret<32> const& seed) : secret_(seed.data(), seed.size()) {
        ::CryptoPP::Donna::ed25519_publickey(public_.data(), secret_.begin());
    }
    ::CryptoPP::SecByteBlock secret_;
    ed25519::public_key_type public_;
};

} // namespace daicho::cryptopp
