#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>

namespace daicho {

/// What the boot process of an image_store found or decided.
enum class boot_state : std::uint8_t {
    confirmed,  ///< the running slot is the confirmed one; nothing is on trial
    trial,      ///< the other slot was marked; it boots once, unconfirmed
    reverted,   ///< the trial failed and the old slot runs again
};

/// Two slots (docs/concepts/image_store.md). One runs; the other may be erased, written, read back and marked.
/// Until confirm() a reset boots the old image. What is verified is read back from the slot, never from the buffer it came in.
///   begin(size)          erases the slot that is not running, unmarks it and makes room; store_full when it cannot hold `size`
///                        bytes; busy during a trial, whose other slot is the way back
///   write(offset, b)     continues where the last write ended: offset == written(), else out_of_range; at most `size` bytes;
///                        busy once the slot is marked
///   written()            bytes written since begin(), kept over a reset (resume); 0 when nothing was begun
///   read(offset, out)    reads the slot that is not running; out_of_range beyond what it holds
///   read_running(offset, out), running_size()  the same for the slot that runs: which image runs is read, never assumed
///   mark()               the other slot boots next, on trial; durable; wrong_size unless all `size` bytes were written
///   state()              what the boot process found; `reverted` stays until begin() or confirm() acknowledges it
///   confirm()            after the trial boot: it is the confirmed slot for good; durable; nothing when nothing is on trial
///   revert()             the trial is over, and the old slot runs from the next boot on; before the trial boot: unmarks
template <class S>
concept image_store = requires(S& s, std::uint64_t n, byte_view in, byte_span out) {
    { s.begin(n) } -> std::same_as<fault>;
    { s.write(n, in) } -> std::same_as<fault>;
    { s.written() } -> std::convertible_to<std::uint64_t>;
    { s.read(n, out) } -> std::same_as<fault>;
    { s.read_running(n, out) } -> std::same_as<fault>;
    { s.running_size() } -> std::convertible_to<std::uint64_t>;
    { s.mark() } -> std::same_as<fault>;
    { s.state() } -> std::same_as<boot_state>;
    { s.confirm() } -> std::same_as<fault>;
    { s.revert() } -> std::same_as<fault>;
};

} // namespace daicho
