#pragma once

#include <daicho/concept/many_hash.hpp>
#include <daicho/schema/codec.hpp>

#include <algorithm>

namespace daicho {

/// The canonical bytes of many records, written once, those of one length side by side: what a many_hash takes.
class encoded_records {
public:
    template <class Records>
    explicit encoded_records(Records const& records) : places_(records.size()) {
        byte_span free = room_for([&](std::size_t i) { return schema::encoded_size(records[i]); });
        for (auto& p : places_) free = free.subspan(schema::encode_into(free, records[p.record])->size());
    }

    /// Of records that came as such bytes: they are copied only where those of one length do not lie one after another. They have to
    /// stay where they are.
    static encoded_records of_canonical(std::span<byte_view const> records) { return encoded_records(records, canonical{}); }

    encoded_records(encoded_records const&) = delete;
    encoded_records& operator=(encoded_records const&) = delete;

    /// The digest of `prefix` and each record, in the records' order.
    template <hash_function H, many_hash<H> M = many_of<H>>
    std::vector<digest> digests(byte_view prefix = {}, M const& many = {}) const {
        std::vector<digest> by_length(places_.size()), out(places_.size());
        byte_view left = side_by_side_;
        for (std::size_t i = 0; i != places_.size();) {
            std::size_t const length = places_[i].length;
            auto const longer = std::find_if(places_.begin() + std::ptrdiff_t(i), places_.end(), [&](place const& p) { return p.length != length; });
            std::size_t const n = std::size_t(longer - places_.begin()) - i;
            many.hash(prefix, left.first(n * length), length, std::span(by_length).subspan(i, n));
            left = left.subspan(n * length);
            i += n;
        }
        for (std::size_t i = 0; i != places_.size(); ++i) out[places_[i].record] = by_length[i];
        return out;
    }

private:
    struct place {
        std::size_t record = 0, length = 0;
    };
    struct canonical {};

    encoded_records(std::span<byte_view const> records, canonical) : places_(records.size()) {
        auto const apart = [](byte_view a, byte_view b) { return a.size() > b.size() || a.data() + a.size() != b.data(); };
        if (std::adjacent_find(records.begin(), records.end(), apart) == records.end()) {
            for (std::size_t i = 0; i != places_.size(); ++i) places_[i] = {i, records[i].size()};
            if (!records.empty()) side_by_side_ = {records.front().data(), records.back().data() + records.back().size()};
            return;
        }
        byte_span free = room_for([&](std::size_t i) { return records[i].size(); });
        for (auto& p : places_) {
            std::copy(records[p.record].begin(), records[p.record].end(), free.begin());
            free = free.subspan(p.length);
        }
    }

    /// Sorts places by `size_of(record)` and makes room for all.
    template <class SizeOf>
    byte_span room_for(SizeOf size_of) {
        std::size_t total = 0;
        for (std::size_t i = 0; i != places_.size(); ++i) total += (places_[i] = {i, size_of(i)}).length;
        auto const shorter = [](place const& a, place const& b) { return a.length < b.length; };
        if (!std::is_sorted(places_.begin(), places_.end(), shorter)) std::sort(places_.begin(), places_.end(), shorter);
        bytes_ = bytes(total);
        side_by_side_ = bytes_;
        return bytes_;
    }

    std::vector<place> places_;  // shortest first
    bytes bytes_;
    byte_view side_by_side_;
};

} // namespace daicho
