#pragma once

#include <daicho/schema/codec.hpp>
#include <daicho/schema/record.hpp>

#include <optional>
#include <random>
#include <string>
#include <variant>

/// Records with a field of every kind, and random ones of them, for the tests of the schema and its views.
namespace sample {

enum class colour : std::uint8_t { red, green, blue };

} // namespace sample

template <>
inline constexpr auto daicho::schema::names_of<sample::colour> = std::to_array<std::string_view>({"red", "green", "blue"});

namespace sample {

struct point {
    static constexpr daicho::schema::tag schema{0x70, 1, "point"};
    DAICHO_RECORD(point, (std::uint32_t, x), (std::uint8_t, y));
    friend bool operator==(point const&, point const&) = default;
};

struct circle {
    static constexpr daicho::schema::tag schema{0x71, 2, "circle"};
    DAICHO_RECORD(circle, (point, centre), (std::uint64_t, radius));
    friend bool operator==(circle const&, circle const&) = default;
};

/// Without a tag: part of others only.
struct size {
    DAICHO_RECORD(size, (std::uint16_t, width), (std::uint16_t, height));
    friend bool operator==(size const&, size const&) = default;
};

struct everything {
    using fixed_type = std::array<daicho::byte, 4>;
    using bytes_type = daicho::inline_bytes<40>;
    using heap_bytes_type = daicho::bounded_bytes<300>;
    using text_type = daicho::inline_string<24>;
    using numbers_type = daicho::inline_list<std::uint64_t, 5>;
    using points_type = daicho::bounded_list<point, 30>;
    using maybe_type = std::optional<size>;
    using maybe_list_type = daicho::bounded_list<std::optional<bool>, 4>;
    using shape_type = std::variant<point, circle>;
    static constexpr daicho::schema::tag schema{0x72, 1, "everything"};
    DAICHO_RECORD(everything,
        (std::uint8_t, tiny),
        (std::uint16_t, small),
        (std::uint32_t, medium),
        (std::uint64_t, large),
        (bool, flag),
        (colour, paint),
        (fixed_type, fixed),
        (bytes_type, some),
        (heap_bytes_type, more),
        (text_type, name),
        (numbers_type, numbers),
        (points_type, points),
        (maybe_type, extent),
        (maybe_list_type, votes),
        (shape_type, shape));
    friend bool operator==(everything const&, everything const&) = default;
};

using generator = std::mt19937_64;

inline std::uint64_t below(generator& g, std::uint64_t n) { return g() % n; }

/// Small numbers, numbers at the widths' borders, and anything else, about equally often.
template <class T>
T number(generator& g) {
    switch (below(g, 4)) {
    case 0: return T(below(g, 30));
    case 1: return std::numeric_limits<T>::max();
    case 2: return T((std::uint64_t(1) << (8 * (std::uint64_t(1) << below(g, 3)))) - below(g, 2));
    default: return T(g());
    }
}

inline daicho::bytes octets(generator& g, std::size_t most) {
    daicho::bytes b(below(g, most + 1));
    for (auto& x : b) x = daicho::byte(g());
    return b;
}

inline everything random(generator& g) {
    static constexpr std::string_view names[] = {"", "a", " two words ", "<&>\"'\\", "t\xc3\xa9l\xc3\xa9", "\xe5\x8f\xb0\xe5\xb8\xb3", "\xf0\x9f\x8d\xa3"};
    everything e{};
    e.tiny = number<std::uint8_t>(g);
    e.small = number<std::uint16_t>(g);
    e.medium = number<std::uint32_t>(g);
    e.large = number<std::uint64_t>(g);
    e.flag = below(g, 2) != 0;
    e.paint = colour(below(g, 3));
    for (auto& x : e.fixed) x = daicho::byte(g());
    e.some.assign(octets(g, 40));
    e.more = octets(g, 300);
    e.name.assign(names[below(g, std::size(names))]);
    for (auto n = below(g, 6); n != 0; --n) e.numbers.push_back(number<std::uint64_t>(g));
    for (auto n = below(g, 31); n != 0; --n) e.points.push_back({number<std::uint32_t>(g), number<std::uint8_t>(g)});
    if (below(g, 2) != 0) e.extent = size{number<std::uint16_t>(g), number<std::uint16_t>(g)};
    for (auto n = below(g, 5); n != 0; --n) {
        auto const v = below(g, 3);
        e.votes.push_back(v == 0 ? std::optional<bool>() : std::optional<bool>(v == 1));
    }
    point const p{number<std::uint32_t>(g), number<std::uint8_t>(g)};
    if (below(g, 2) != 0)
        e.shape = p;
    else
        e.shape = circle{p, number<std::uint64_t>(g)};
    return e;
}

} // namespace sample
