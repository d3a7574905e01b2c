#pragma once

#include <daicho/openssl/public_key.hpp>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <string>
#include <string_view>

namespace daicho::openssl {

/// The peer's public key as the bytes that members are enrolled under. Errors: bad_key for any other kind of key.
inline result<key_bytes> public_key_of(X509 const* certificate) {
    quiet_errors const quiet;
    if (certificate == nullptr) return fault{errc::bad_key, "certificate"};
    return public_key_of(X509_get0_pubkey(certificate));
}

/// An X.509 v3 certificate. Here it only carries a public key to the TLS peer, who compares that key with the enrolled set:
/// the name is for people, and no authority signs it.
class certificate {
public:
    /// Signed by the key itself, valid from a day ago (clocks differ) for so many days. Besides `name` it says localhost, so that
    /// ordinary tools can be pointed at it. Errors: bad_key, out_of_range.
    static result<certificate> self_signed(EVP_PKEY* key, std::string_view name, int days) {
        quiet_errors const quiet;
        if (name.empty() || name.size() > 64) return fault{errc::out_of_range, "certificate name", name.size()};
        if (days < 1 || days > 36500) return fault{errc::out_of_range, "certificate days"};
        auto const known = openssl::public_key_of(key);
        if (!known) return known.error();

        handle<X509> made(X509_new());
        X509* const x = made.get();
        std::array<byte, 16> serial;
        if (RAND_bytes(serial.data(), int(serial.size())) != 1) return fault{errc::no_entropy, "certificate"};
        serial[0] = byte((serial[0] & 0x7f) | 0x40);  // positive, and never zero (RFC 5280, 4.1.2.2)
        handle<BIGNUM> const number(BN_bin2bn(serial.data(), int(serial.size()), nullptr));
        bool good = x != nullptr && X509_set_version(x, X509_VERSION_3) == 1 &&
                    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)) != nullptr &&
                    X509_gmtime_adj(X509_getm_notBefore(x), -24L * 3600) != nullptr &&
                    X509_time_adj_ex(X509_getm_notAfter(x), days, 0, nullptr) != nullptr && X509_set_pubkey(x, key) == 1;
        good = good && X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, reinterpret_cast<byte const*>(name.data()),
                                                  int(name.size()), -1, 0) == 1 &&
               X509_set_issuer_name(x, X509_get_subject_name(x)) == 1;
        std::string const hosts =
            (is_host_name(name) ? "DNS:" + std::string(name) + "," : std::string()) + "DNS:localhost,IP:127.0.0.1,IP:::1";
        good = good && add(x, NID_basic_constraints, "critical,CA:FALSE") && add(x, NID_key_usage, "critical,digitalSignature") &&
               add(x, NID_ext_key_usage, "serverAuth,clientAuth") && add(x, NID_subject_alt_name, hosts.c_str());
        bool const hashes_itself = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
        if (!good || X509_sign(x, key, hashes_itself ? nullptr : EVP_sha256()) == 0) return fault{errc::bad_key, "certificate"};
        return certificate(std::move(made));
    }

    static result<certificate> from_pem(std::string_view text) {
        quiet_errors const quiet;
        handle<BIO> const in(BIO_new_mem_buf(text.data(), int(text.size())));
        handle<X509> read(in == nullptr ? nullptr : PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
        if (read == nullptr) return fault{errc::bad_key, "certificate"};
        return certificate(std::move(read));
    }

    std::string pem() const {
        handle<BIO> const out(BIO_new(BIO_s_mem()));
        char* text = nullptr;
        if (out == nullptr || PEM_write_bio_X509(out.get(), x509_.get()) != 1) return {};
        long const n = BIO_get_mem_data(out.get(), &text);
        return {text, std::size_t(n)};
    }

    X509* get() const noexcept { return x509_.get(); }
    result<key_bytes> public_key() const { return public_key_of(x509_.get()); }

private:
    explicit certificate(handle<X509> x) noexcept : x509_(std::move(x)) {}

    static bool is_host_name(std::string_view name) noexcept {
        for (char c : name)
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.')) return false;
        return true;
    }
    static bool add(X509* x, int what, char const* value) noexcept {
        X509_EXTENSION* const e = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
        bool const added = e != nullptr && X509_add_ext(x, e, -1) == 1;
        X509_EXTENSION_free(e);
        return added;
    }
    handle<X509> x509_;
};

} // namespace daicho::openssl
