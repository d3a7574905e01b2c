#pragma once

#include <daicho/concept/workshop.hpp>

namespace daicho {

/// Where a publisher puts artifacts (docs/concepts/shelf.md), out of the workshop W.
///   place(workshop, file)   uploads the copy, whose size and digest are `file`; ok when the repository has it whole, under that digest
template <class R, class W>
concept shelf = requires(R& r, W& w, measured_file const& f) {
    { r.place(w, f) } -> std::same_as<fault>;
};

} // namespace daicho
