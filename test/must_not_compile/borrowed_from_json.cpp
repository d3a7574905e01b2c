// expect: borrowed bytes cannot be read from JSON: there are no bytes to borrow (use bounded_bytes)
#include <daicho/schema/json.hpp>

#ifdef DAICHO_CONTROL
using content = daicho::bounded_bytes<16>;
#else
using content = daicho::borrowed_bytes<16>;
#endif

auto read(std::string_view text) { return daicho::from_json<content>(text); }
