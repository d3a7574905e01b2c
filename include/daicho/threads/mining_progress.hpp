#pragma once

#include <daicho/base/weight.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace daicho::threads {

/// How a search for a nonce goes, in words for a log. What is expected is counted from now on, however long it took until now:
/// each hash is a new throw of the dice.
///     28.8 M hashes/s, expected 12 s
struct mining_progress {
    std::uint64_t tried = 0;                ///< hashes until now
    std::chrono::duration<double> taken{};  ///< for them, by the clock
    weight work;                            ///< hashes that a proof takes on average

    std::string text() const {
        if (tried == 0 || taken.count() <= 0) return "0 hashes/s";
        double const rate = double(tried) / taken.count();
        double const wanted = double(work.high) * 18446744073709551616.0 + double(work.low);
        return scaled(rate) + " hashes/s, expected " + duration(wanted / rate);
    }

private:
    static std::string print(char const* format, double value) {
        char line[48];
        return std::string(line, std::size_t(std::snprintf(line, sizeof line, format, value)));
    }
    static std::string scaled(double rate) {
        if (rate >= 1e9) return print("%.1f G", rate / 1e9);
        if (rate >= 1e6) return print("%.1f M", rate / 1e6);
        if (rate >= 1e3) return print("%.1f k", rate / 1e3);
        return print("%.0f", rate);
    }
    static std::string duration(double seconds) {
        if (seconds < 1) return "less than 1 s";
        if (seconds < 120) return print("%.0f s", seconds);
        if (seconds < 7200) return print("%.0f min", seconds / 60);
        if (seconds < 172800) return print("%.0f h", seconds / 3600);
        if (seconds < 63072000) return print("%.0f days", seconds / 86400);
        return print("%.3g years", seconds / 31536000);
    }
};

} // namespace daicho::threads
