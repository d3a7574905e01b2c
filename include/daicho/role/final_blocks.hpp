#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/ledger/chain.hpp>
#include <daicho/role/outbox.hpp>
#include <daicho/role/stored_headers.hpp>

#include <algorithm>
#include <vector>

namespace daicho::role {

/// The blocks of a chain up to its final point, read from their store by height, by a transaction's place in the history, or by time.
/// In memory: 16 bytes a block.
///
/// Those 16 bytes are kept, of 1,024 blocks in one cell of the store ("final/0" and on, each written once), so that a start reads them and
/// not the blocks. A cell that is altered, missing, or does not end as the header there says is made again from the headers.
template <class P, class BlockStore>
class final_blocks {
public:
    static constexpr std::uint64_t run = 1024;      ///< blocks of one cell
    static constexpr std::uint64_t most_kept = 64;  ///< cells in one commit

    explicit final_blocks(BlockStore& store) : store_(store), headers_(store) {}
    final_blocks(final_blocks const&) = delete;

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

    /// Begins anew, with what is kept of blocks up to `height`.
    void restore(std::uint64_t height) {
        marks_.clear();
        while (this->height() + run <= height) {
            auto const cell = store_.cell(cell_of(this->height() / run));
            if (!cell || !take(*cell)) break;
        }
        kept_ = this->height() / run;
    }
    /// The next one. Errors: store_corrupt (it is not the next, or commits to fewer transactions than those before it).
    fault add(header const& next) {
        auto const said = decode<commitments>(next.commitments);
        if (!said || next.index != height() + 1 || said->history_size < size()) return {errc::store_corrupt, "history", height() + 1};
        marks_.push_back({said->history_size, std::max(marks_.empty() ? 0 : marks_.back().time, next.time)});
        return {};
    }
    /// The next one, by its stored header; whether or not its body was pruned. Errors: the store's, pruned (no header was kept), store_corrupt.
    fault add_stored() {
        auto const next = headers_.read(height() + 1);
        return next ? add(next->body) : next.error();
    }
    /// Puts into the outbox what is not kept yet: whole cells, some at a time. After a refusal it waits for more blocks.
    void keep(outbox& out) {
        if (busy_ || height() < tried_ || (kept_ + 1) * run > height()) return;
        store_batch batch;
        auto const upto = std::min(height() / run, kept_ + most_kept);
        for (auto n = kept_; n != upto; ++n) batch.cells.emplace_back(cell_of(n), cell(n));
        busy_ = true;
        out.put({std::move(batch),
                 [this, upto](fault f) {
                     busy_ = false;
                     if (f) tried_ = height() + run / 8;
                     else kept_ = upto;
                 },
                 {}});
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
    static constexpr std::size_t entry = 16;

    static std::string cell_of(std::uint64_t n) { return "final/" + std::to_string(n); }
    /// A digest, then of each block where its transactions end, and its time.
    bytes cell(std::uint64_t n) const {
        bytes b(sizeof(digest) + run * entry);
        auto* to = b.data() + sizeof(digest);
        for (auto i = n * run; i != (n + 1) * run; ++i, to += entry) {
            store_be64(to, marks_[std::size_t(i)].end);
            store_be64(to + 8, marks_[std::size_t(i)].time);
        }
        auto const sum = hash_bytes<hash_of<P>>(byte_view(b).subspan(sizeof(digest)));
        std::copy(sum.begin(), sum.end(), b.begin());
        return b;
    }
    bool take(byte_view cell) {
        if (cell.size() != sizeof(digest) + run * entry || !equal(cell.first(sizeof(digest)), hash_bytes<hash_of<P>>(cell.subspan(sizeof(digest))))) return false;
        auto const before = marks_.size();
        for (auto at = sizeof(digest); at != cell.size(); at += entry) marks_.push_back({load_be64(&cell[at]), load_be64(&cell[at + 8])});
        auto const rising = std::is_sorted(marks_.begin() + std::ptrdiff_t(before - (before != 0)), marks_.end(),
                                           [](mark const& a, mark const& b) { return a.end < b.end || a.time < b.time; });
        auto const last = headers_.read(height());
        auto const said = last ? decode<commitments>(last->body.commitments) : result<commitments>(last.error());
        if (rising && said && said->history_size == size() && last->body.time <= time(height())) return true;
        marks_.resize(before);
        return false;
    }

    /// The first height of which it is true, as of all that follow.
    template <class F>
    std::uint64_t first(F&& reached) const noexcept {
        return std::uint64_t(std::partition_point(marks_.begin(), marks_.end(), [&](mark const& m) { return !reached(m); }) - marks_.begin()) + 1;
    }

    BlockStore& store_;
    stored_headers<P, BlockStore> headers_;
    std::vector<mark> marks_;
    std::uint64_t kept_ = 0, tried_ = 0;  // cells; not before so many blocks
    bool busy_ = false;
};

} // namespace daicho::role
