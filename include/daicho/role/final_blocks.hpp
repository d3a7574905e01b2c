#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/ledger/chain.hpp>

#include <algorithm>
#include <vector>

namespace daicho::role {

/// The blocks of a chain up to its final point, read from their store by height, by a transaction's place in the history, or by time.
/// In memory: 16 bytes a block.
template <class P, class BlockStore>
class final_blocks {
public:
    explicit final_blocks(BlockStore& store) : store_(store) {}

    std::uint64_t height() const noexcept { return marks_.size(); }
    /// Transactions in them.
    std::uint64_t size() const noexcept { return end(height()); }
    /// Transactions up to and with the block at a height; 0 for genesis.
    std::uint64_t end(std::uint64_t height) const noexcept { return height == 0 ? 0 : marks_[std::size_t(height - 1)].end; }
    /// The time of a block, or of an earlier one that bears a later: it never goes back.
    std::uint64_t time(std::uint64_t height) const noexcept { return marks_[std::size_t(height - 1)].time; }
    /// The block that holds a transaction.
    std::uint64_t holding(std::uint64_t index) const noexcept { return first([&](mark const& m) { return m.end > index; }); }
    /// The last block with which there are no more than `size` transactions.
    std::uint64_t upto(std::uint64_t size) const noexcept { return first([&](mark const& m) { return m.end > size; }) - 1; }
    /// Transactions before the first block whose time has come to `t`.
    std::uint64_t before(std::uint64_t t) const noexcept { return end(first([&](mark const& m) { return m.time >= t; }) - 1); }

    void clear() { marks_.clear(); }
    /// Blocks that were pruned: `size` transactions together. Whatever is asked of a time before `next`, that of the first block that is
    /// left, begins among them.
    void pass_over(std::uint64_t height, std::uint64_t size, std::uint64_t next) { marks_.assign(std::size_t(height), mark{size, next}); }
    void add(block_of<P> const& block) {
        auto const since = marks_.empty() ? 0 : marks_.back().time;
        marks_.push_back({size() + block.transactions.size(), std::max(since, block.head().time)});
    }

    BlockStore& store() const noexcept { return store_; }
    /// Errors: the store's, store_corrupt.
    result<block_of<P>> read(std::uint64_t height) const {
        auto const raw = store_.read(height);
        if (!raw) return raw.error();
        auto block = decode<block_of<P>>(*raw);
        if (!block || (height <= this->height() && block->transactions.size() != end(height) - end(height - 1))) return fault{errc::store_corrupt, "block", height};
        return block;
    }

    /// Calls f(transaction) for those from `first` up to `last`.
    template <class F>
    fault for_each(std::uint64_t first, std::uint64_t last, F&& f) const {
        for (auto h = holding(first); first < last; ++h) {
            auto const block = read(h);
            if (!block) return block.error();
            for (; first < std::min(last, end(h)); ++first)
                if (auto refused = f(block->transactions[std::size_t(first - end(h - 1))])) return refused;
        }
        return {};
    }

private:
    struct mark {
        std::uint64_t end, time;
    };
    /// The first height of which it is true, as of all that follow.
    template <class F>
    std::uint64_t first(F&& reached) const noexcept {
        return std::uint64_t(std::partition_point(marks_.begin(), marks_.end(), [&](mark const& m) { return !reached(m); }) - marks_.begin()) + 1;
    }

    BlockStore& store_;
    std::vector<mark> marks_;
};

} // namespace daicho::role
