#pragma once

#include <daicho/base/base64.hpp>
#include <daicho/base/secret.hpp>
#include <daicho/file/posix.hpp>

#include <string>
#include <string_view>

/// A private key in a file: PKCS#8 in PEM, readable by its owner only. Every backend reads and writes it through here, so that one
/// backend's file is another's, and that no copy of it stays in memory.
namespace daicho::file {

inline constexpr std::size_t largest_key_file = 16 * 1024;

namespace detail {

inline constexpr std::string_view pem_head = "-----BEGIN PRIVATE KEY-----";
inline constexpr std::string_view pem_tail = "-----END PRIVATE KEY-----";

/// Errors: bad_key, for anything but canonical base64 in lines.
inline result<secret_bytes> from_base64_lines(std::string_view text) {
    secret_bytes packed;
    for (char c : text)
        if (c != '\n' && c != '\r') packed.push_back(byte(c));
    secret_bytes out(base64_decoded_size(as_text(packed)));
    if (auto f = from_base64(as_text(packed), out)) return fault{errc::bad_key, "key file", f.at};
    return out;
}

inline void append_base64_lines(secret_bytes& out, byte_view der) {
    constexpr std::size_t line = 48;  // bytes; 64 characters
    for (std::size_t i = 0; i < der.size(); i += line) {
        append_base64(out, der.subspan(i, std::min(line, der.size() - i)));
        out.push_back('\n');
    }
}

inline secret_bytes to_pem(byte_view der) {
    secret_bytes out;
    auto const line = [&](std::string_view text) {
        out.insert(out.end(), text.begin(), text.end());
        out.push_back('\n');
    };
    line(pem_head);
    append_base64_lines(out, der);
    line(pem_tail);
    return out;
}

} // namespace detail

/// The PKCS#8 bytes of a key file. Errors: not_found, bad_key, not_permitted, io_failed.
inline result<secret_bytes> read_private_key(std::filesystem::path const& path) {
    auto whole = read_file(path, largest_key_file);
    if (!whole) return fault{whole.error() == errc::oversized ? errc::bad_key : whole.error().code, "key file"};
    wiped_at_end const later(*whole);
    auto const text = as_text(*whole);
    auto const head = text.find(detail::pem_head);
    auto const tail = text.find(detail::pem_tail);
    if (head == text.npos || tail == text.npos || tail < head) return fault{errc::bad_key, "key file"};
    auto const start = head + detail::pem_head.size();
    return detail::from_base64_lines(text.substr(start, tail - start));
}

/// Writes a new key file, mode 0600, whole and durable when it says ok. Errors: duplicate when there is a file already (a key is
/// never overwritten), not_found when its folder is missing, not_permitted, store_full, io_failed.
inline fault write_private_key(std::filesystem::path const& path, byte_view der) {
    auto const text = detail::to_pem(der);
    auto fresh = path;
    fresh += ".new";
    posix::unlink(fresh.c_str());  // left by a power cut: never a key that anyone was told of
    {
        descriptor const out(posix::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
        if (!out) return last_fault("key file");
        auto f = write_all(out, 0, text);
        if (!f && posix::fsync(out.get()) != 0) f = last_fault("key file");
        if (f) {
            posix::unlink(fresh.c_str());
            return f;
        }
    }
    bool const linked = ::link(fresh.c_str(), path.c_str()) == 0;  // unlike rename, it never replaces
    fault const f = linked ? fault{} : errno == EEXIST ? fault{errc::duplicate, "key file"} : last_fault("key file");
    posix::unlink(fresh.c_str());
    return f ? f : sync_directory(path.parent_path());
}

/// A signer's key file, made when there is none yet: what a machine does at its first start.
template <class Signer>
result<Signer> load_or_generate(std::filesystem::path const& path) {
    auto loaded = Signer::load(path);
    if (loaded || loaded.error() != errc::not_found) return loaded;
    auto made = Signer::generate();
    if (!made) return made;
    if (auto f = made->save(path)) return f;
    return made;
}

} // namespace daicho::file
