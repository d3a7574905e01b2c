#pragma once

#include <daicho/base/limits.hpp>
#include <daicho/concept/hash_function.hpp>
#include <daicho/concept/workshop.hpp>
#include <daicho/file/command.hpp>
#include <daicho/file/lock.hpp>

#include <algorithm>
#include <sys/stat.h>

namespace daicho::file {

/// A publisher's private place: a folder that only its owner may enter. What is checked, hashed and uploaded is the copy in it.
template <class H>
class workshop {
    static_assert(hash_function<H>, "H must be a hash_function: docs/concepts/hash_function.md");

public:
    /// Errors: busy (another publisher works there), and the operating system's.
    static result<workshop> open(std::filesystem::path const& folder, std::chrono::milliseconds check_limit = std::chrono::minutes(30)) {
        if (auto f = make_directory(folder)) return f;
        if (::chmod(folder.c_str(), 0700) != 0) return last_fault("workshop");
        auto held = lock::take(folder / "lock");
        if (!held) return held.error();
        return workshop(std::move(*held), folder / "candidate", check_limit);
    }

    std::filesystem::path const& copy() const noexcept { return copy_; }

    fault take(std::string const& path) {
        std::error_code code;
        std::filesystem::copy_file(path, copy_, std::filesystem::copy_options::overwrite_existing, code);
        return fault_of(code, "update file");
    }
    result<measured_file> measure() const {
        auto const file = file::open(copy_, O_RDONLY);
        if (!file) return file.error();
        auto const size = size_of(*file);
        if (!size) return size.error();
        if (*size > limits::artifact) return fault{errc::oversized, "update file", *size};
        H h;
        bytes block(64 * 1024);
        for (std::uint64_t at = 0; at < *size;) {
            auto const part = byte_span(block).first(std::size_t(std::min<std::uint64_t>(block.size(), *size - at)));
            if (auto f = read_all(*file, at, part)) return f;
            h.update(part);
            at += part.size();
        }
        return measured_file{*size, h.finish()};
    }
    /// paper 2.1: "files that completed the CI check"; the check gets the copy's path as its argument.
    result<std::uint32_t> check(std::string const& command) const { return run_command(command, copy_.string(), check_limit_); }

private:
    workshop(lock held, std::filesystem::path copy, std::chrono::milliseconds limit)
        : lock_(std::move(held)), copy_(std::move(copy)), check_limit_(limit) {}

    lock lock_;
    std::filesystem::path copy_;
    std::chrono::milliseconds check_limit_;
};

} // namespace daicho::file
