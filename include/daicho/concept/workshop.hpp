#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>
#include <string>

namespace daicho {

/// A file as it lies in the publisher's private place.
struct measured_file {
    std::uint64_t size = 0;
    digest verifier{};
    friend bool operator==(measured_file const&, measured_file const&) = default;
};

/// The private place where a publisher works on a copy that nobody else can change (docs/concepts/workshop.md).
///   take(path)      copies the file there
///   measure()       size and digest of the copy, read now
///   check(command)  runs the CI check on the copy; its exit status. A check that could not be run, or did not end, is a fault
template <class W>
concept workshop = requires(W& w, std::string const& text) {
    { w.take(text) } -> std::same_as<fault>;
    { w.measure() } -> std::same_as<result<measured_file>>;
    { w.check(text) } -> std::same_as<result<std::uint32_t>>;
};

} // namespace daicho
