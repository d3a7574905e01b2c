#pragma once

#include "row.hpp"

#include <daicho/schema/codec.hpp>

namespace daicho::benchmarks {

/// Two rows for any way of writing a value down. `of` says what the value is.
///   write(value, buffer)   into bytes that are used again
///   read(bytes) -> value
template <class T, class Write, class Read>
void codec_by(std::string policy, T const& value, std::string const& of, Write write, Read read) {
    add({.group = "encode " + of, .policy = policy, .body = [=](benchmark::State& state) {
             bytes buffer;
             for (auto _ : state) {
                 write(value, buffer);
                 benchmark::DoNotOptimize(buffer.data());
                 benchmark::ClobberMemory();
             }
             state.SetItemsProcessed(std::int64_t(state.iterations()));
             state.SetLabel(std::to_string(buffer.size()) + " bytes");
         }, .item = "record"});
    add({.group = "decode " + of, .policy = policy, .body = [=](benchmark::State& state) {
             bytes buffer;
             write(value, buffer);
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
            if constexpr (schema::max_encoded<Record> <= 4096) {
                out.resize(std::tuple_size_v<schema::buffer_for<Record>>);
                out.resize(must(schema::encode_into(out, r), "encoding").size());
            } else {
                out = schema::encode(r);
            }
        },
        [](bytes const& raw) { return must(schema::decode<Record>(raw), "decoding"); });
}

} // namespace daicho::benchmarks
