// expect: an optional of an optional has two ways to be null
#include <daicho/schema/codec.hpp>

#ifdef DAICHO_CONTROL
using maybe = std::optional<std::uint32_t>;
#else
using maybe = std::optional<std::optional<std::uint32_t>>;
#endif

constexpr std::size_t most = daicho::schema::max_encoded<maybe>;
static_assert(most != 0);
