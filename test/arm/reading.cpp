/// A record on a Cortex-M4: no heap, no exceptions, no RTTI. The smallest thing that a device must be able to afford.
#include <daicho/schema/codec.hpp>

namespace {
struct reading {
    static constexpr daicho::schema::tag schema{200, 1, "reading"};
    DAICHO_RECORD(reading, (std::uint32_t, sequence), (daicho::digest, image), (daicho::inline_bytes<16>, model));
};
} // namespace

extern "C" std::size_t encode_reading(std::uint8_t* to, std::size_t room, std::uint32_t sequence) {
    reading r{};
    r.sequence = sequence;
    auto const written = daicho::schema::encode_into({to, room}, r);
    return written ? written->size() : 0;
}

extern "C" bool decode_reading(std::uint8_t const* from, std::size_t size, std::uint32_t* sequence) {
    reading r{};
    if (daicho::schema::decode_into({from, size}, r)) return false;
    *sequence = r.sequence;
    return true;
}
