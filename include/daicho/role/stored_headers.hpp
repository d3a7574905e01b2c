#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace daicho::role {

/// The sealed headers of stored blocks, by height. Those of pruned blocks too: they are kept among the cells of the block_store, so that
/// who follows headers only can still be served, and a seal can be shown for what was proven.
///
/// Cells: "headers/0" holds the headers of the first 64 heights one behind another, as they stood in their blocks, "headers/1" the next.
template <class P, class BlockStore>
class stored_headers {
public:
    using header_type = sealed_header_of<P>;
    static constexpr std::uint64_t run = 64;  ///< heights in one cell

    explicit stored_headers(BlockStore& store) : store_(store) {}

    /// Adds the bytes that it read to `cost`. Errors: the store's; pruned (and the header was not kept); store_corrupt.
    result<header_type> read(std::uint64_t h, std::size_t& cost) const {
        auto const raw = store_.read(h);
        if (raw.error() == errc::pruned) return read_kept(h, cost);
        if (!raw) return raw.error();
        cost += raw->size();
        auto const header = header_in(*raw);
        if (!header.size()) return fault{errc::store_corrupt, "block", h};
        return decoded(header, h);
    }
    result<header_type> read(std::uint64_t h) const {
        std::size_t cost = 0;
        return read(h, cost);
    }

    /// Has a batch prune the blocks from `first`, the lowest that is left, to `last`, and keep their headers. Errors: those of reading them.
    fault prune(store_batch& batch, std::uint64_t first, std::uint64_t last) const {
        for (auto h = first; h <= last;) {
            auto cell = (h - 1) % run == 0 ? result<bytes>(bytes()) : store_.cell(cell_of(h));
            if (!cell) return cell.error();
            auto const name = cell_of(h);
            for (bool more = true; more; more = h <= last && (h - 1) % run != 0) {
                auto const raw = store_.read(h);
                if (!raw) return raw.error();
                auto const header = header_in(*raw);
                if (!header.size() || !decoded(header, h)) return {errc::store_corrupt, "block", h};
                cell->insert(cell->end(), header.begin(), header.end());
                ++h;
            }
            batch.cells.emplace_back(name, std::move(*cell));
        }
        batch.prune = last;
        return {};
    }

private:
    static std::string cell_of(std::uint64_t h) { return "headers/" + std::to_string((h - 1) / run); }

    /// The bytes of the header that begins a block; none when they are no header.
    static byte_view header_in(byte_view block) {
        constexpr std::size_t opening = schema::field<block_of<P>>::opening.size();
        auto const rest = block.subspan(std::min(opening, block.size()));
        header_type sealed{};
        schema::cbor::reader in(rest);
        return schema::field<header_type>::get(in, sealed) ? byte_view() : rest.first(in.offset());
    }
    static result<header_type> decoded(byte_view raw, std::uint64_t h) {
        header_type sealed{};
        schema::cbor::reader in(raw);
        if (schema::field<header_type>::get(in, sealed) || sealed.body.index != h) return fault{errc::store_corrupt, "block", h};
        return sealed;
    }

    result<header_type> read_kept(std::uint64_t h, std::size_t& cost) const {
        auto const wanted = std::size_t((h - 1) % run);
        if (at_ != (h - 1) / run + 1 || wanted >= kept_.size()) {
            auto const raw = store_.cell(cell_of(h));
            if (!raw) return raw.error();
            cost += raw->size();
            if (auto f = take(*raw, h - wanted)) return f;
        }
        if (wanted >= kept_.size()) return fault{errc::pruned, "header", h};
        return kept_[wanted];
    }
    /// A page of headers reads each cell once.
    fault take(byte_view raw, std::uint64_t first) const {
        at_ = 0;
        kept_.clear();
        for (schema::cbor::reader in(raw); !in.at_end();) {
            header_type sealed{};
            if (schema::field<header_type>::get(in, sealed) || sealed.body.index != first + kept_.size()) return {errc::store_corrupt, "header", first + kept_.size()};
            kept_.push_back(std::move(sealed));
        }
        at_ = (first - 1) / run + 1;
        return {};
    }

    BlockStore& store_;
    mutable std::vector<header_type> kept_;  // of the cell that was read last
    mutable std::uint64_t at_ = 0;           // its number and one
};

} // namespace daicho::role
