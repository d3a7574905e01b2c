#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <unistd.h>

/// A line on standard error that says how far a long work has come, ten times a second at most, when a person looks: on anything
/// but a terminal it says nothing. It takes itself away when it ends.
class progress_bar {
public:
    explicit progress_bar(std::string what, bool shown = isatty(STDERR_FILENO) == 1) : what_(std::move(what)), shown_(shown) {}
    progress_bar(progress_bar const&) = delete;
    progress_bar& operator=(progress_bar const&) = delete;
    ~progress_bar() {
        if (drawn_) std::fprintf(stderr, "\r\033[K");
    }

    void show(std::uint64_t done, std::uint64_t of) {
        auto const now = std::chrono::steady_clock::now();
        if (!shown_ || now - last_ < std::chrono::milliseconds(100)) return;
        last_ = now;
        drawn_ = true;
        constexpr std::uint64_t width = 30;
        std::uint64_t const full = of == 0 ? 0 : done >= of ? width : std::uint64_t(double(done) / double(of) * double(width));
        std::fprintf(stderr, "\r\033[K%s [%s%s] %llu of %llu blocks", what_.c_str(), std::string(full, '#').c_str(), std::string(width - full, '.').c_str(),
                     static_cast<unsigned long long>(done), static_cast<unsigned long long>(of));
        std::fflush(stderr);
    }

private:
    std::string what_;
    bool shown_, drawn_ = false;
    std::chrono::steady_clock::time_point last_{};
};
