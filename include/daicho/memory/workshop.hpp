#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/concept/workshop.hpp>

#include <functional>
#include <map>

namespace daicho::memory {

/// A publisher's workshop in RAM, for tests and simulations: files are found by name, and so are checks, which are functions.
template <class H>
class workshop {
    static_assert(hash_function<H>, "H must be a hash_function: docs/concepts/hash_function.md");

public:
    /// Sees the copy, and may alter it as a command could; its exit status, or why it did not end.
    using check_type = std::function<result<std::uint32_t>(bytes& copy)>;

    std::map<std::string, bytes> files;        ///< what take() finds, by path
    std::map<std::string, check_type> checks;  ///< what check() runs, by command; any other is a fault

    bytes const& copy() const noexcept { return copy_; }

    fault take(std::string const& path) {
        auto const it = files.find(path);
        if (it == files.end()) return {errc::not_found, "update file"};
        copy_ = it->second;
        return {};
    }
    result<measured_file> measure() const {
        H h;
        h.update(copy_);
        return measured_file{copy_.size(), h.finish()};
    }
    result<std::uint32_t> check(std::string const& command) {
        auto const it = checks.find(command);
        if (it == checks.end()) return fault{errc::not_found, "check"};
        return it->second(copy_);
    }

private:
    bytes copy_;
};

} // namespace daicho::memory
