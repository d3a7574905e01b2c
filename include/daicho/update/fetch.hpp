#pragma once

#include <daicho/base/fault_text.hpp>
#include <daicho/concept/artifact_cache.hpp>
#include <daicho/concept/artifact_source.hpp>
#include <daicho/concept/hash_function.hpp>
#include <daicho/record/release.hpp>
#include <daicho/update/digest_in_parts.hpp>

#include <functional>
#include <stop_token>

namespace daicho::update {

/// Brings a release's file into a cache from the first of its sources that has it, going on where a cut transfer ended, and
/// checks its digest before anybody can see it (paper 2.3: "fetches the file from the repository, keeps it").
/// `progress(got, size)` is told after each piece. Errors: the last source's; wrong_digest; busy after a stop.
template <class H, class Cache, class Source>
fault fetch(Cache& cache, Source& source, release const& r, std::stop_token stop, std::function<void(std::uint64_t, std::uint64_t)> const& progress) {
    static_assert(hash_function<H>, "H must be a hash_function: docs/concepts/hash_function.md");
    static_assert(fillable_cache<Cache>, "Cache must be a fillable artifact_cache: docs/concepts/artifact_cache.md");
    static_assert(artifact_source<Source>, "Source must be an artifact_source: docs/concepts/artifact_source.md");
    if (auto const whole = cache.size(r.verifier); whole && *whole == r.size) return {};
    fault last{errc::not_found, "release.sources"};
    for (auto& where : r.sources) {
        if (cache.begun(r.verifier) > r.size) (void)cache.drop(r.verifier);
        std::uint64_t at = cache.begun(r.verifier);
        auto const sink = [&](byte_view piece) -> fault {
            if (stop.stop_requested()) return {errc::busy, "stopped", at};
            if (auto f = cache.append(r.verifier, at, piece)) return f;
            at += piece.size();
            progress(at, r.size);
            return {};
        };
        last = at == r.size ? fault{} : source.fetch(std::string_view(where), r.verifier, at, r.size, sink);
        if (stop.stop_requested()) return {errc::busy, "stopped", at};
        if (last) continue;
        bytes block(64 * 1024);
        auto const there = digest_in_parts<H>(block, r.size, [&](std::uint64_t n, byte_span out) { return cache.read_part(r.verifier, n, out); });
        last = there.error();
        if (there && *there != r.verifier) last = {errc::wrong_digest, "artifact"};
        if (!last) return cache.finish(r.verifier);
        (void)cache.drop(r.verifier);  // another source may have the right one
    }
    return last;
}

} // namespace daicho::update
