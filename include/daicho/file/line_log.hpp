#pragma once

#include <daicho/concept/observer.hpp>

#include <unistd.h>

#include <ctime>
#include <string>
#include <utility>

namespace daicho::file {

/// An observer for people: one line an event, each written whole, so that threads and processes may share a terminal or a file.
///     20:31:02 node-1        block        3 ab12cd34 sealed, 2 transactions
class line_log {
public:
    explicit line_log(std::string who, int descriptor = STDERR_FILENO) : who_(std::move(who)), descriptor_(descriptor) {}

    void note(std::string_view event, std::string_view detail) const {
        char clock[16] = {};
        std::time_t const now = std::time(nullptr);
        std::tm local{};
        if (::localtime_r(&now, &local) != nullptr) std::strftime(clock, sizeof clock, "%H:%M:%S", &local);
        std::string line = clock;
        line += ' ';
        pad(line, who_, 13);
        pad(line, event, 12);
        line += detail;
        for (char& c : line)  // a stranger's text starts no line of its own
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
        line += '\n';
        for (std::string_view rest = line; !rest.empty();) {
            auto const n = ::write(descriptor_, rest.data(), rest.size());
            if (n <= 0) return;  // nobody reads it
            rest.remove_prefix(std::size_t(n));
        }
    }

private:
    static void pad(std::string& line, std::string_view word, std::size_t width) {
        line += word;
        line.append(word.size() < width ? width - word.size() : 0, ' ');
        line += ' ';
    }
    std::string who_;
    int descriptor_;
};

static_assert(observer<line_log>);

} // namespace daicho::file
