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

/// Keys and names that enter an index together, and how far it has come with them.
struct index_batch {
    std::uint64_t upto = 0;                            ///< transactions of the history that it holds then
    std::vector<index_key> keys{};                     ///< in any order; one that is there already stays as it is
    std::vector<std::uint64_t> names{};                ///< of the transactions that it did not hold before, each one's, in their order; or none
};

/// Keeps an ordered set of keys, and of each transaction its place by a name, eight bytes of its id (docs/concepts/index_store.md). What
/// they mean, it does not know.
///   upto()             how far it has come; 0 at first
///   append(batch)      all of the batch, upto too, or after a refusal nothing of it. A key of no or too many bytes is refused, and names
///                      that are not one for each transaction that is new
///   scan(from, visit)  calls visit(key) for each key from `from` on, in their order, until visit says false
///   find(name, visit)  calls visit(place) for each transaction that bears the name, in any order, until visit says false
///   clear()            forgets everything
/// Nothing in it is the truth: what it lost in a power cut, batch by batch from the end, is made again from the blocks.
template <class S>
concept index_store = requires(S& s, S const& c, index_batch const& batch, byte_view from, std::function<bool(byte_view)> const& visit, std::uint64_t name,
                               std::function<bool(std::uint64_t)> const& visit_place) {
    { c.upto() } -> std::convertible_to<std::uint64_t>;
    { s.append(batch) } -> std::same_as<fault>;
    { c.scan(from, visit) } -> std::same_as<fault>;
    { c.find(name, visit_place) } -> std::same_as<fault>;
    { s.clear() } -> std::same_as<fault>;
};

/// Is there something in it that no index_store takes which has come so far?
inline fault unfit(index_batch const& batch, std::uint64_t upto) noexcept {
    for (auto& k : batch.keys)
        if (k.empty()) return {errc::out_of_range, "index key"};
    if (!batch.names.empty() && (batch.upto < upto || batch.names.size() != batch.upto - upto)) return {errc::out_of_range, "index names", batch.names.size()};
    return {};
}

} // namespace daicho
