#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <algorithm>
#include <optional>

namespace daicho::channel {

/// On a stream each frame follows its length: four bytes, big-endian.
inline constexpr std::size_t frame_head = 4;

inline void append_frame(bytes& stream, byte_view frame) {
    byte head[frame_head];
    store_be32(head, std::uint32_t(frame.size()));
    stream.insert(stream.end(), head, head + frame_head);
    stream.insert(stream.end(), frame.begin(), frame.end());
}

/// Cuts a stream into frames, however it was chunked: one read is never taken as one message (paper.md, last section).
/// A length beyond the bound is refused before anything is allocated, and memory grows only with bytes that really came.
class frame_reader {
public:
    explicit frame_reader(std::size_t bound) noexcept : bound_(bound) {}

    /// Applies from the next frame on.
    void set_bound(std::size_t bound) noexcept { bound_ = bound; }

    /// True inside a frame: a stream that ends here was truncated.
    bool inside() const noexcept { return head_size_ != 0; }

    /// Consumes `stream` from its front until one frame is whole; nothing when it ends first. Errors: oversized.
    result<std::optional<bytes>> next(byte_view& stream) {
        while (head_size_ != frame_head) {
            if (stream.empty()) return std::optional<bytes>{};
            head_[head_size_++] = stream.front();
            stream = stream.subspan(1);
        }
        std::size_t const length = load_be32(head_);
        if (length > bound_) return fault{errc::oversized, "frame length", length};
        std::size_t const n = std::min(length - body_.size(), stream.size());
        body_.insert(body_.end(), stream.begin(), stream.begin() + std::ptrdiff_t(n));
        stream = stream.subspan(n);
        if (body_.size() != length) return std::optional<bytes>{};
        head_size_ = 0;
        return std::optional<bytes>(std::exchange(body_, {}));
    }

private:
    std::size_t bound_;
    byte head_[frame_head] = {};
    std::size_t head_size_ = 0;
    bytes body_;
};

} // namespace daicho::channel
