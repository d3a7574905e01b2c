#pragma once

#include <daicho/base/secret.hpp>
#include <daicho/concept/hash_function.hpp>

#include <algorithm>

namespace daicho {

/// Authenticates bytes under a shared key (RFC 2104).
/// Copy a fresh one to reuse its key: the key's two blocks are then hashed once. What is made of the key is wiped: here, and by an H
/// that is not trivially copyable itself.
template <class H>
class hmac {
    static_assert(block_hash_function<H>, "HMAC is made of a hash_function that has a block_size: docs/concepts/hash_function.md");

public:
    explicit hmac(byte_view key) {
        std::array<byte, H::block_size> pad{};
        wiped_at_end const later(pad);
        if (key.size() > pad.size()) {
            H h;
            h.update(key);
            digest shortened = h.finish();
            wiped_at_end const too(shortened);
            std::copy(shortened.begin(), shortened.end(), pad.begin());
        } else {
            std::copy(key.begin(), key.end(), pad.begin());
        }
        for (byte& x : pad) x ^= 0x36;
        inner_.update(pad);
        for (byte& x : pad) x ^= 0x36 ^ 0x5c;
        outer_.update(pad);
    }
    hmac(hmac const&) = default;
    hmac& operator=(hmac const&) = default;
    ~hmac() {
        if constexpr (std::is_trivially_copyable_v<H>)
            for (H* h : {&inner_, &outer_}) wipe({reinterpret_cast<byte*>(h), sizeof(H)});
    }

    void update(byte_view message) { inner_.update(message); }

    /// The tag of everything seen. The object is spent afterwards.
    digest finish() {
        digest inside = inner_.finish();
        wiped_at_end const later(inside);
        outer_.update(inside);
        return outer_.finish();
    }

    static digest tag(byte_view key, byte_view message) {
        hmac m(key);
        m.update(message);
        return m.finish();
    }

    /// Takes the same time wherever the difference lies.
    static bool verify(byte_view key, byte_view message, byte_view tag_to_check) {
        return equal_in_constant_time(tag(key, message), tag_to_check);
    }

private:
    H inner_;
    H outer_;
};

} // namespace daicho
