// expect: HMAC is made of a hash_function that has a block_size: docs/concepts/hash_function.md
#include <daicho/hash/hmac.hpp>

#include "../archetypes.hpp"

#ifdef DAICHO_CONTROL
using hash = archetypes::block_hash_function;
#else
using hash = archetypes::hash_function;
#endif

auto tag(daicho::byte_view key) { return daicho::hmac<hash>::tag(key, {}); }
