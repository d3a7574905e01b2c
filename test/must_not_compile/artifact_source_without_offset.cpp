// expect: Source must be an artifact_source: docs/concepts/artifact_source.md
#include <daicho/update/fetch.hpp>

#include "../archetypes.hpp"

struct from_the_start {
    template <class Sink>
#ifdef DAICHO_CONTROL
    daicho::fault fetch(std::string_view, daicho::digest const&, std::uint64_t, std::uint64_t, Sink) { return {}; }
#else
    daicho::fault fetch(std::string_view, daicho::digest const&, std::uint64_t, Sink) { return {}; }
#endif
};

daicho::fault bring(archetypes::fillable_cache& cache, from_the_start& source, daicho::release const& r) {
    return daicho::update::fetch<archetypes::hash_function>(cache, source, r, {}, [](std::uint64_t, std::uint64_t) {});
}
