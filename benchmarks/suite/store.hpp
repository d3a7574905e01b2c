#pragma once

#include "row.hpp"

#include <daicho/concept/block_store.hpp>

#include <unistd.h>

#include <filesystem>

namespace daicho::benchmarks {

inline constexpr std::size_t stored_block = 40 * 300;  ///< bytes of a block of 40 transactions

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

/// A row for anything that keeps blocks: `open(folder)` gives what acts like a pointer to `{ void keep(height, block, cell) }`.
template <class Open>
void store_by(std::string policy, Open open) {
    add({.group = "commit a block of 40 transactions", .policy = std::move(policy), .body = [open](benchmark::State& state) {
             folder const place;
             auto kept = open(place.path());
             bytes block(stored_block), cell(40);
             for (std::size_t i = 0; i != block.size(); ++i) block[i] = byte(i * 7);
             std::uint64_t height = 0;
             for (auto _ : state) {
                 store_be64(block.data(), ++height);
                 kept->keep(height, block, cell);
             }
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .by = timed::wall, .item = "block"});
}

/// A block_store: `open(folder) -> result<Store>`, `std::unique_ptr<Store>` or `Store*`.
template <block_store Store, class Open>
void store(std::string policy, Open open) {
    store_by(std::move(policy), [open](std::filesystem::path const& place) {
        using handle = decltype(open(place));
        struct kept_by_store {
            handle store;
            void keep(std::uint64_t, bytes const& block, bytes const& cell) {
                must_not(store->commit({.blocks = {block}, .cells = {{"final", cell}}}), "commit");
            }
        };
        auto made = std::make_unique<kept_by_store>(kept_by_store{open(place)});
        if (!made->store) throw std::runtime_error("the store did not open");
        return made;
    });
}

} // namespace daicho::benchmarks
