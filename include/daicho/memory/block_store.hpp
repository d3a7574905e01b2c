#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/memory/pending_order.hpp>

#include <algorithm>
#include <limits>
#include <map>

namespace daicho::memory {

/// A block_store that lives as long as the object: for tests, simulations and nodes that can fetch everything again.
/// It can be told to fail, so that a role's unhappy paths run without a broken disk.
class block_store {
public:
    block_store() = default;
    /// Holds at most `capacity` bytes of blocks, pending transactions and cells; then store_full.
    explicit block_store(std::uint64_t capacity) : capacity_(capacity) {}

    /// The next commit of a batch that is not empty fails with `code` and changes nothing.
    void fail_next(errc code) noexcept { next_ = code; }

    fault commit(store_batch const& batch) {
        if (batch.empty()) return {};
        if (auto const code = std::exchange(next_, errc::ok); code != errc::ok) return {code, "memory::block_store"};
        for (auto& [name, value] : batch.cells)
            if (auto f = check_cell_name(name)) return f;
        if (batch.keep < pruned_) return {errc::pruned, "batch.keep", pruned_};
        if (used_after(batch) > capacity_) return {errc::store_full, "memory::block_store", capacity_};
        if (batch.keep < blocks_.size()) {
            for (auto i = batch.keep; i != blocks_.size(); ++i) used_ -= blocks_[i].size();
            blocks_.resize(batch.keep);
        }
        for (auto& b : batch.blocks) used_ += blocks_.emplace_back(b).size();
        auto const gone = [&](bytes const& b) { used_ -= b.size(); };
        for (auto& [id, b] : batch.add_pending) {
            pending_.add(id, b, gone);
            used_ += b.size();
        }
        for (auto& id : batch.drop_pending) pending_.drop(id, gone);
        for (auto& [name, value] : batch.cells) {
            auto& cell = cells_[name];
            used_ += value.size();
            used_ -= cell.size();
            cell = value;
        }
        for (auto const last = std::min<std::uint64_t>(batch.prune, blocks_.size()); pruned_ < last; ++pruned_) {
            used_ -= blocks_[pruned_].size();
            blocks_[pruned_] = {};
        }
        return {};
    }

    std::uint64_t height() const noexcept { return blocks_.size(); }

    result<bytes> read(std::uint64_t h) const {
        if (h == 0 || h > blocks_.size()) return fault{errc::not_found, "block", h};
        if (h <= pruned_) return fault{errc::pruned, "block", h};
        return blocks_[h - 1];
    }

    fault pending(std::function<void(digest const&, byte_view)> const& visit) const {
        for (auto& [order, item] : pending_) visit(item.first, item.second);
        return {};
    }

    result<bytes> cell(std::string_view name) const {
        auto const found = cells_.find(name);
        return found == cells_.end() ? bytes{} : found->second;
    }

    /// Bytes of blocks, pending transactions and cells.
    std::uint64_t used() const noexcept { return used_; }

private:
    /// An upper bound: replaced and dropped pending transactions and cells are not yet subtracted.
    std::uint64_t used_after(store_batch const& batch) const {
        auto used = used_;
        for (auto i = batch.keep; i < blocks_.size(); ++i) used -= blocks_[i].size();
        for (auto& b : batch.blocks) used += b.size();
        for (auto& [id, b] : batch.add_pending) used += b.size();
        for (auto& [name, b] : batch.cells) used += b.size();
        return used;
    }

    std::vector<bytes> blocks_;
    pending_order<bytes> pending_;
    std::map<std::string, bytes, std::less<>> cells_;
    std::uint64_t used_ = 0, pruned_ = 0;
    std::uint64_t capacity_ = std::numeric_limits<std::uint64_t>::max();
    errc next_ = errc::ok;
};

static_assert(daicho::block_store<block_store>);

} // namespace daicho::memory
