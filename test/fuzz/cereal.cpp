/// Each record of the wire through the bounded archive: bytes are refused, or what was loaded is within its bounds and comes back the same.
/// The first byte chooses the record.
#include "wire_records.hpp"

#include <daicho/cereal/door.hpp>

#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    using namespace daicho;
    if (size == 0) return 0;
    byte_view const b{input + 1, size - 1};
    wire::choose(input[0], [&]<class Record>() {
        if constexpr (schema::reflected<Record>) {
            auto const read = daicho::cereal::load_bounded<Record>(b);
            if (!read) return;
            wire::demand(!schema::check_bounds(*read));
            std::ostringstream out;
            wire::demand(!daicho::cereal::save<::cereal::PortableBinaryOutputArchive>(out, *read));
            auto const saved = out.str();
            auto const again = daicho::cereal::load_bounded<Record>(as_bytes(saved));
            wire::demand(again && *again == *read);
            auto const decoded = decode<Record>(encode(*read));
            wire::demand(decoded && *decoded == *read);
        }
    });
    return 0;
}
