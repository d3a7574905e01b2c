#pragma once

#include <daicho/base/errc.hpp>

#include <string_view>

namespace daicho {

/// Told what happened; cannot change it (docs/concepts/observer.md). One call an event, a readable line at most.
template <class O>
concept observer = requires(O& o, std::string_view event, std::string_view detail) { o.note(event, detail); };

/// Hears everything, says nothing.
struct silent_observer {
    void note(std::string_view, std::string_view) noexcept {}
};

} // namespace daicho
