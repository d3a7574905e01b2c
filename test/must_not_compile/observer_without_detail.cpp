// expect: Observer must be an observer: docs/concepts/observer.md
#include <daicho/role/repository.hpp>

#include "../archetypes.hpp"

struct terse {
#ifdef DAICHO_CONTROL
    void note(std::string_view, std::string_view) {}
#else
    void note(std::string_view) {}
#endif
};

using repository = daicho::role::repository<archetypes::signature_scheme, archetypes::hash_function, archetypes::artifact_store, terse>;
constexpr std::size_t bytes_of_a_repository = sizeof(repository);
