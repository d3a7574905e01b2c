/// Any input is either refused or is exactly what encode() writes. The record has a field of every kind.
#include <daicho/schema/codec.hpp>

#include <cstdlib>

namespace {

enum class colour : std::uint8_t { red, green, blue };

struct point {
    static constexpr daicho::schema::tag schema{200, 1, "point"};
    DAICHO_RECORD(point, (std::uint16_t, x), (bool, visible));
};

struct label {
    static constexpr daicho::schema::tag schema{201, 1, "label"};
    DAICHO_RECORD(label, (daicho::inline_string<12>, text));
};

} // namespace

template <>
inline constexpr auto daicho::schema::names_of<colour> = std::to_array<std::string_view>({"red", "green", "blue"});

namespace {

struct drawing {
    using points = daicho::inline_list<point, 8>;
    using maybe_digest = std::optional<daicho::digest>;
    using mark = std::variant<point, label>;
    static constexpr daicho::schema::tag schema{202, 3, "drawing"};
    DAICHO_RECORD(drawing,
        (std::uint64_t, number),
        (colour, ink),
        (points, outline),
        (maybe_digest, image),
        (daicho::inline_bytes<40>, note),
        (mark, centre));
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    daicho::byte_view const bytes{input, size};
    auto const read = daicho::decode<drawing>(bytes);
    if (!read) {
        if (read.error().at > size) std::abort();  // a fault points into the input
        return 0;
    }
    auto const written = daicho::encode(*read);
    if (!std::equal(written.begin(), written.end(), bytes.begin(), bytes.end())) std::abort();
    if (written.size() > daicho::schema::max_encoded<drawing>) std::abort();
    return 0;
}
