#pragma once

#include <daicho/base/limits.hpp>
#include <daicho/cereal/archive.hpp>
#include <daicho/cereal/bounded_input.hpp>
#include <daicho/cereal/nesting.hpp>

#include <istream>
#include <ostream>
#include <sstream>

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

/// load<transaction, ::cereal::JSONInputArchive>(stream). The record is checked against its bounds; a text archive's input is read
/// whole, at most `most_bytes` of it, and must not nest deeper than records do before cereal's recursive parsers see it.
/// Bytes from strangers had better come through load_bounded or from_json, which build nothing but the record.
/// Errors: every decode errc, with the field's name.
template <schema::reflected T, class InputArchive>
result<T> load(std::istream& in, std::size_t most_bytes = limits::http_body) {
    try {
        T record{};
        if constexpr (is_text<InputArchive>) {
            std::string text;
            char piece[4096];
            while (text.size() <= most_bytes && (in.read(piece, sizeof piece), in.gcount() != 0)) text.append(piece, std::size_t(in.gcount()));
            if (text.size() > most_bytes || !shallow(text)) return fault{errc::oversized, "archive"};
            std::istringstream bounded(std::move(text));
            InputArchive ar(bounded);
            ar(::cereal::make_nvp("record", record));
        } else {
            InputArchive ar(in);
            ar(::cereal::make_nvp("record", record));
        }
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
