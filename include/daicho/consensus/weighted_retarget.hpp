#pragma once

#include <daicho/base/weight.hpp>
#include <daicho/concept/retarget.hpp>

#include <algorithm>
#include <array>

namespace daicho {

/// Follows the hash rate: the work of the last `Window` blocks over the time they took, the latest weighing most (zawy12, LWMA-1,
/// "LWMA difficulty algorithm", difficulty-algorithms issue 3). The wanted time between two blocks is `genesis.slot_seconds`.
///
/// A chain with fewer blocks is taken to have had others before, of the genesis' target and as wanted: what comes before block 1
/// plays no part, and the first blocks are damped as all others. Miners have to mine all the time: a pause looks like slowness.
template <std::uint32_t Window = 60>
struct weighted_retarget {
    static_assert(Window >= 12 && Window <= 63, "a weighted_retarget looks at 12 to 63 blocks: every machine has 64 headers (docs/concepts/retarget.md)");

    static constexpr std::string_view name = "weighted retarget";
    static constexpr std::uint32_t step = 2;
    static constexpr std::uint32_t window = Window;
    static constexpr std::uint64_t longest = 6;               ///< wanted times that one block counts for at most
    static constexpr std::uint64_t most_seconds = 86400;      ///< the longest time that can be wanted

    /// Errors: out_of_range (genesis.slot_seconds is 0 or more than a day), wrong_target (the genesis' is not valid).
    template <class Target, work_history View>
    static result<std::uint32_t> next(View const& view) {
        static_assert(priced_target<Target>, "weighted_retarget chooses a target by its work: it needs Target::work and Target::of_work (docs/concepts/retarget.md)");
        std::uint64_t const wanted = view.genesis().slot_seconds;
        if (wanted == 0 || wanted > most_seconds) return fault{errc::out_of_range, "genesis.slot_seconds", wanted};
        if (!Target::valid(view.genesis().target)) return fault{errc::wrong_target, "genesis.target", view.genesis().target};
        if (view.height() < 2) return std::uint32_t(view.genesis().target);

        std::uint32_t const seen = std::uint32_t(std::min<std::uint64_t>(view.height() - 1, Window));  // intervals between blocks
        std::uint64_t seconds = wanted * sum_to(Window - seen);  // weighted 1 for the earliest to Window for the latest
        daicho::weight work;
        for (std::uint32_t i = 0; i != Window - seen; ++i) work += Target::work(view.genesis().target);
        std::uint64_t at = view.at(seen).body.time;
        for (std::uint32_t i = Window - seen + 1; i <= Window; ++i) {
            header const& h = view.at(Window - i).body;
            std::uint64_t const later = std::max(at, h.time);  // times may go back a little; time does not
            seconds += i * std::min(later - at, longest * wanted);
            at = later;
            work += Target::work(h.target);
        }
        seconds = std::max(seconds, wanted * sum_to(Window) / 8);  // nothing is concluded from less

        // work / Window * wanted * (Window * (Window + 1) / 2) / seconds, in 128 bits: 2 * seconds < 2^32.
        unsigned const width = bit_width(work), shift = width > 96 ? width - 96 : 0;
        auto const ideal = ((work >> shift) * std::uint32_t(wanted * (Window + 1)) / std::uint32_t(2 * seconds)) << shift;
        auto const before = Target::work(view.at(0).body.target);
        return Target::of_work(std::clamp(ideal, before / step, before * step));
    }

private:
    static constexpr std::uint64_t sum_to(std::uint64_t n) noexcept { return n * (n + 1) / 2; }
};

} // namespace daicho
