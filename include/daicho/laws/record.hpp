#pragma once

#include <daicho/laws/law.hpp>
#include <daicho/schema/codec.hpp>

#include <vector>

namespace daicho::laws {

/// Laws of docs/concepts/record.md, for any type with canonical bytes: a record, or a field type of your own.
/// `samples` should reach the borders: the least, the most, the empty.
template <schema::encodable T>
    requires std::equality_comparable<T>
void record(verdict& v, std::vector<T> const& samples) {
    for (auto const& sample : samples) {
        bytes const good = encode(sample);
        auto const back = decode<T>(good);
        v.law("What encode writes, decode reads back as the same value.", back && *back == sample);
        v.law("A record takes the bytes it says, and never more than the most.",
              good.size() == schema::encoded_size(sample) && good.size() <= schema::max_encoded<T>);

        bool all_cuts_refused = true;
        for (std::size_t n = 0; n != good.size(); ++n) all_cuts_refused = all_cuts_refused && !decode<T>(byte_view(good).first(n));
        auto longer = good;
        longer.push_back(0);
        v.law("A record that is cut or followed by bytes is refused.", all_cuts_refused && !decode<T>(longer));

        auto const same_bytes = [](bytes const& input) {
            auto const read = decode<T>(input);
            return !read || encode(*read) == input;
        };
        bool canonical = true;
        for (std::size_t i = 0; i != good.size(); ++i) {
            for (unsigned bit = 0; bit != 8; ++bit) {
                auto altered = good;
                altered[i] = byte(altered[i] ^ (1u << bit));
                canonical = canonical && same_bytes(altered);
            }
            // A short head written the long way means the same to a lax reader.
            auto wordy = good;
            if ((wordy[i] & 31) < 24) {
                wordy.insert(wordy.begin() + std::ptrdiff_t(i) + 1, byte(wordy[i] & 31));
                wordy[i] = byte((wordy[i] & 0xe0) | 24);
                canonical = canonical && same_bytes(wordy);
            }
        }
        v.law("What decodes encodes to the very same bytes.", canonical);

        if constexpr (schema::tagged<T>) {
            bool other_refused = true;
            for (std::uint16_t flip : {std::uint16_t(0x0001), std::uint16_t(0x0100)}) {
                byte tag[3];
                schema::cbor::put_head(tag, schema::cbor::major::unsigned_integer, std::uint16_t(T::schema.value() ^ flip));
                auto other = good;
                std::size_t const head = schema::cbor::head_size(schema::field_count<T> + 1), n = schema::cbor::head_size(T::schema.value());
                if (n != schema::cbor::head_size(std::uint16_t(T::schema.value() ^ flip))) continue;
                std::copy_n(tag, n, other.begin() + std::ptrdiff_t(head));
                other_refused = other_refused && decode<T>(other).error() == errc::wrong_schema;
            }
            v.law("A record of another kind or version is refused.", other_refused);
        }
    }
}

} // namespace daicho::laws
