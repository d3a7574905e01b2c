#pragma once

#include <daicho/laws/block_store.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <unistd.h>

/// A directory that is gone after the test.
struct temporary_directory {
    temporary_directory() {
        auto name = (std::filesystem::temp_directory_path() / "daicho-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    temporary_directory(temporary_directory const&) = delete;
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::filesystem::path path;
};

/// What a block_store means, said as simply as can be.
struct naive_block_store {
    std::vector<daicho::bytes> blocks;
    std::vector<std::pair<daicho::digest, daicho::bytes>> pending;
    std::map<std::string, daicho::bytes> cells;
    std::uint64_t pruned = 0;

    void commit(daicho::store_batch const& batch) {
        if (batch.keep < blocks.size()) blocks.resize(batch.keep);
        blocks.insert(blocks.end(), batch.blocks.begin(), batch.blocks.end());
        auto const find = [&](daicho::digest const& id) {
            return std::find_if(pending.begin(), pending.end(), [&](auto& p) { return p.first == id; });
        };
        for (auto& p : batch.add_pending)
            if (auto at = find(p.first); at != pending.end()) at->second = p.second;
            else pending.push_back(p);
        for (auto& id : batch.drop_pending)
            if (auto at = find(id); at != pending.end()) pending.erase(at);
        for (auto& [name, b] : batch.cells) cells[name] = b;
        for (; pruned < std::min<std::uint64_t>(batch.prune, blocks.size()); ++pruned) blocks[std::size_t(pruned)] = {};
    }

    template <class S>
    bool equals(S& s) const {
        auto const shown = daicho::laws::detail::contents_of(s);
        if (!shown.readable || shown.blocks != blocks || shown.pending != pending || shown.pruned != pruned) return false;
        for (auto& [name, b] : cells)
            if (auto const c = s.cell(name); !c || *c != b) return false;
        return true;
    }
    friend bool operator==(naive_block_store const&, naive_block_store const&) = default;
};

/// Batches that a seed decides: every one of them changes something.
class random_batches {
public:
    explicit random_batches(unsigned seed) : random_(seed) {}

    unsigned below(unsigned n) { return unsigned(random_() % n); }

    daicho::bytes some_bytes(unsigned bound) {
        daicho::bytes b(below(bound));
        auto const fill = below(4) == 0 ? 0 : 255;  // runs of zeros look like space that nobody wrote
        for (auto& x : b) x = daicho::byte(random_() & unsigned(fill));
        return b;
    }
    daicho::digest some_id() {
        daicho::digest d{};
        d[0] = daicho::byte(below(12));
        return d;
    }

    daicho::store_batch next(std::uint64_t height, unsigned bound = 1500) {
        daicho::store_batch b;
        if (below(4) == 0) b.keep = height - std::min<std::uint64_t>(height, below(4));
        if (below(20) == 0) b.keep = below(unsigned(height) + 1);
        for (auto n = below(4); n != 0; --n) b.blocks.push_back(some_bytes(bound));
        for (auto n = below(4); n != 0; --n) b.add_pending.emplace_back(some_id(), some_bytes(bound / 4 + 1));
        for (auto n = below(4); n != 0; --n) b.drop_pending.push_back(some_id());
        for (auto n = below(3); n != 0; --n)
            b.cells.emplace_back(std::string(below(3), 'n') + char('a' + below(4)), some_bytes(bound / 8 + 1));
        if (below(6) == 0) b.prune = std::max(pruned_, height - std::min<std::uint64_t>(height, below(9)));
        b.keep = std::max(b.keep, pruned_);
        pruned_ = std::max(pruned_, b.prune);
        if (b.empty()) b.cells.emplace_back("a", some_bytes(bound));
        return b;
    }

private:
    std::mt19937 random_;
    std::uint64_t pruned_ = 0;  // by the batches so far
};

/// After every batch the store shows what the naive one shows, and again after each reopening.
template <class Open>
void agrees_with_the_naive_store(unsigned seed, int batches, Open open) {
    BOOST_TEST_MESSAGE("random batches, seed " << seed);
    random_batches random(seed);
    naive_block_store naive;
    while (batches > 0) {
        auto s = open();
        BOOST_REQUIRE_MESSAGE(s, "seed " << seed);
        BOOST_REQUIRE_MESSAGE(naive.equals(*s), "after reopening, seed " << seed << ", " << batches << " batches to go");
        for (auto n = random.below(20); n != 0 && batches > 0; --n, --batches) {
            auto const batch = random.next(naive.blocks.size());
            auto const f = s->commit(batch);
            BOOST_REQUIRE_MESSAGE(!f, message(f.code) << ", seed " << seed);
            naive.commit(batch);
            BOOST_REQUIRE_MESSAGE(naive.equals(*s), "seed " << seed << ", " << batches << " batches to go");
        }
    }
}
