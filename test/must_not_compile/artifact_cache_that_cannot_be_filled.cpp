// expect: Cache must be a fillable artifact_cache: docs/concepts/artifact_cache.md
#include <daicho/update/fetch.hpp>

#include "../archetypes.hpp"

#ifdef DAICHO_CONTROL
using cache_type = archetypes::fillable_cache;
#else
using cache_type = archetypes::artifact_cache;
#endif

daicho::fault bring(cache_type& cache, archetypes::artifact_source& source, daicho::release const& r) {
    return daicho::update::fetch<archetypes::hash_function>(cache, source, r, {}, [](std::uint64_t, std::uint64_t) {});
}
