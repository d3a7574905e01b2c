#pragma once

#include <daicho/cereal/archived.hpp>

/// Bytes and text in an archive: hexadecimal and strings in text archives, a size and raw bytes in binary ones.
namespace daicho::cereal {

/// Raw bytes, whose size the archive does not know.
struct raw_view {
    byte_view b;
    template <class Archive>
    void save(Archive& ar) const {
        ar(::cereal::make_size_tag(static_cast<::cereal::size_type>(b.size())));
        ar(::cereal::binary_data(b.data(), b.size()));
    }
};

/// Reads at most `bound` bytes, a piece at a time: what a forged size claims is never allocated before it is there.
struct raw_bytes {
    bytes& b;
    std::size_t bound;
    template <class Archive>
    void load(Archive& ar) {
        ::cereal::size_type n = 0;
        ar(::cereal::make_size_tag(n));
        if (n > bound) refuse(errc::oversized);
        b.clear();
        while (b.size() != n) {
            std::size_t const have = b.size(), piece = std::min<std::size_t>(std::size_t(n) - have, 4096);
            b.resize(have + piece);
            ar(::cereal::binary_data(b.data() + have, piece));
        }
    }
};

template <class Archive, class Name>
void save_bytes(Archive& ar, Name name, byte_view b) {
    if constexpr (is_text<Archive>)
        put(ar, name, to_hex(b));
    else
        put(ar, name, raw_view{b});
}

template <class Archive, class Name>
bytes load_bytes(Archive& ar, Name name, std::size_t bound) {
    bytes b;
    if constexpr (is_text<Archive>) {
        std::string text;
        put(ar, name, text);
        if (text.size() / 2 > bound) refuse(errc::oversized);
        auto r = bytes_from_hex(text);
        if (!r) refuse(errc::invalid_text);
        b = *std::move(r);
    } else {
        raw_bytes raw{b, bound};
        put(ar, name, raw);
    }
    return b;
}

template <std::size_t N>
struct archived<std::array<byte, N>> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, std::array<byte, N> const& v) { save_bytes(ar, name, v); }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, std::array<byte, N>& v) {
        auto const b = load_bytes(ar, name, N);
        if (b.size() != N) refuse(errc::wrong_size);
        std::copy(b.begin(), b.end(), v.begin());
    }
};

template <std::size_t N>
struct archived<inline_bytes<N>> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, inline_bytes<N> const& v) { save_bytes(ar, name, v.view()); }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, inline_bytes<N>& v) { v.assign(load_bytes(ar, name, N)); }
};

template <std::size_t N>
struct archived<bounded_bytes<N>> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, bounded_bytes<N> const& v) { save_bytes(ar, name, v); }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, bounded_bytes<N>& v) { v = load_bytes(ar, name, N); }
};

/// Goes into an archive; it cannot come out, for want of bytes to borrow.
template <std::size_t N>
struct archived<borrowed_bytes<N>> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, borrowed_bytes<N> const& v) { save_bytes(ar, name, v.bytes); }
};

template <std::size_t N>
struct archived<inline_string<N>> {
    template <class Archive, class Name>
    static void save(Archive& ar, Name name, inline_string<N> const& v) {
        if constexpr (is_text<Archive>)
            put(ar, name, std::string(v.view()));
        else
            put(ar, name, raw_view{as_bytes(v)});
    }
    template <class Archive, class Name>
    static void load(Archive& ar, Name name, inline_string<N>& v) {
        std::string text;
        if constexpr (is_text<Archive>)
            put(ar, name, text);
        else
            text = as_text(load_bytes(ar, name, N));
        if (text.size() > N) refuse(errc::oversized);
        if (!schema::cbor::printable_utf8(text)) refuse(errc::invalid_text);
        v.assign(std::string_view(text));
    }
};

} // namespace daicho::cereal
