#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/concept/signature_scheme.hpp>
#include <daicho/record/upload.hpp>
#include <daicho/schema/codec.hpp>

#include <charconv>
#include <string>
#include <string_view>

/// The Authorization header of an upload (RFC 9110 11.6.2):
///     Authorization: Daicho <publisher, hex> <unix time> <signature, hex>
/// The signature is over the record `upload`, whose other fields are in the request: the digest in its path, the size of its body.
namespace daicho::role {

template <signature_scheme Scheme>
struct upload_authorization {
    node_id publisher{};
    std::uint64_t time = 0;
    typename Scheme::signature_type signature{};
};

/// Signs an upload and writes the header's value.
template <signature_scheme Scheme, signer<Scheme> Signer>
result<std::string> authorize(Signer& key, upload const& u) {
    auto const signature = key.sign(encode(u));
    if (!signature) return signature.error();
    return "Daicho " + to_hex(u.publisher) + ' ' + std::to_string(u.time) + ' ' + to_hex(encode(*signature));
}

/// Errors: missing_field when there is no such header, invalid_text, and the decode errcs of the signature.
template <signature_scheme Scheme>
result<upload_authorization<Scheme>> read_authorization(std::string_view header) {
    using signature_type = typename Scheme::signature_type;
    constexpr fault broken{errc::invalid_text, "authorization"};
    if (header.empty()) return fault{errc::missing_field, "authorization"};
    if (!header.starts_with("Daicho ") || header.size() > 7 + 64 + 1 + 20 + 1 + 2 * schema::max_encoded<signature_type>) return broken;
    header.remove_prefix(7);
    auto const word = [&] {
        auto const w = header.substr(0, header.find(' '));
        header.remove_prefix(std::min(header.size(), w.size() + 1));
        return w;
    };
    upload_authorization<Scheme> out;
    if (from_hex(word(), out.publisher)) return broken;
    auto const time = word();
    auto const [end, ec] = std::from_chars(time.data(), time.data() + time.size(), out.time);
    if (ec != std::errc{} || end != time.data() + time.size() || time.empty()) return broken;
    auto const raw = bytes_from_hex(header);
    if (!raw) return broken;
    if (auto f = schema::decode_into(*raw, out.signature)) return fault{f.code, "authorization", f.at};
    return out;
}

} // namespace daicho::role
