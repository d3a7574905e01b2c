#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/laws/law.hpp>

#include <memory>
#include <type_traits>

namespace daicho::laws {

namespace detail {

/// An opened block_store of whatever type, so that the suite is compiled once and not once a store.
struct opened_block_store {
    virtual ~opened_block_store() = default;
    virtual fault commit(store_batch const&) = 0;
    virtual std::uint64_t height() = 0;
    virtual result<bytes> read(std::uint64_t) = 0;
    virtual fault pending(std::function<void(digest const&, byte_view)> const&) = 0;
    virtual result<bytes> cell(std::string_view) = 0;
    virtual void* model() = 0;
};
using block_store_opener = std::function<std::unique_ptr<opened_block_store>()>;

template <class Open>
block_store_opener opener_of_block_store(Open open) {
    return [open]() mutable -> std::unique_ptr<opened_block_store> {
        using pointer = std::decay_t<decltype(open())>;
        struct opened final : opened_block_store {
            explicit opened(pointer p) : to(std::move(p)) {}
            fault commit(store_batch const& b) override { return to->commit(b); }
            std::uint64_t height() override { return to->height(); }
            result<bytes> read(std::uint64_t h) override { return to->read(h); }
            fault pending(std::function<void(digest const&, byte_view)> const& f) override { return to->pending(f); }
            result<bytes> cell(std::string_view name) override { return to->cell(name); }
            void* model() override { return &*to; }
            pointer to;
        };
        auto p = open();
        return p ? std::make_unique<opened>(std::move(p)) : nullptr;
    };
}

/// Everything a block_store shows.
struct block_store_contents {
    std::vector<bytes> blocks;
    std::vector<std::pair<digest, bytes>> pending;
    std::vector<bytes> cells;
    std::uint64_t pruned = 0;  ///< blocks from the first on
    bool readable = true;
    friend bool operator==(block_store_contents const&, block_store_contents const&) = default;
};

template <class S>
block_store_contents contents_of(S& s) {
    block_store_contents c;
    for (std::uint64_t h = 1; h <= s.height(); ++h) {
        auto b = s.read(h);
        bool const gone = b.error() == errc::pruned && c.pruned == h - 1;
        if (gone) ++c.pruned;
        c.readable = c.readable && (b || gone);
        c.blocks.push_back(b.value_or(bytes{}));
    }
    auto const f = s.pending([&](digest const& id, byte_view b) { c.pending.emplace_back(id, bytes(b.begin(), b.end())); });
    c.readable = c.readable && !f;
    for (auto name : {"a", "b", "c", "d"}) {
        auto b = s.cell(name);
        c.readable = c.readable && b;
        c.cells.push_back(b.value_or(bytes{}));
    }
    return c;
}

inline bytes block_of(byte n) { return {n, byte(n + 1), byte(n + 2)}; }
inline std::pair<digest, bytes> pending_of(byte id, byte n) {
    digest d{};
    d[0] = id;
    return {d, block_of(n)};
}
template <class S>
std::string pending_ids(S& s) {
    std::string ids;
    (void)s.pending([&](digest const& id, byte_view) { ids += char(id[0]); });
    return ids;
}

inline void check_block_store(verdict& v, block_store_opener const& open) {
    block_store_contents before;
    {
        auto s = open();
        v.law("a store opens", bool(s));
        if (!s) return;
        v.law("a new store is empty", contents_of(*s) == block_store_contents{.cells = std::vector<bytes>(4)});

        auto ok = !s->commit({.blocks = {block_of(1), block_of(2)}}) && !s->commit({.blocks = {block_of(3)}});
        v.law("blocks are read back under the heights they were committed at",
              ok && s->height() == 3 && s->read(1).value_or(bytes{}) == block_of(1) && s->read(2).value_or(bytes{}) == block_of(2) &&
                  s->read(3).value_or(bytes{}) == block_of(3));
        v.law("height 0 and heights beyond the last block are not_found",
              s->read(0).error() == errc::not_found && s->read(4).error() == errc::not_found &&
                  s->read(~std::uint64_t(0)).error() == errc::not_found);

        bytes const long_block(70'000, byte(7));
        ok = !s->commit({.blocks = {bytes{}, bytes(1000), long_block}});
        v.law("a block may be any bytes",
              ok && s->read(4).value_or(block_of(1)).empty() && s->read(5).value_or(bytes{}) == bytes(1000) &&
                  s->read(6).value_or(bytes{}) == long_block);

        ok = !s->commit({.keep = 2, .blocks = {block_of(13), block_of(14), block_of(15)}});
        v.law("keep drops the blocks above it before the new ones follow",
              ok && s->height() == 5 && s->read(2).value_or(bytes{}) == block_of(2) && s->read(3).value_or(bytes{}) == block_of(13) &&
                  s->read(5).value_or(bytes{}) == block_of(15));
        ok = !s->commit({.keep = 9, .cells = {{"d", block_of(4)}}});
        v.law("keep above the height drops nothing", ok && s->height() == 5);
        auto const untouched = contents_of(*s);
        v.law("an empty batch is ok and changes nothing", !s->commit({}) && contents_of(*s) == untouched);

        ok = !s->commit({.add_pending = {pending_of('x', 1), pending_of('b', 2)}}) && !s->commit({.add_pending = {pending_of('m', 3)}});
        v.law("pending transactions come in the order they were added", ok && pending_ids(*s) == "xbm");
        auto ids = pending_ids(*s);
        ok = !s->commit({.add_pending = {pending_of('x', 9)}});
        v.law("a pending transaction that is added again keeps its place", ok && pending_ids(*s) == ids);
        ok = !s->commit({.drop_pending = {pending_of('b', 0).first, pending_of('?', 0).first}});
        ids = pending_ids(*s);
        v.law("dropped transactions are gone, and dropping an unknown one is nothing",
              ok && ids.find('b') == ids.npos && ids.find('x') != ids.npos && ids.find('m') != ids.npos);

        ok = !s->commit({.cells = {{"a", block_of(1)}, {"b", block_of(2)}}}) && !s->commit({.cells = {{"a", block_of(3)}}});
        v.law("a cell holds what was last written to it",
              ok && s->cell("a").value_or(bytes{}) == block_of(3) && s->cell("b").value_or(bytes{}) == block_of(2) &&
                  s->cell("c").value_or(block_of(1)).empty());
        ok = !s->commit({.add_pending = {pending_of('q', 1)}, .drop_pending = {pending_of('q', 1).first}});
        v.law("within a batch, drop_pending comes after add_pending", ok && pending_ids(*s).find('q') == std::string::npos);

        auto pruned = contents_of(*s);
        pruned.blocks[0] = pruned.blocks[1] = {};
        pruned.pruned = 2;
        ok = !s->commit({.prune = 2}) && !s->commit({.prune = 1});
        v.law("what is pruned is no longer read, and every other block keeps its height", ok && contents_of(*s) == pruned);
        before = contents_of(*s);
        v.law("a batch that keeps less than was pruned is refused", s->commit({.keep = 1, .blocks = {block_of(21)}}) == errc::pruned && contents_of(*s) == before);
        v.law("a cell name that begins with a zero byte is invalid_text", s->commit({.cells = {{std::string(1, 0), block_of(1)}}}) == errc::invalid_text);

        before = contents_of(*s);
        auto const refused = s->commit({.keep = 4,
                                        .blocks = {block_of(21)},
                                        .add_pending = {pending_of('z', 1)},
                                        .drop_pending = {pending_of('x', 0).first},
                                        .cells = {{"c", block_of(5)}, {std::string(store_batch::max_cell_name + 1, 'n'), block_of(6)}}});
        v.law("a cell name of more than 255 bytes is oversized", refused == errc::oversized);
        if (refused) v.law("a refused batch changes nothing", contents_of(*s) == before);
        before = contents_of(*s);
    }
    auto s = open();
    v.law("reopening finds all that commit said ok to", s && contents_of(*s) == before && before.readable);
    if (!s) return;
    auto const ok = !s->commit({.blocks = {block_of(31)}, .add_pending = {pending_of('c', 1)}});
    auto const ids = pending_ids(*s);
    auto const after = s->height();
    v.law("a reopened store goes on where it ended",
          ok && s->height() == before.blocks.size() + 1 && s->read(s->height()).value_or(bytes{}) == block_of(31) &&
              !ids.empty() && ids.back() == 'c');
    bool const all = !s->commit({.prune = ~std::uint64_t(0)}) && s->height() == after && s->read(after).error() == errc::pruned;
    v.law("what comes later is not pruned", all && !s->commit({.blocks = {block_of(32)}}) && s->read(after + 1).value_or(bytes{}) == block_of(32));
}

/// For a store that has been through check_block_store.
inline void check_failed_commit(verdict& v, block_store_opener const& open, std::function<store_batch(opened_block_store&)> const& spoil) {
    block_store_contents before;
    {
        auto s = open();
        if (!s) return v.law("a store opens", false);
        before = contents_of(*s);
        v.law("commit does not say ok when it failed", bool(s->commit(spoil(*s))));
        v.law("a commit that failed changes nothing", contents_of(*s) == before);
    }
    auto s = open();
    v.law("a commit that failed changes nothing", s && contents_of(*s) == before);
}

} // namespace detail

/// The laws of docs/concepts/block_store.md. `open()` opens the same store each time, an empty one the first time, and returns
/// what acts like a pointer: result<Store>, std::unique_ptr<Store> or Store*. It is never open twice at once.
template <class Open>
void block_store(verdict& v, Open open) {
    detail::check_block_store(v, detail::opener_of_block_store(std::move(open)));
}

/// The laws above, and what a store promises when the world outside fails it: `spoil(store)` arranges that the next commit
/// fails, and returns a batch for it.
template <class Open, class Spoil>
void block_store(verdict& v, Open open, Spoil spoil) {
    using model = std::remove_reference_t<decltype(*open())>;
    auto const opener = detail::opener_of_block_store(std::move(open));
    detail::check_block_store(v, opener);
    detail::check_failed_commit(v, opener, [&](detail::opened_block_store& s) -> store_batch {
        return spoil(*static_cast<model*>(s.model()));
    });
}

} // namespace daicho::laws
