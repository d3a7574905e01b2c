#pragma once

#include <daicho/file/posix.hpp>
#include <daicho/schema/codec.hpp>

/// One record in a file, in its canonical bytes: a genesis, a credential, a release that travels by hand.
namespace daicho::file {

/// Errors: not_found, not_permitted, oversized, io_failed, every decode errc.
template <schema::encodable T>
result<T> read_record(std::filesystem::path const& path) {
    auto const raw = read_file(path, schema::max_encoded<T>);
    if (!raw) return raw.error();
    return decode<T>(*raw);
}

/// Replaces the file as a whole, durably.
template <schema::encodable T>
fault write_record(std::filesystem::path const& path, T const& v) {
    return replace_file(path, encode(v));
}

} // namespace daicho::file
