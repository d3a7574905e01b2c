// expect: a member of this record has no canonical bytes: specialise daicho::schema::field
#include <daicho/schema/codec.hpp>

struct reading {
#ifdef DAICHO_CONTROL
    using value = std::uint32_t;
#else
    using value = double;  // no two machines agree on the bytes of a double
#endif
    DAICHO_RECORD(reading, (value, celsius));
};

constexpr std::size_t most = daicho::schema::max_encoded<reading>;
static_assert(most != 0);
