#pragma once

#include <daicho/asio/https.hpp>
#include <daicho/file/posix.hpp>
#include <daicho/openssl/private_key.hpp>

namespace daicho::asio {

/// A server's key from its file, and a certificate for it, which is made at the first start and kept beside it, so that ordinary tools can be told
/// to trust it: curl --cacert certificate.pem.
class https_host {
public:
    /// Errors: those of private_key::load, bad_key, and the operating system's.
    static result<https_host> load(std::filesystem::path const& key_file, std::string_view name) {
        auto key = openssl::private_key::load(key_file);
        if (!key) return key.error();
        auto const beside = key_file.parent_path() / "certificate.pem";
        if (auto kept = kept_certificate(beside, *key)) return https_host(std::move(*key), std::move(*kept));
        auto made = openssl::certificate::self_signed(key->get(), name, 3650);
        if (!made) return made.error();
        if (auto f = file::replace_file(beside, as_bytes(made->pem()))) return f;
        return https_host(std::move(*key), std::move(*made));
    }

    /// For http_server_options.door: any client is welcome, since what changes state carries its own signature.
    result<http_door> door() const {
        auto context = tls_server({certificate_.get(), key_.get()});
        if (!context) return context.error();
        return https_door(std::move(*context));
    }

private:
    /// The one that tools were told to trust, as long as it carries this key.
    static result<openssl::certificate> kept_certificate(std::filesystem::path const& path, openssl::private_key const& key) {
        auto const text = file::read_file(path, 64 * 1024);
        if (!text) return text.error();
        auto kept = openssl::certificate::from_pem(as_text(*text));
        if (!kept) return kept;
        auto const own = key.public_key(), carried = kept->public_key();
        if (!own || !carried || !equal(*own, *carried)) return fault{errc::bad_key, "certificate"};
        return kept;
    }

    https_host(openssl::private_key key, openssl::certificate c) : key_(std::move(key)), certificate_(std::move(c)) {}
    openssl::private_key key_;
    openssl::certificate certificate_;
};

/// For http_client_options.secure, where what is fetched proves itself (blocks, artifacts by digest, a node's signed identity):
/// nobody on the way reads along or alters anything, and whoever answers is believed nothing.
inline result<http_dial> https_to_anyone() {
    auto context = tls_client([](byte_view) { return true; });
    if (!context) return context.error();
    return https_dial(std::move(*context));
}

} // namespace daicho::asio
