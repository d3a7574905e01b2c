#pragma once

#include <daicho/base/secret.hpp>
#include <daicho/channel/message.hpp>

namespace daicho::channel {

/// Key of one direction: a session has two, so nothing can be sent back to who sealed it.
using direction_key = secret<32>;

/// Seals and opens the frames of one connection. The sequence number is the GCM nonce, counts from zero on each side and may
/// neither repeat, go back nor leap: a replayed, reordered or dropped frame ends the session, as does one that does not open.
/// The keys go with it: it is moved, never copied.
/// Gcm has `seal(key, nonce12, aad, plain)` and `open(key, nonce12, aad, sealed)`, both to result<bytes>.
template <class Gcm>
class session {
public:
    /// Far below where GCM under one key wears out; then a fresh handshake makes fresh keys.
    static constexpr std::uint64_t frames = std::uint64_t(1) << 24;

    session(direction_key sending, direction_key receiving) noexcept : sending_(std::move(sending)), receiving_(std::move(receiving)) {}

    /// Errors: oversized, busy (the keys are used up).
    result<bytes> seal(byte_view plain) {
        if (plain.size() > limits::frame) return fault{errc::oversized, "message", plain.size()};
        if (sent_ == frames) return fault{errc::busy, "session"};
        auto const ciphertext = Gcm::seal(sending_.get(), nonce(sent_), {}, plain);
        if (!ciphertext) return ciphertext.error();
        return encode(sealed{sent_++, {*ciphertext}});
    }

    /// Errors: the decode errcs, replayed, not_authenticated. After one, nothing opens any more.
    result<bytes> open(byte_view frame) {
        if (broken_) return broken_;
        auto plain = open_next(frame);
        if (!plain) broken_ = plain.error();
        return plain;
    }

private:
    result<bytes> open_next(byte_view frame) {
        sealed s;
        if (auto f = schema::decode_into(frame, s)) return f;
        if (s.sequence < received_) return fault{errc::replayed, "sequence", s.sequence};
        if (s.sequence > received_ || received_ == frames) return fault{errc::not_authenticated, "sequence", s.sequence};
        auto plain = Gcm::open(receiving_.get(), nonce(received_), {}, s.ciphertext.bytes);
        if (!plain) return fault{errc::not_authenticated, "sealed", received_};
        ++received_;
        return plain;
    }

    static std::array<byte, 12> nonce(std::uint64_t sequence) noexcept {
        std::array<byte, 12> n{};
        store_be64(n.data() + 4, sequence);
        return n;
    }

    direction_key sending_, receiving_;
    std::uint64_t sent_ = 0, received_ = 0;
    fault broken_;
};

} // namespace daicho::channel
