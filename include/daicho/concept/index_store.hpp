#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <vector>

namespace daicho {

inline constexpr std::size_t most_index_key = 96;      ///< bytes of a key; none is empty

/// What an index says a thing is found by. Keys are ordered as their bytes are, the shorter before the longer that begins with it.
using index_key = inline_bytes<most_index_key>;

/// Keys that enter an index together, and how far it has come with them.
struct index_batch {
    std::uint64_t upto = 0;                            ///< transactions of the history that it holds then
    std::vector<index_key> keys;                       ///< in any order; one that is there already stays as it is
};

/// Keeps an ordered set of keys (docs/concepts/index_store.md). What they mean, it does not know.
///   upto()             how far it has come; 0 at first
///   append(batch)      all of the batch, upto too, or after a refusal nothing of it. A key of no or too many bytes is refused
///   scan(from, visit)  calls visit(key) for each key from `from` on, in their order, until visit says false
///   clear()            forgets everything
/// Nothing in it is the truth: what it lost in a power cut, batch by batch from the end, is made again from the blocks.
template <class S>
concept index_store = requires(S& s, S const& c, index_batch const& batch, byte_view from, std::function<bool(byte_view)> const& visit) {
    { c.upto() } -> std::convertible_to<std::uint64_t>;
    { s.append(batch) } -> std::same_as<fault>;
    { c.scan(from, visit) } -> std::same_as<fault>;
    { s.clear() } -> std::same_as<fault>;
};

/// Is there a key in it that no index_store takes?
inline fault unfit(index_batch const& batch) noexcept {
    for (auto& k : batch.keys)
        if (k.empty()) return {errc::out_of_range, "index key"};
    return {};
}

} // namespace daicho
