/// The block store that docs/tutorials/store.md shows, on the laws.
#include <daicho/base/bounded.hpp>
#include <daicho/base/limits.hpp>
#include <daicho/file/posix.hpp>
#include <daicho/laws/block_store.hpp>
#include <daicho/schema/check_bounds.hpp>
#include <daicho/schema/codec.hpp>
#include <daicho/schema/record.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace store_tutorial {

// [records]
using content_type = daicho::bounded_bytes<daicho::limits::http_body>;
using name_type = daicho::bounded_bytes<daicho::store_batch::max_cell_name>;

struct pending_transaction {
    DAICHO_RECORD(pending_transaction, (daicho::digest, id), (content_type, content));
    friend bool operator==(pending_transaction const&, pending_transaction const&) = default;
};
struct named_cell {
    DAICHO_RECORD(named_cell, (name_type, name), (content_type, content));
    friend bool operator==(named_cell const&, named_cell const&) = default;
};
struct snapshot {
    using block_list = daicho::bounded_list<content_type, 100'000>;
    using pending_list = daicho::bounded_list<pending_transaction, 100'000>;
    using cell_list = daicho::bounded_list<named_cell, 1'000>;
    static constexpr daicho::schema::tag schema{0xf0, 1, "snapshot"};
    DAICHO_RECORD(snapshot, (block_list, blocks), (std::uint64_t, pruned), (pending_list, pending), (cell_list, cells));
    friend bool operator==(snapshot const&, snapshot const&) = default;
};
// [/records]

// [store]
/// One record in one file, replaced whole at each commit: slow, and right.
class snapshot_store {
public:
    static daicho::result<snapshot_store> open(std::filesystem::path const& file) {
        auto const raw = daicho::file::read_file(file, 1u << 30);
        if (raw.error() == daicho::errc::not_found) return snapshot_store(file, {});
        if (!raw) return raw.error();
        auto read = daicho::decode<snapshot>(*raw);
        if (!read) return daicho::fault{daicho::errc::store_corrupt, "snapshot", read.error().at};
        return snapshot_store(file, std::move(*read));
    }

    daicho::fault commit(daicho::store_batch const& batch) {
        auto next = held_;                                   // a refusal changes nothing
        for (auto& [name, content] : batch.cells)
            if (auto f = daicho::check_cell_name(name)) return f;
        if (batch.keep < next.pruned) return {daicho::errc::pruned, "batch.keep", next.pruned};
        if (batch.keep < next.blocks.size()) next.blocks.resize(batch.keep);
        next.blocks.insert(next.blocks.end(), batch.blocks.begin(), batch.blocks.end());
        for (auto& [id, content] : batch.add_pending) {      // added again: a new value at the old place
            auto const at = place_of(next, id);
            if (at == next.pending.end()) next.pending.push_back({id, content});
            else at->content = content;
        }
        for (auto& id : batch.drop_pending)
            if (auto const at = place_of(next, id); at != next.pending.end()) next.pending.erase(at);
        for (auto& [name, content] : batch.cells) {
            auto const at = std::find_if(next.cells.begin(), next.cells.end(), [&](auto& c) { return daicho::as_text(c.name) == name; });
            if (at == next.cells.end()) next.cells.push_back({name_type(name.begin(), name.end()), content});
            else at->content = content;
        }
        for (auto const last = std::min<std::uint64_t>(batch.prune, next.blocks.size()); next.pruned < last; ++next.pruned) next.blocks[next.pruned].clear();
        if (auto f = daicho::schema::check_bounds(next)) return f;
        if (auto f = daicho::file::replace_file(file_, daicho::encode(next))) return f;
        held_ = std::move(next);
        return {};
    }

    std::uint64_t height() const { return held_.blocks.size(); }
    daicho::result<daicho::bytes> read(std::uint64_t h) const {
        if (h == 0 || h > height()) return daicho::fault{daicho::errc::not_found, "block", h};
        if (h <= held_.pruned) return daicho::fault{daicho::errc::pruned, "block", h};
        return daicho::bytes(held_.blocks[h - 1]);
    }
    daicho::fault pending(std::function<void(daicho::digest const&, daicho::byte_view)> const& visit) const {
        for (auto& p : held_.pending) visit(p.id, p.content);
        return {};
    }
    daicho::result<daicho::bytes> cell(std::string_view name) const {
        for (auto& c : held_.cells)
            if (daicho::as_text(c.name) == name) return daicho::bytes(c.content);
        return daicho::bytes();
    }

private:
    snapshot_store(std::filesystem::path file, snapshot s) : file_(std::move(file)), held_(std::move(s)) {}
    static snapshot::pending_list::iterator place_of(snapshot& s, daicho::digest const& id) {
        return std::find_if(s.pending.begin(), s.pending.end(), [&](auto& p) { return p.id == id; });
    }
    std::filesystem::path file_;
    snapshot held_;
};
static_assert(daicho::block_store<snapshot_store>);
// [/store]

struct folder {
    folder() { std::filesystem::create_directories(path); }
    ~folder() { std::filesystem::remove_all(path); }
    std::filesystem::path const path = std::filesystem::temp_directory_path() / ("daicho-store-" + std::to_string(::getpid()));
};

BOOST_AUTO_TEST_SUITE(store_page)

BOOST_FIXTURE_TEST_CASE(the_store_of_the_page_keeps_the_laws, folder) {
    auto const file = path / "chain";
    // [laws]
    daicho::laws::verdict v;
    daicho::laws::block_store(v, [&] { return snapshot_store::open(file); });
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());
    // [/laws]
}

BOOST_FIXTURE_TEST_CASE(an_altered_file_is_corrupt, folder) {
    auto store = snapshot_store::open(path / "chain");
    BOOST_TEST_REQUIRE(bool(store));
    BOOST_TEST(!store->commit({.blocks = {daicho::bytes(10, 7)}}));
    BOOST_TEST(bool(snapshot_store::open(path / "chain")));
    auto raw = daicho::file::read_file(path / "chain", 1000);
    BOOST_TEST_REQUIRE(bool(raw));
    raw->pop_back();
    BOOST_TEST(!daicho::file::replace_file(path / "chain", *raw));
    BOOST_TEST((snapshot_store::open(path / "chain").error() == daicho::errc::store_corrupt));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace store_tutorial
