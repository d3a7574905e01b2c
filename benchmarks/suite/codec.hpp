#pragma once

#include "row.hpp"

#include <daicho/schema/codec.hpp>

namespace daicho::benchmarks {

inline void make_room(bytes& buffer, std::size_t n) {
    if (buffer.size() < n) buffer.resize(n);
}

/// Two rows for any way of writing a value down. `of` says what the value is.
///   write(value, buffer) -> how many bytes, at the beginning of a buffer that is used again and never made smaller
///   read(bytes) -> value
template <class T, class Write, class Read>
void codec_by(std::string policy, T const& value, std::string const& of, Write write, Read read) {
    add({.group = "encode " + of, .policy = policy, .body = [=](benchmark::State& state) {
             bytes buffer;
             std::size_t size = 0;
             for (auto _ : state) {
                 size = write(value, buffer);
                 benchmark::DoNotOptimize(buffer.data());
                 benchmark::ClobberMemory();
             }
             state.SetItemsProcessed(std::int64_t(state.iterations()));
             state.SetLabel(std::to_string(size) + " bytes");
         }, .item = "record"});
    add({.group = "decode " + of, .policy = policy, .body = [=](benchmark::State& state) {
             bytes buffer;
             buffer.resize(write(value, buffer));
             if (!(read(buffer) == value)) throw std::runtime_error("what was written is not what was read");
             for (auto _ : state) benchmark::DoNotOptimize(read(buffer));
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "record"});
}

/// A record's canonical bytes, with every check that hostile input needs.
template <schema::encodable Record>
void codec(std::string policy, Record const& record, std::string const& of = std::string(Record::schema.name)) {
    codec_by(
        std::move(policy), record, of,
        [](Record const& r, bytes& out) {
            if constexpr (schema::max_encoded<Record> <= 4096) make_room(out, std::tuple_size_v<schema::buffer_for<Record>>);
            else make_room(out, schema::encoded_size(r));
            return must(schema::encode_into(out, r), "encoding").size();
        },
        [](bytes const& raw) {
            Record r;
            must_not(schema::decode_into(raw, r), "decoding");
            return r;
        });
}

} // namespace daicho::benchmarks
