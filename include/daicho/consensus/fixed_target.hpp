#pragma once

#include <daicho/concept/retarget.hpp>

namespace daicho {

/// The target of the genesis, for good: for miners whose number and speed their owner knows.
struct fixed_target {
    static constexpr std::string_view name = "fixed target";
    static constexpr std::uint32_t step = 1;

    template <class Target, work_history View>
    static result<std::uint32_t> next(View const& view) {
        return view.genesis().target;
    }
};

} // namespace daicho
