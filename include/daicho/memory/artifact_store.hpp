#pragma once

#include <daicho/concept/artifact_store.hpp>

#include <algorithm>
#include <unordered_map>

namespace daicho::memory {

/// An artifact_store in RAM, for tests and simulations.
class artifact_store {
public:
    explicit artifact_store(std::uint64_t capacity = ~std::uint64_t(0)) : capacity_(capacity) {}

    fault put(digest const& d, byte_view b) {
        if (kept_.contains(d)) return {errc::duplicate, "artifact"};
        if (b.size() > capacity_ - used_) return {errc::store_full, "artifact", used_};
        kept_.emplace(d, bytes(b.begin(), b.end()));
        used_ += b.size();
        return {};
    }
    result<std::uint64_t> size(digest const& d) const {
        auto const it = kept_.find(d);
        if (it == kept_.end()) return fault{errc::not_found, "artifact"};
        return std::uint64_t(it->second.size());
    }
    fault read(digest const& d, std::uint64_t offset, byte_span out) const {
        auto const it = kept_.find(d);
        if (it == kept_.end()) return {errc::not_found, "artifact"};
        if (offset > it->second.size() || out.size() > it->second.size() - offset) return {errc::out_of_range, "artifact", offset};
        std::copy_n(it->second.begin() + std::ptrdiff_t(offset), out.size(), out.begin());
        return {};
    }

private:
    std::unordered_map<digest, bytes, digest_hash> kept_;
    std::uint64_t capacity_, used_ = 0;
};
static_assert(daicho::artifact_store<artifact_store>);

} // namespace daicho::memory
