/// Each record of the wire in JSON: a text is refused, or what was read gives a JSON text that reads the same, and canonical bytes that do.
/// The first byte chooses the record.
#include "wire_records.hpp"

#include <daicho/schema/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    using namespace daicho;
    if (size == 0) return 0;
    byte_view const b{input + 1, size - 1};
    wire::choose(input[0], [&]<class Record>() {
        std::string why;
        auto const read = schema::from_json<Record>(as_text(b), limits::http_body, &why);
        if (!read) return wire::demand(!why.empty());
        wire::demand(!schema::check_bounds(*read));
        auto const text = to_json(*read);
        auto const again = from_json<Record>(text);
        wire::demand(again && *again == *read && to_json(*again) == text);
        auto const decoded = decode<Record>(encode(*read));
        wire::demand(decoded && *decoded == *read);
    });
    return 0;
}
