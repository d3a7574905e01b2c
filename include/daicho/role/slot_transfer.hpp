#pragma once

#include <daicho/protocol.hpp>
#include <daicho/record/message.hpp>
#include <daicho/update/device_state.hpp>
#include <daicho/update/digest_in_parts.hpp>

#include <algorithm>

namespace daicho {

/// Brings an image into the slot that does not run, piece by piece and from where it was cut off, and reads back what is there. Never
/// allocates, never throws. `Images`: an image_store, which outlives it.
template <class P, class Images>
class slot_transfer {
    using wanted_image = update::wanted_image;

public:
    explicit slot_transfer(Images& images) noexcept : images_(images) {}

    /// Bytes of the image that are in the slot.
    std::uint64_t offset() const noexcept { return offset_; }
    void forget() noexcept { offset_ = 0; }
    bool filled(wanted_image const& wanted) const noexcept { return offset_ == wanted.size; }

    /// `resumes`: the slot holds some of it. Errors: the slot's.
    fault begin(wanted_image const& wanted, bool resumes) {
        offset_ = 0;
        if (resumes) offset_ = images_.written();
        if (offset_ > wanted.size) offset_ = 0;
        return offset_ == 0 ? images_.begin(wanted.size) : fault{};
    }

    /// The next piece, of `most` bytes.
    chunk_request ask(wanted_image const& wanted, std::size_t most) const noexcept {
        return {wanted.verifier, offset_, std::uint32_t(std::min<std::uint64_t>(most, wanted.size - offset_))};
    }
    /// The reply to that. Errors: replayed (another place), wrong_size (nothing, or more than was asked for), the slot's.
    fault take(chunk const& got, chunk_request const& asked) {
        if (got.offset != asked.offset) return {errc::replayed, "chunk.offset", got.offset};
        if (got.content.size() == 0 || got.content.size() > asked.length) return {errc::wrong_size, "chunk.content", got.content.size()};
        return take(byte_view(got.content));
    }
    /// Errors: the slot's.
    fault take(byte_view piece) {
        if (auto f = images_.write(offset_, piece)) return f;
        offset_ += piece.size();
        return {};
    }

    /// As it lies in the slot, never as it came. Errors: wrong_digest, the slot's.
    fault verify(wanted_image const& wanted) {
        auto const there = digest_of([this](std::uint64_t at, byte_span to) { return images_.read(at, to); }, wanted.size);
        if (!there) return there.error();
        return *there == wanted.verifier ? fault{} : fault{errc::wrong_digest, "slot"};
    }
    /// Which image runs is read, never assumed. Errors: the slot's.
    result<digest> running() {
        return digest_of([this](std::uint64_t at, byte_span to) { return images_.read_running(at, to); }, images_.running_size());
    }

private:
    template <class Read>
    static result<digest> digest_of(Read read, std::uint64_t size) {
        std::array<byte, 512> block;
        return update::digest_in_parts<hash_of<P>>(block, size, read);
    }

    Images& images_;
    std::uint64_t offset_ = 0;
};

} // namespace daicho
