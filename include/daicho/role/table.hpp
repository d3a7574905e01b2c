#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace daicho::role {

/// Rows for people: columns as wide as their widest cell, numbers to the right.
class table {
public:
    explicit table(std::vector<std::string> titles) : rows_{std::move(titles)} {}

    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    std::size_t size() const noexcept { return rows_.size() - 1; }

    std::string text() const {
        std::vector<std::size_t> widths(rows_[0].size(), 0);
        for (auto& r : rows_)
            for (std::size_t i = 0; i != r.size(); ++i) widths[i] = std::max(widths[i], shown_width(r[i]));
        std::string out;
        for (std::size_t n = 0; n != rows_.size(); ++n) {
            std::string line;
            for (std::size_t i = 0; i != rows_[n].size(); ++i) {
                auto const& cell = rows_[n][i];
                std::string const space(widths[i] - shown_width(cell), ' ');
                bool const number = n != 0 && !cell.empty() && cell.find_first_not_of("0123456789") == std::string::npos;
                line += (i ? "  " : "") + (number ? space + cell : cell + space);
            }
            line.erase(line.find_last_not_of(' ') + 1);
            out += line + '\n';
        }
        return out;
    }

private:
    /// Characters, not bytes: names may be in any script.
    static std::size_t shown_width(std::string_view s) {
        return std::size_t(std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    }
    std::vector<std::vector<std::string>> rows_;
};

/// 2026-11-22 21:05:33Z
inline std::string utc(std::uint64_t seconds) {
    auto const t = std::time_t(seconds);
    std::tm parts{};
    if (!gmtime_r(&t, &parts)) return std::to_string(seconds);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &parts)};
}

} // namespace daicho::role
