/// Each record of the wire: an input is refused, or it is exactly what encode() writes of what was read.
/// The first byte chooses the record.
#include "wire_records.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    using namespace daicho;
    if (size == 0) return 0;
    byte_view const b{input + 1, size - 1};
    auto const check = [&]<class Record>() {
        auto const read = decode<Record>(b);
        if (!read) return wire::demand(read.error().at <= b.size());
        wire::demand(!schema::check_bounds(*read));
        wire::demand(schema::encoded_size(*read) == b.size() && b.size() <= schema::max_encoded<Record>);
        wire::demand(equal(encode(*read), b));
    };
    wire::choose(input[0], check);
    check.template operator()<response<wire::S>>();  // with a chunk, whose bytes stay in the input
    check.template operator()<channel::sealed>();
    check.template operator()<bundle<wire::S, log_evidence>>();
    check.template operator()<bundle<wire::S, work_evidence>>();
    check.template operator()<headers_first>();
    check.template operator()<forked_log>();
    return 0;
}
