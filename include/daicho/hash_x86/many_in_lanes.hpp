#pragma once

#include <daicho/concept/many_hash.hpp>
#include <daicho/hash/padded_block.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/hash_x86/lane_schedule.hpp>

namespace daicho::hash_x86 {

/// SHA-256 of as many messages at a time as Kernel has lanes, a word of each in one register; a model of many_hash where the kernel is
/// available. What does not fill the lanes goes one by one.
///   Kernel::group(prefix, messages, length, last, schedule, out)   as many as there are lanes; `last` is their last block, `schedule`
///                                                                  what its padding decides of the message schedule
template <class Kernel>
struct many_in_lanes {
    static constexpr std::size_t lanes = Kernel::lanes;
    static bool available() noexcept { return Kernel::available(); }

    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        std::size_t const whole = out.size() / lanes * lanes;
        padded_block const last(prefix, length, padded_block::count(prefix.size() + length) - 1);
        auto const groups = [&](auto const& schedule) {
            for (std::size_t i = 0; i != whole; i += lanes)
                Kernel::group(prefix, messages.data() + i * length, length, last, schedule, out.data() + i);
        };
        if (last.end <= 4) groups(lane_schedule<1>(last.words_around()));  // a node of a tree: one byte is left for its last block
        else if (last.end <= 36) groups(lane_schedule<9>(last.words_around()));  // a leaf of 32 bytes
        else groups(full_schedule);
        hashed_one_by_one<sha256>{}.hash(prefix, messages.subspan(whole * length), length, out.subspan(whole));
    }
    std::string_view kernel() const noexcept { return Kernel::name; }
};

} // namespace daicho::hash_x86
