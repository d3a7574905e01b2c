#include <daicho/laws/block_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/block_store.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using whole = memory::block_store;

template <class S>
laws_broken broken_by() {
    S s;
    laws::verdict v;
    int opened = 0;
    laws::block_store(v, [&] {
        if constexpr (requires { s.reopen(); })
            if (opened++ != 0) s.reopen();
        return &s;
    });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}
template <class S>
laws_broken broken_when_spoilt() {
    S s;
    laws::verdict v;
    laws::block_store(v, [&] { return &s; }, [](whole& w) {
        w.fail_next(errc::io_failed);
        return store_batch{.keep = w.height() - 1, .blocks = {bytes{1}}, .cells = {{"a", bytes{9}}}};
    });
    return v.broken;
}

struct never_new : whole {
    never_new() { (void)commit({.cells = {{"d", bytes{1}}}}); }
};
struct mixes_heights : whole {
    result<bytes> read(std::uint64_t h) const { return whole::read(height() == 3 && h == 2 ? 1 : h); }
};
struct has_height_zero : whole {
    result<bytes> read(std::uint64_t h) const { return h == 0 ? bytes{} : whole::read(h); }
};
struct cuts_blocks : whole {
    result<bytes> read(std::uint64_t h) const {
        auto b = whole::read(h);
        if (b && b->size() > 65535) b->resize(65535);
        return b;
    }
};
struct keeps_too_much : whole {
    fault commit(store_batch b) {
        if (b.keep < height() && b.blocks.size() == 3) b.blocks[0] = *read(b.keep + 1);
        return whole::commit(b);
    }
};
struct drops_too_much : whole {
    fault commit(store_batch b) {
        if (b.keep > height() && b.keep != store_batch{}.keep) b.keep = height() - 1;
        return whole::commit(b);
    }
};
struct writes_for_nothing : whole {
    fault commit(store_batch b) {
        if (b.empty()) b.cells.emplace_back("d", bytes{9});
        return whole::commit(b);
    }
};
struct last_added_first : whole {
    fault commit(store_batch b) {
        std::reverse(b.add_pending.begin(), b.add_pending.end());
        return whole::commit(b);
    }
};
struct to_the_back_of_the_queue : whole {
    fault commit(store_batch const& b) {
        for (auto& [id, value] : b.add_pending) (void)whole::commit({.drop_pending = {id}});
        return whole::commit(b);
    }
};
struct never_forgets : whole {
    fault commit(store_batch b) {
        std::erase_if(b.drop_pending, [](digest const& id) { return id[0] == 'b'; });
        return whole::commit(b);
    }
};
struct appends_to_cells : whole {
    fault commit(store_batch b) {
        for (auto& [name, value] : b.cells)
            if (name == "a") {
                auto const old = *cell(name);
                value.insert(value.begin(), old.begin(), old.end());
            }
        return whole::commit(b);
    }
};
struct drops_first : whole {
    fault commit(store_batch b) {
        if (b.add_pending.size() == 1 && b.drop_pending.size() == 1 && b.cells.empty()) b.drop_pending.clear();
        return whole::commit(b);
    }
};
struct cuts_names : whole {
    fault commit(store_batch b) {
        for (auto& [name, value] : b.cells) name.resize(std::min(name.size(), store_batch::max_cell_name));
        return whole::commit(b);
    }
};
struct looks_too_late : whole {
    fault commit(store_batch const& b) {
        for (auto& [name, value] : b.cells)
            if (name.size() > store_batch::max_cell_name) (void)whole::commit({.keep = b.keep, .blocks = b.blocks});
        return whole::commit(b);
    }
};
struct forgets_cells : whole {
    void reopen() { (void)commit({.cells = {{"a", {}}}}); }
};
struct stutters_after_reopening : whole {
    bool reopened = false;
    void reopen() { reopened = true; }
    fault commit(store_batch const& b) {
        if (reopened) (void)whole::commit({.blocks = b.blocks});
        return whole::commit(b);
    }
};
struct never_prunes : whole {
    result<bytes> read(std::uint64_t h) const {
        auto b = whole::read(h);
        return b.error() == errc::pruned && h == 2 ? bytes{} : b;
    }
};
struct keeps_what_is_gone : whole {
    fault commit(store_batch const& b) {
        auto const f = whole::commit(b);
        return f == errc::pruned ? fault{errc::not_found} : f;
    }
};
struct prunes_for_ever : whole {
    std::uint64_t prune = 0;
    fault commit(store_batch b) {
        prune = b.prune = std::max(b.prune, prune);
        return whole::commit(b);
    }
};
struct takes_every_name : whole {
    fault commit(store_batch b) {
        for (auto& [name, value] : b.cells)
            if (!name.empty() && name[0] == 0) name = "zero";
        return whole::commit(b);
    }
};
struct optimist : whole {
    fault commit(store_batch const& b) { return (void)whole::commit(b), fault{}; }
};
struct half_done : whole {
    fault commit(store_batch const& b) {
        auto const f = whole::commit(b);
        if (f == errc::io_failed) (void)whole::commit({.keep = b.keep});
        return f;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(block_store_laws)

BOOST_AUTO_TEST_CASE(the_store_in_memory_keeps_them) {
    BOOST_TEST((broken_by<whole>() == laws_broken{}));
    BOOST_TEST((broken_when_spoilt<whole>() == laws_broken{}));
}

BOOST_AUTO_TEST_CASE(each_law_refuses_a_store_that_breaks_it) {
    laws::verdict v;
    laws::block_store(v, [] { return static_cast<whole*>(nullptr); });
    BOOST_TEST((v.broken == laws_broken{"a store opens"}));

    BOOST_TEST((broken_by<never_new>() == laws_broken{"a new store is empty"}));
    BOOST_TEST((broken_by<mixes_heights>() == laws_broken{"blocks are read back under the heights they were committed at"}));
    BOOST_TEST((broken_by<has_height_zero>() == laws_broken{"height 0 and heights beyond the last block are not_found"}));
    BOOST_TEST((broken_by<cuts_blocks>() == laws_broken{"a block may be any bytes"}));
    BOOST_TEST((broken_by<keeps_too_much>() == laws_broken{"keep drops the blocks above it before the new ones follow"}));
    BOOST_TEST((broken_by<drops_too_much>() == laws_broken{"keep above the height drops nothing"}));
    BOOST_TEST((broken_by<writes_for_nothing>() == laws_broken{"an empty batch is ok and changes nothing"}));
    BOOST_TEST((broken_by<last_added_first>() == laws_broken{"pending transactions come in the order they were added"}));
    BOOST_TEST((broken_by<to_the_back_of_the_queue>() == laws_broken{"a pending transaction that is added again keeps its place"}));
    BOOST_TEST((broken_by<never_forgets>() == laws_broken{"dropped transactions are gone, and dropping an unknown one is nothing"}));
    BOOST_TEST((broken_by<appends_to_cells>() == laws_broken{"a cell holds what was last written to it"}));
    BOOST_TEST((broken_by<drops_first>() == laws_broken{"within a batch, drop_pending comes after add_pending"}));
    BOOST_TEST((broken_by<cuts_names>() == laws_broken{"a cell name of more than 255 bytes is oversized"}));
    BOOST_TEST((broken_by<looks_too_late>() == laws_broken{"a refused batch changes nothing"}));
    BOOST_TEST((broken_by<forgets_cells>() == laws_broken{"reopening finds all that commit said ok to"}));
    BOOST_TEST((broken_by<stutters_after_reopening>() == laws_broken{"a reopened store goes on where it ended"}));
    BOOST_TEST((broken_by<never_prunes>() == laws_broken{"what is pruned is no longer read, and every other block keeps its height"}));
    BOOST_TEST((broken_by<keeps_what_is_gone>() == laws_broken{"a batch that keeps less than was pruned is refused"}));
    BOOST_TEST((broken_by<takes_every_name>() == laws_broken{"a cell name that begins with a zero byte is invalid_text"}));
    BOOST_TEST((broken_by<prunes_for_ever>() == laws_broken{"what comes later is not pruned"}));
    BOOST_TEST((broken_when_spoilt<optimist>() == laws_broken{"a batch that keeps less than was pruned is refused", "a cell name that begins with a zero byte is invalid_text", "a cell name of more than 255 bytes is oversized",
                                                              "commit does not say ok when it failed"}));
    BOOST_TEST((broken_when_spoilt<half_done>() == laws_broken{"a commit that failed changes nothing"}));
}

BOOST_AUTO_TEST_SUITE_END()
