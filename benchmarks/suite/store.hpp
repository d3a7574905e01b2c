#pragma once

#include "row.hpp"

#include <daicho/concept/block_store.hpp>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

namespace daicho::benchmarks {

inline constexpr std::size_t stored_transaction = 300;  ///< bytes
inline constexpr std::size_t stored_blocks = 2000;      ///< of 40 transactions, to read from

/// An empty folder of its own, on the disk where the benchmark was started (a RAM disk makes every store durable for free).
class folder {
public:
    folder() {
        auto pattern = (std::filesystem::current_path() / "bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder could be made here");
        path_ = pattern;
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path const& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// Keeps blocks of one size, each another one.
template <class Kept>
class keeping {
public:
    keeping(Kept& to, std::size_t size) : to_(to), block_(size), cell_(40) {
        for (std::size_t i = 0; i != block_.size(); ++i) block_[i] = byte(i * 7);
    }
    void next() {
        store_be64(block_.data(), ++height_);
        to_.keep(height_, block_, cell_);
    }
    std::uint64_t height() const noexcept { return height_; }

private:
    Kept& to_;
    bytes block_, cell_;
    std::uint64_t height_ = 0;
};

/// Rows of what it takes to make something durable, for anything that keeps blocks: `open(folder)` gives what acts like a pointer
/// to `{ void keep(height, block, cell) }`. Back to back from the first block on, as who catches up; and as a node that has been there for
/// a while, in bursts with rests between them, which are not timed.
template <class Open>
void store_by(std::string const& policy, Open open) {
    auto const row = [&](std::string group, std::size_t size, char const* item) {
        add({.group = std::move(group), .policy = policy, .body = [open, size](benchmark::State& state) {
                 folder const place;
                 auto kept = open(place.path());
                 keeping each(*kept, size);
                 for (auto _ : state) each.next();
                 state.SetItemsProcessed(std::int64_t(state.iterations()));
             }, .by = timed::wall, .item = item});
    };
    auto const burst_row = [&](std::string group, std::size_t size) {
        add({.group = std::move(group), .policy = policy, .body = [open, size](benchmark::State& state) {
                 constexpr std::uint64_t burst = 100, before = 24u << 20;
                 folder const place;
                 auto kept = open(place.path());
                 keeping each(*kept, size);
                 while (each.height() * size < before || each.height() % burst != 0) each.next();
                 for (auto _ : state) {
                     if (each.height() % burst == 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
                     auto const began = std::chrono::steady_clock::now();
                     each.next();
                     state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
                 }
                 state.SetItemsProcessed(std::int64_t(state.iterations()));
             }, .by = timed::measured, .item = "block"});
    };
    row("commit one transaction", stored_transaction, "commit");
    row("commit a block of 40 transactions", 40 * stored_transaction, "block");
    row("commit a block of 400 transactions", 400 * stored_transaction, "block");
    burst_row("commit 400 transactions, bursts of 100 blocks and rests", 400 * stored_transaction);
}

/// A row of reading a block at a random height from memory: `open(folder)` as above, with `void fill(blocks)`, which need not be
/// durable, and `byte_view find(height)` too.
template <class Open>
void store_read_by(std::string policy, Open open) {
    add({.group = "find a block by its height", .policy = std::move(policy), .body = [open](benchmark::State& state) {
             folder const place;
             auto const made = open(place.path());
             auto& kept = *made;
             std::vector<bytes> blocks(stored_blocks, bytes(40 * stored_transaction));
             for (std::size_t i = 0; i != blocks.size(); ++i) store_be64(blocks[i].data(), i + 1);
             kept.fill(blocks);
             std::uint64_t at = 1, right = 0;
             for (auto _ : state) {
                 at = at * 6364136223846793005u + 1442695040888963407u;
                 auto const h = (at >> 33) % stored_blocks + 1;
                 right += load_be64(kept.find(h).data()) == h;
             }
             if (right != std::uint64_t(state.iterations())) throw std::runtime_error("another block was found");
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .by = timed::work, .item = "block"});
}

/// A block_store: `open(folder) -> result<Store>`, `std::unique_ptr<Store>` or `Store*`. One that shows blocks where they lie has
/// a row for that too.
template <block_store Store, class Open>
void store(std::string policy, Open open) {
    using handle = decltype(open(std::filesystem::path()));
    struct kept_by_store {
        handle store;
        store_batch batch{.blocks = {{}}, .cells = {{"final", {}}}};  // a node's are moved there
        bytes read = {};
        void keep(std::uint64_t, bytes const& block, bytes const& cell) {
            batch.blocks[0] = block;
            batch.cells[0].second = cell;
            must_not(store->commit(batch), "commit");
        }
        void fill(std::vector<bytes> const& blocks) {
            for (std::size_t i = 0; i < blocks.size(); i += 100)
                must_not(store->commit({.blocks = {&blocks[i], &blocks[i] + std::min<std::size_t>(100, blocks.size() - i)}}), "commit");
        }
        byte_view find(std::uint64_t h) {
            if constexpr (requires { store->view(h); }) return must(store->view(h), "view");
            else return read = must(store->read(h), "read");
        }
    };
    auto const made = [open](std::filesystem::path const& place) {
        auto kept = std::make_unique<kept_by_store>(kept_by_store{open(place)});
        if (!kept->store) throw std::runtime_error("the store did not open");
        return kept;
    };
    store_by(policy, made);
    store_read_by(policy, made);
    if constexpr (requires(Store& s) { s.view(1); }) {
        struct read_whole : kept_by_store {
            byte_view find(std::uint64_t h) { return this->read = must(this->store->read(h), "read"); }
        };
        store_read_by(policy + ", copied and its checksum checked", [open](std::filesystem::path const& place) {
            auto kept = std::make_unique<read_whole>(read_whole{{open(place)}});
            if (!kept->store) throw std::runtime_error("the store did not open");
            return kept;
        });
    }
}

} // namespace daicho::benchmarks
