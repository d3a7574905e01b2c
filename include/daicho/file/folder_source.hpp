#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/concept/artifact_source.hpp>
#include <daicho/file/posix.hpp>

#include <algorithm>

namespace daicho::file {

/// An artifact_source in a local folder whose files are named by digest in hexadecimal: a USB stick, a mounted share, another
/// gateway's cache. Where a release says it lies is not consulted: no address from outside ever names a local path.
class folder_source {
public:
    explicit folder_source(std::filesystem::path folder, std::size_t chunk = 64 * 1024) : folder_(std::move(folder)), chunk_(chunk) {}

    template <class Sink>
    fault fetch(std::string_view, digest const& d, std::uint64_t offset, std::uint64_t size, Sink&& sink) const {
        if (offset > size) return {errc::out_of_range, "offset", offset};
        auto const file = open(folder_ / to_hex(d), O_RDONLY);
        if (!file) return {file.error().code, "artifact"};
        auto const there = size_of(*file);
        if (!there) return there.error();
        if (*there != size) return {errc::wrong_size, "artifact", *there};
        bytes piece;
        while (offset != size) {
            piece.resize(std::size_t(std::min<std::uint64_t>(chunk_, size - offset)));
            if (auto f = read_all(*file, offset, piece)) return f;
            if (fault f = sink(byte_view(piece))) return f;
            offset += piece.size();
        }
        return {};
    }

private:
    std::filesystem::path folder_;
    std::size_t chunk_;
};
static_assert(artifact_source<folder_source>);

} // namespace daicho::file
