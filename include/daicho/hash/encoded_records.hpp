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
        std::size_t total = 0;
        for (std::size_t i = 0; i != places_.size(); ++i) total += (places_[i] = {i, schema::encoded_size(records[i])}).length;
        auto const shorter = [](place const& a, place const& b) { return a.length < b.length; };
        if (!std::is_sorted(places_.begin(), places_.end(), shorter)) std::sort(places_.begin(), places_.end(), shorter);
        bytes_.resize(total);
        byte_span free = bytes_;
        for (auto& p : places_) free = free.subspan(schema::encode_into(free, records[p.record])->size());
    }

    /// The digest of `prefix` and each record, in the records' order.
    template <hash_function H, many_hash<H> M = many_of<H>>
    std::vector<digest> digests(byte_view prefix = {}, M const& many = {}) const {
        std::vector<digest> by_length(places_.size()), out(places_.size());
        byte_view left = bytes_;
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
    std::vector<place> places_;  // shortest first
    bytes bytes_;
};

} // namespace daicho
