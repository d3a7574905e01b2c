#pragma once

#include <daicho/base/result.hpp>
#include <daicho/concept/hash_function.hpp>

#include <algorithm>

namespace daicho::update {

/// The digest of `size` bytes that lie in a slot or a file, read through `block` part by part: `read(offset, out) -> fault` fills
/// `out`. Never allocates. Errors: those of read.
template <hash_function H, class Read>
result<digest> digest_in_parts(byte_span block, std::uint64_t size, Read&& read) {
    H h;
    for (std::uint64_t at = 0; at < size;) {
        auto const part = block.first(std::size_t(std::min<std::uint64_t>(block.size(), size - at)));
        if (fault const f = read(at, part)) return f;
        h.update(part);
        at += part.size();
    }
    return h.finish();
}

} // namespace daicho::update
