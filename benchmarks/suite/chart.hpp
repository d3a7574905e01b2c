#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

/// A table of ratios as a picture: one bar a row, so long as it is many times faster than what it is compared with.
namespace daicho::benchmarks {

struct bar {
    std::string policy;
    std::string figure;     ///< what the bar stands for, in words: "118.7 ns"
    double ratio = 0;       ///< of rates, to the first row of the group, whose ratio is 1
};

struct chart_group {
    std::string title;
    std::vector<bar> bars;
};

/// An SVG of all groups. A group's bars share one scale; the line marks what they are compared with.
inline std::string chart(std::string const& title, std::string const& when_and_where, std::vector<chart_group> const& groups) {
    constexpr int width = 920, names = 400, figures = 160, row = 22, head = 64, gap = 40;
    constexpr double room = width - names - figures;
    auto const escaped = [](std::string const& text) {
        std::string out;
        for (char c : text) {
            if (c == '<') out += "&lt;";
            else if (c == '>') out += "&gt;";
            else if (c == '&') out += "&amp;";
            else out += c;
        }
        return out;
    };
    auto const text = [&](double x, double y, char const* style, std::string const& words) {
        char at[64];
        std::snprintf(at, sizeof at, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, style);
        return at + escaped(words) + "</text>\n";
    };
    auto const box = [&](double x, double y, double w, double h, char const* style) {
        char at[128];
        std::snprintf(at, sizeof at, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"/>\n", x, y, w, h, style);
        return std::string(at);
    };

    int height = head;
    for (auto const& g : groups) height += gap + row * int(g.bars.size());
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(height) +
                      "\" font-family=\"sans-serif\" font-size=\"13\">\n"
                      "<style>.page{fill:#fff}.title{font-size:17px;font-weight:bold}.note{fill:#666;font-size:12px}.group{font-weight:bold}"
                      ".name{text-anchor:end}.peer{fill:#a8b0b8}.ours{fill:#2f7d5b}.slower{fill:#c07a2c}.one{fill:#333}</style>\n" +
                      box(0, 0, width, height, "page") + text(16, 26, "title", title) + text(16, 46, "note", when_and_where);
    double y = head;
    for (auto const& g : groups) {
        double widest = 1;
        for (auto const& b : g.bars) widest = std::max(widest, b.ratio);
        out += text(16, y + 16, "group", g.title);
        y += 26;
        out += box(names + room / widest, y, 1, row * double(g.bars.size()), "one");
        for (auto const& b : g.bars) {
            char times[32];
            std::snprintf(times, sizeof times, b.ratio >= 100 ? "%.0fx  " : "%.2fx  ", b.ratio);
            bool const first = &b == &g.bars.front();
            out += text(names - 8, y + 15, "name", b.policy.size() > 58 ? b.policy.substr(0, 57) + "…" : b.policy);
            out += box(names, y + 3, std::max(1.0, room * b.ratio / widest), row - 6, first ? "peer" : b.ratio < 1 ? "slower" : "ours");
            out += text(names + room * b.ratio / widest + 6, y + 15, "note", times + b.figure);
            y += row;
        }
        y += gap - 26;
    }
    return out + "</svg>\n";
}

} // namespace daicho::benchmarks
