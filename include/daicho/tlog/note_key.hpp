#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/concept/signature_scheme.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/signature/ed25519.hpp>
#include <daicho/tlog/note.hpp>

namespace daicho::tlog {

/// Ed25519 in one of its models: notes are signed with it whatever a Protocol signs with.
template <class S>
concept note_scheme = signature_scheme<S> && S::algorithm == ed25519_types::algorithm &&
                      std::same_as<typename S::public_key_type, ed25519_types::public_key_type>;

namespace detail {
template <class P>
struct note_scheme_in {
    using type = std::conditional_t<note_scheme<typename P::signature>, typename P::signature, void>;
};
template <class P>
    requires requires { typename P::note_scheme; }
struct note_scheme_in<P> {
    static_assert(note_scheme<typename P::note_scheme>, "Protocol::note_scheme must be a model of Ed25519: docs/tlog.md");
    using type = typename P::note_scheme;
};
} // namespace detail

/// With which model of Ed25519 all machines of a Protocol verify notes: Protocol::note_scheme, or what it signs with if that is one; void: none.
template <class P> using note_scheme_in = typename detail::note_scheme_in<P>::type;

/// What a signature says (C2SP signed-note, "Signature types"); part of the key's ID, so that one says never the other.
enum class signature_type : std::uint8_t {
    ed25519 = 0x01,      ///< of the text
    cosignature = 0x04,  ///< of the text and a time (tlog-cosignature)
};

/// Who may sign a note: configured, never taken from one. As text: name+hex(key ID)+base64(type, key).
struct note_key {
    inline_string<key_name_bound> name;
    signature_type type = signature_type::ed25519;
    ed25519_types::public_key_type key{};

    /// The first four bytes of SHA-256(name, newline, type, key).
    std::uint32_t id() const {
        sha256 h;
        h.update(as_bytes(name.view()));
        byte const between[] = {'\n', byte(type)};
        h.update(between);
        h.update(key);
        return load_be32(h.finish().data());
    }

    /// Errors: invalid_text (a name that is none), missing_field (a part is not there), wrong_type (of another signature type),
    /// wrong_digest (the ID is not that of the key), and what hex and base64 are refused for.
    static result<note_key> parse(std::string_view text) {
        auto const first = text.find('+');
        auto const second = first == text.npos ? first : text.find('+', first + 1);
        if (second == text.npos) return fault{errc::missing_field, "note key"};
        note_key k;
        if (!key_name(text.substr(0, first)) || !k.name.assign(text.substr(0, first))) return fault{errc::invalid_text, "note key.name"};
        std::array<byte, 4> id{};
        if (auto f = from_hex(text.substr(first + 1, second - first - 1), id)) return fault{f.code, "note key.id"};
        std::array<byte, 33> packed{};
        if (auto f = from_base64(text.substr(second + 1), packed)) return fault{f.code, "note key.key"};
        k.type = signature_type(packed[0]);
        if (k.type != signature_type::ed25519 && k.type != signature_type::cosignature) return fault{errc::wrong_type, "note key.type", packed[0]};
        std::copy(packed.begin() + 1, packed.end(), k.key.begin());
        if (load_be32(id.data()) != k.id()) return fault{errc::wrong_digest, "note key.id"};
        return k;
    }

    std::string text() const {
        std::array<byte, 4> number{};
        store_be32(number.data(), id());
        std::array<byte, 33> packed{byte(type)};
        std::copy(key.begin(), key.end(), packed.begin() + 1);
        return std::string(name.view()) + '+' + to_hex(number) + '+' + to_base64(packed);
    }
};

/// A signature line, with its newline.
inline std::string signature_line(note_key const& k, byte_view signature) {
    bytes packed(4 + signature.size());
    store_be32(packed.data(), k.id());
    std::copy(signature.begin(), signature.end(), packed.begin() + 4);
    return std::string(signature_dash) + std::string(k.name.view()) + ' ' + to_base64(packed) + '\n';
}

/// Signs a text that ends with a newline: the line to put behind it and a blank line. Errors: the signer's.
template <note_scheme Ed25519, class Signer>
result<std::string> sign_note(Signer& signer, std::string_view name, std::string_view text) {
    static_assert(daicho::signer<Signer, Ed25519>, "notes are signed with Ed25519: docs/concepts/signer.md");
    note_key k{.key = signer.public_key()};
    if (!key_name(name) || !k.name.assign(name)) return fault{errc::invalid_text, "note key.name"};
    auto const signature = signer.sign(as_bytes(text));
    if (!signature) return signature.error();
    return signature_line(k, *signature);
}

/// Did this key sign this note? Errors: not_authenticated (there is no signature of that name and ID), bad_signature.
template <note_scheme Ed25519>
fault verify_note(note const& n, note_key const& k) {
    auto const line = n.find(k.name.view(), k.id());
    if (!line || k.type != signature_type::ed25519) return {errc::not_authenticated, "note.signatures"};
    typename Ed25519::signature_type signature;
    if (line->read(signature) || !Ed25519::verify(k.key, as_bytes(n.text()), signature)) return {errc::bad_signature, "note.signature"};
    return {};
}

} // namespace daicho::tlog
