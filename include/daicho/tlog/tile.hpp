#pragma once

#include <daicho/tlog/checkpoint.hpp>

namespace daicho::tlog {

/// Part of a log's tree, or its entries, as a static file (C2SP tlog-tiles): once full it never changes, so any file server or
/// cache serves it.
struct tile {
    static constexpr std::uint64_t full = 256;  ///< hashes, or entries, in a whole one
    static constexpr unsigned levels = 8;       ///< of 256 each: all that a size of 64 bits can have

    unsigned level = 0;        ///< 0: leaf hashes; a hash of level l + 1 is the head of a full tile of level l
    std::uint64_t index = 0;   ///< within its level
    std::uint64_t width = full;
    bool entries = false;      ///< the entries themselves, each after its length in two bytes; level 0

    friend constexpr bool operator==(tile const&, tile const&) = default;

    /// How many hashes of a level there are in a tree of `size` leaves.
    static constexpr std::uint64_t hashes(std::uint64_t size, unsigned level) noexcept { return level < levels ? size >> (8 * level) : 0; }

    /// Whether a tree of `size` leaves has it, this wide or wider.
    constexpr bool in(std::uint64_t size) const noexcept {
        std::uint64_t const there = hashes(size, level);
        return width != 0 && width <= full && index <= (~std::uint64_t(0) >> 8) && there >= index * full && there - index * full >= width;
    }

    /// Below a log's prefix: tile/0/x001/x234/067, tile/entries/000.p/3
    std::string path() const {
        std::string number;
        for (std::uint64_t rest = index, first = 1; first || rest != 0; rest /= 1000, first = 0) {
            std::string part = std::to_string(rest % 1000);
            part.insert(0, 3 - part.size(), '0');
            number = (first ? part : 'x' + part + '/' + number);
        }
        auto out = "tile/" + (entries ? std::string("entries") : std::to_string(level)) + '/' + number;
        if (width != full) out += ".p/" + std::to_string(width);
        return out;
    }

    /// Errors: missing_field (no path of a tile), non_canonical (another way to write one), out_of_range.
    static constexpr result<tile> parse(std::string_view path) noexcept {
        if (!path.starts_with("tile/")) return fault{errc::missing_field, "tile"};
        path.remove_prefix(5);
        tile t;
        std::size_t const slash = path.find('/');
        if (slash == path.npos) return fault{errc::missing_field, "tile.index"};
        if (path.substr(0, slash) == "entries") {
            t.entries = true;
        } else {
            auto const level = checkpoint::decimal(path.substr(0, slash));
            if (!level) return fault{level.error().code, "tile.level"};
            if (*level > 63) return fault{errc::out_of_range, "tile.level", *level};
            t.level = unsigned(*level);
        }
        path.remove_prefix(slash + 1);
        if (std::size_t const partial = path.find(".p/"); partial != path.npos) {
            auto const width = checkpoint::decimal(path.substr(partial + 3));
            if (!width) return fault{width.error().code, "tile.width"};
            if (*width == 0 || *width >= full) return fault{errc::out_of_range, "tile.width", *width};
            t.width = *width;
            path = path.substr(0, partial);
        }
        for (bool first = true;; first = false) {
            bool const last = !path.starts_with('x');
            if (!last) path.remove_prefix(1);
            if (path.size() < 3 || (last ? path.size() != 3 : path.size() < 7 || path[3] != '/')) return fault{errc::non_canonical, "tile.index"};
            std::uint64_t part = 0;
            for (char c : path.substr(0, 3)) {
                if (c < '0' || c > '9') return fault{errc::non_canonical, "tile.index"};
                part = part * 10 + std::uint64_t(c - '0');
            }
            if (first && !last && part == 0) return fault{errc::non_canonical, "tile.index"};  // x000/ leads nowhere else
            if (t.index > (~std::uint64_t(0) - part) / 1000) return fault{errc::out_of_range, "tile.index"};
            t.index = t.index * 1000 + part;
            if (last) return t;
            path.remove_prefix(4);
        }
    }
};

} // namespace daicho::tlog
