#pragma once

#include <daicho/cryptopp/rsa_pss.hpp>
#if DAICHO_HAS_OPENSSL
#include <daicho/openssl/rsa_pss.hpp>
#endif

#include "fixture.hpp"

#include <filesystem>
#include <memory>
#include <variant>

#include <unistd.h>

namespace fixture {

/// Crypto++'s source of randomness, played from a number: it gives the same key in every run.
class played_randomness : public ::CryptoPP::RandomNumberGenerator {
public:
    explicit played_randomness(std::uint64_t number) { store_be64(seed_.data(), number); }
    void GenerateBlock(byte* out, std::size_t size) override {
        for (; size != 0; ++block_) {
            store_be64(seed_.data() + 8, block_);
            auto const drawn = hash_bytes<sha256>(seed_);
            auto const n = std::min(size, drawn.size());
            out = std::copy_n(drawn.begin(), n, out);
            size -= n;
        }
    }

private:
    std::array<byte, 16> seed_{};
    std::uint64_t block_ = 0;
};

/// An RSA key that follows from a number, made once in a process. Even numbers sign with Crypto++ and odd ones with OpenSSL where
/// it is here: the machines of one chain need not share a library.
class rsa_key {
public:
    explicit rsa_key(std::uint64_t number) : made_(of(number)) {}
    rsa_modulus const& public_key() const noexcept {
        return std::visit([](auto const& k) -> rsa_modulus const& { return k.public_key(); }, *made_);
    }
    result<rsa_pss_sha256_types::signature_type> sign(byte_view message) const {
        return std::visit([&](auto const& k) { return k.sign(message); }, *made_);
    }

private:
#if DAICHO_HAS_OPENSSL
    using odd_signer = openssl::rsa_pss_signer;
#else
    using odd_signer = cryptopp::rsa_pss_signer;
#endif
    struct even : cryptopp::rsa_pss_signer {};
    struct odd : odd_signer {};
    using signer = std::variant<even, odd>;

    static std::shared_ptr<signer const> of(std::uint64_t number) {
        static std::map<std::uint64_t, std::shared_ptr<signer const>> known;
        auto& found = known[number];
        if (!found) found = make(number);
        return found;
    }
    /// Through a key file, which is how a key comes to a signer of either library.
    static std::shared_ptr<signer const> make(std::uint64_t number) {
        played_randomness source(number);
        ::CryptoPP::RSA::PrivateKey key;
        key.Initialize(source, rsa_least_bits, ::CryptoPP::Integer(long(rsa_exponent)));
        ::CryptoPP::ByteQueue queue;
        key.DEREncode(queue);
        bytes der(std::size_t(queue.CurrentSize()));
        queue.Get(der.data(), der.size());
        auto const path = std::filesystem::temp_directory_path() / ("daicho-rsa-" + std::to_string(::getpid()) + "-" + std::to_string(number));
        if (file::write_private_key(path, der)) std::abort();
        auto const loaded = number % 2 == 0 ? std::make_shared<signer const>(even{*cryptopp::rsa_pss_signer::load(path)})
                                            : std::make_shared<signer const>(odd{*odd_signer::load(path)});
        std::filesystem::remove(path);
        return loaded;
    }

    std::shared_ptr<signer const> made_;
};

template <>
struct key_of<cryptopp::rsa_pss> {
    using type = rsa_key;
};

/// The two compositions that ship (docs/defaults.md), with proofs that a test finds at once.
using paper_protocol = protocol_with<sha256, easy_work, cryptopp::rsa_pss>;
using hardened_protocol = authority_protocol;

} // namespace fixture
