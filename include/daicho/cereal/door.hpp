#pragma once

#include <daicho/cereal/archive.hpp>
#include <daicho/cereal/bounded_input.hpp>

#include <istream>
#include <ostream>

/// The calls that turn cereal's exceptions into faults: one record, one archive.
namespace daicho::cereal {

/// save<::cereal::JSONOutputArchive>(stream, record). Errors: io_failed.
template <class OutputArchive, schema::reflected T>
fault save(std::ostream& out, T const& record) {
    try {
        OutputArchive ar(out);
        ar(::cereal::make_nvp("record", record));
    } catch (...) {
        return fault_of_current_exception();
    }
    if (!out.flush()) return {errc::io_failed, "archive"};
    return {};
}

/// load<transaction, ::cereal::JSONInputArchive>(stream), from a stream that one trusts to be what it says: one's own files.
/// The record is checked against its bounds all the same, but cereal's own parsers of JSON and XML recurse and read the whole
/// stream into memory: bytes from strangers come through load_bounded or from_json.
/// Errors: every decode errc, with the field's name.
template <schema::reflected T, class InputArchive>
result<T> load(std::istream& in) {
    try {
        T record{};
        InputArchive ar(in);
        ar(::cereal::make_nvp("record", record));
        return record;
    } catch (...) {
        return fault_of_current_exception();
    }
}

/// What save<::cereal::PortableBinaryOutputArchive> wrote, from bytes that nobody has vouched for; all of them.
template <schema::reflected T>
result<T> load_bounded(byte_view input) {
    try {
        T record{};
        bounded_input ar(input);
        ar(record);
        if (ar.remaining() != 0) return fault{errc::trailing_bytes, "archive", ar.offset()};
        return record;
    } catch (...) {
        return fault_of_current_exception();
    }
}

} // namespace daicho::cereal
