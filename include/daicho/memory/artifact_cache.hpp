#pragma once

#include <daicho/concept/artifact_cache.hpp>

#include <algorithm>
#include <unordered_map>

namespace daicho::memory {

/// An artifact_cache in RAM: for tests and simulations, and for a gateway that may fetch everything again after a restart.
class artifact_cache {
public:
    explicit artifact_cache(std::uint64_t capacity = ~std::uint64_t(0)) : capacity_(capacity) {}

    result<std::uint64_t> size(digest const& d) const {
        auto const it = whole_.find(d);
        if (it == whole_.end()) return fault{errc::not_found, "artifact"};
        return std::uint64_t(it->second.size());
    }
    fault read(digest const& d, std::uint64_t offset, byte_span out) const { return read_from(whole_, d, offset, out); }
    fault drop(digest const& d) {
        for (auto* kept : {&whole_, &parts_})
            if (auto const it = kept->find(d); it != kept->end()) {
                used_ -= it->second.size();
                kept->erase(it);
            }
        return {};
    }

    std::uint64_t begun(digest const& d) const {
        auto const it = parts_.find(d);
        return it == parts_.end() ? 0 : it->second.size();
    }
    /// Errors: out_of_range, store_full.
    fault append(digest const& d, std::uint64_t offset, byte_view b) {
        if (begun(d) != offset) return {errc::out_of_range, "artifact part", offset};
        if (b.size() > capacity_ - used_) return {errc::store_full, "artifact part", used_};
        auto& part = parts_[d];
        part.insert(part.end(), b.begin(), b.end());
        used_ += b.size();
        return {};
    }
    fault read_part(digest const& d, std::uint64_t offset, byte_span out) const { return read_from(parts_, d, offset, out); }
    fault finish(digest const& d) {
        auto const it = parts_.find(d);
        if (it == parts_.end()) return {errc::not_found, "artifact part"};
        auto content = std::move(it->second);
        parts_.erase(it);
        if (auto const old = whole_.find(d); old != whole_.end()) used_ -= old->second.size();
        whole_.insert_or_assign(d, std::move(content));
        return {};
    }

private:
    using files = std::unordered_map<digest, bytes, digest_hash>;

    static fault read_from(files const& from, digest const& d, std::uint64_t offset, byte_span out) {
        auto const it = from.find(d);
        if (it == from.end()) return {errc::not_found, "artifact"};
        auto const& content = it->second;
        if (offset > content.size() || out.size() > content.size() - offset) return {errc::out_of_range, "artifact", offset};
        std::copy_n(content.begin() + std::ptrdiff_t(offset), out.size(), out.begin());
        return {};
    }

    files whole_, parts_;
    std::uint64_t capacity_, used_ = 0;
};

static_assert(fillable_cache<artifact_cache>);

} // namespace daicho::memory
