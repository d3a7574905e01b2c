#include <daicho/role/proof_desk.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <daicho/memory/block_store.hpp>
#include <daicho/memory/index_store.hpp>
#include <daicho/role/ledger_node.hpp>

#include "ledger/fixture.hpp"
#include "role/node_bench.hpp"

using namespace fixture;

namespace {

using both_seals = boost::mp11::mp_list<work_protocol, authority_protocol>;

/// Tiles of which one node can be altered under the desk's hands.
struct spoiled_tiles : ledger::tile_list {
    std::uint64_t tile = ~std::uint64_t(0);
    std::size_t node = 0;
    fault read(std::uint64_t t, std::size_t first, std::span<digest> out) const {
        auto const f = tile_list::read(t, first, out);
        if (!f && t == tile && node >= first && node - first < out.size()) out[node - first][7] ^= 1;
        return f;
    }
};

/// A chain whose blocks are stored, and a desk that follows it.
template <class P>
struct counter {
    using desk_type = role::proof_desk<P, memory::block_store, spoiled_tiles, memory::index_store>;

    explicit counter(std::size_t transactions = 600) : chain(n.genesis) {
        std::uint64_t member = 5000;
        while (all.size() < transactions) {
            std::vector<transaction_of<P>> some;
            for (auto k = 1 + all.size() % 31; k != 0; --k) some.push_back(n.enrol(++member, member_role::gateway));
            add(std::move(some));
        }
        for (int i = 0; i != 8; ++i) add({});
        BOOST_REQUIRE(chain.final_height() + 12 > chain.height());
        BOOST_REQUIRE(!open());
    }
    fault open() {
        desk.emplace(blocks, tiles, index, role::log_origin(chain.chain_id()), [](std::string_view name, std::string_view text) {
            auto key = network<P>::key(stranger);
            return tlog::sign_note<cryptopp::ed25519>(key, name, text);
        });
        return desk->open(chain);
    }
    void add(std::vector<transaction_of<P>> transactions) {
        auto const b = n.next(chain, std::move(transactions));
        BOOST_REQUIRE(!chain.push(b, later));
        store_batch batch;
        batch.blocks.push_back(encode(b));
        BOOST_REQUIRE(!blocks.commit(batch));
        for (auto& tx : b.transactions) all.push_back(tx);
        heads.push_back(b.head());
    }

    /// What the header of the last final block commits to.
    commitments final_history() const { return *decode<commitments>(heads[std::size_t(chain.final_height() - 1)].commitments); }
    role::http_response get(std::string path, std::string query = "", bool json = false) {
        auto const r = desk->answer({.path = std::move(path), .query = std::move(query), .accept = std::string(json ? role::json_type : role::cbor_type)});
        BOOST_REQUIRE(r);
        return *r;
    }
    template <class Proof>
    Proof proof(std::string path, std::string query) {
        auto const r = get(path, query);
        BOOST_REQUIRE_MESSAGE(r.status == 200, as_text(r.body));
        auto const p = decode<Proof>(r.body);
        BOOST_REQUIRE(p);
        return *p;
    }
    static digest leaf(transaction_of<P> const& tx) { return ledger::leaf_hash<hash_of<P>>(encode(tx)); }

    network<P> n;
    ledger::chain<P> chain;
    memory::block_store blocks;
    spoiled_tiles tiles;
    memory::index_store index;
    std::optional<desk_type> desk;
    std::vector<transaction_of<P>> all;
    std::vector<header> heads;
};

} // namespace

BOOST_AUTO_TEST_SUITE(proof_desk)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_final_transaction_is_proven_to_whoever_holds_one_header, P, both_seals) {
    using H = hash_of<P>;
    counter<P> c;
    auto const held = c.final_history();
    BOOST_TEST(held.history_size >= 600u);
    for (std::size_t i = 0; i < c.all.size(); i += 7) {
        auto const by_id = c.template proof<inclusion_proof>("/proof", "transaction=" + to_hex(digest_of<H>(c.all[i])));
        BOOST_TEST(by_id.index == i);
        BOOST_TEST(by_id.size == held.history_size);
        BOOST_TEST(!ledger::verify_inclusion<H>({c.leaf(c.all[i]), i, by_id.path}, by_id.size, held.history_root));
        BOOST_TEST((ledger::verify_inclusion<H>({c.leaf(c.all[i == 0]), i, by_id.path}, by_id.size, held.history_root) == errc::wrong_root));
        BOOST_TEST((c.template proof<inclusion_proof>("/proof", "index=" + std::to_string(i)) == by_id));
    }
    auto const json = c.get("/proof", "index=3&size=5", true);
    auto const read = schema::from_json<inclusion_proof>(as_text(json.body));
    BOOST_TEST_REQUIRE(bool(read));
    BOOST_TEST((*read == c.template proof<inclusion_proof>("/proof", "index=3&size=5")));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_later_header_is_shown_to_continue_an_earlier_one, P, both_seals) {
    using H = hash_of<P>;
    counter<P> c;
    auto const held = c.final_history();
    for (std::size_t h = 0; h < c.chain.final_height(); h += 5) {
        auto const old = *decode<commitments>(c.heads[h].commitments);
        auto const p = c.template proof<consistency_proof>("/proof/consistency", "old=" + std::to_string(old.history_size));
        BOOST_TEST(p.old_size == old.history_size);
        BOOST_TEST(p.size == held.history_size);
        BOOST_TEST(!ledger::verify_consistency<H>(p.old_size, old.history_root, p.size, held.history_root, p.path));
        auto other = old.history_root;
        other[0] ^= 1;
        BOOST_TEST((ledger::verify_consistency<H>(p.old_size, other, p.size, held.history_root, p.path) == errc::wrong_root));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_above_the_final_point_is_shown, P, both_seals) {
    counter<P> c;
    auto const before = c.final_history();
    auto const tx = c.n.enrol(9000, member_role::gateway);
    c.add({tx});
    BOOST_REQUIRE(c.chain.final_height() < c.chain.height());
    BOOST_TEST(!c.desk->follow(c.chain));
    auto const id = "transaction=" + to_hex(digest_of<hash_of<P>>(tx));
    auto const n = std::to_string(before.history_size), beyond = std::to_string(before.history_size + 1);
    BOOST_TEST(c.chain.history().size() == before.history_size + 1);
    BOOST_TEST(c.get("/proof", id).status == 404u);
    BOOST_TEST(c.get("/proof", "index=" + n).status == 400u);
    BOOST_TEST(c.get("/proof", "index=0&size=" + beyond).status == 400u);
    BOOST_TEST(c.get("/proof/consistency", "old=1&size=" + beyond).status == 400u);
    BOOST_TEST(c.get("/tile/0/00" + std::to_string(before.history_size / 256) + ".p/" + std::to_string(before.history_size % 256 + 1)).status == 404u);
    BOOST_TEST(c.get("/tile/entries/00" + std::to_string(before.history_size / 256) + ".p/" + std::to_string(before.history_size % 256 + 1)).status == 404u);
    for (int i = 0; i != 8; ++i) c.add({});
    BOOST_TEST(!c.desk->follow(c.chain));  // now it is final
    BOOST_TEST(c.get("/proof", id).status == 200u);
    BOOST_TEST(c.get("/proof", "index=" + n).status == 200u);
    BOOST_TEST(c.get("/tile/entries/00" + std::to_string(before.history_size / 256) + ".p/" + std::to_string(before.history_size % 256 + 1)).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_question_that_makes_no_sense_is_refused) {
    counter<work_protocol> c(40);
    for (auto query : {"", "transaction=", "index=", "size=3"}) BOOST_TEST(c.get("/proof", query).status == 400u);
    for (auto query : {"transaction=00", "transaction=zz", "index=x", "index=-1", "index=0&size=0", "index=1&size=1", "index=0&size=99999999999999999999"})
        BOOST_TEST(c.get("/proof", query).status == 400u);
    BOOST_TEST(c.get("/proof", "transaction=" + to_hex(digest{})).status == 404u);
    for (auto query : {"", "old=0", "old=2&size=1", "old=x", "old=1&size=x"}) BOOST_TEST(c.get("/proof/consistency", query).status == 400u);
    for (auto path : {"/tile/", "/tile/0", "/tile/0/0", "/tile/0/000.p/0", "/tile/00/000", "/tile/0/000.p/256", "/tile/-1/000", "/tile/0/../000"})
        BOOST_TEST(c.get(path).status == 400u);
    for (auto path : {"/tile/0/000", "/tile/9/000", "/tile/63/000", "/tile/1/000.p/1", "/tile/0/x999/x999/999"}) BOOST_TEST(c.get(path).status == 404u);
    for (auto path : {"/", "/tile", "/proofs", "/checkpoint/", "/chain"}) BOOST_TEST(!c.desk->answer({.path = path}));
    BOOST_TEST(c.get("/proof", "index=0").status == 200u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_checkpoint_is_signed_and_its_tree_is_rebuilt_from_tiles, P, both_seals) {
    counter<P> c;
    auto const held = c.final_history();
    auto const shown = c.get("/checkpoint");
    BOOST_REQUIRE(shown.status == 200u);
    auto const note = tlog::note::parse(as_text(shown.body));
    BOOST_REQUIRE(note);
    tlog::note_key key{.key = network<P>::key(stranger).public_key()};
    BOOST_REQUIRE(key.name.assign(role::log_origin(c.n.chain_id)));
    BOOST_TEST(!tlog::verify_note<cryptopp::ed25519>(*note, key));
    auto another = key;
    another.key = network<P>::key(device).public_key();
    BOOST_TEST(bool(tlog::verify_note<cryptopp::ed25519>(*note, another)));
    auto const point = tlog::checkpoint::parse(note->text());
    BOOST_REQUIRE(point);
    BOOST_TEST(point->origin == role::log_origin(c.n.chain_id));
    BOOST_TEST(point->size == held.history_size);
    BOOST_TEST((point->root == held.history_root));

    std::vector<digest> leaves, tops;
    for (std::uint64_t first = 0; first < point->size; first += 256) {
        tlog::tile t{.index = first / 256, .width = std::min<std::uint64_t>(256, point->size - first)};
        auto const hashes = c.get("/" + t.path());
        t.entries = true;
        auto const entries = c.get("/" + t.path());
        BOOST_REQUIRE(hashes.status == 200u);
        BOOST_REQUIRE(entries.status == 200u);
        for (auto* r : {&hashes, &entries}) BOOST_TEST((r->headers.size() == 1) == (t.width == 256));
        BOOST_TEST(hashes.body.size() == t.width * 32);
        BOOST_TEST(!tlog::for_each_entry(entries.body, t.width, [&](std::uint64_t i, byte_view entry) {
            BOOST_TEST(equal(entry, encode(c.all[std::size_t(first + i)])));
            leaves.push_back(ledger::leaf_hash<sha256>(entry));
            BOOST_TEST(equal(leaves.back(), byte_view(hashes.body).subspan(std::size_t(i) * 32, 32)));
            return fault{};
        }));
    }
    auto level = leaves;
    BOOST_TEST((ledger::root_over<sha256>(level) == point->root));
    level.assign(leaves.begin(), leaves.begin() + 256);
    BOOST_TEST(equal(c.get("/tile/1/000.p/2").body, [&] {
        bytes both;
        for (auto first : {0, 256}) {
            std::vector<digest> part(leaves.begin() + first, leaves.begin() + first + 256);
            auto const d = ledger::root_over<sha256>(part);
            both.insert(both.end(), d.begin(), d.end());
        }
        return both;
    }()));
}

BOOST_AUTO_TEST_CASE(without_a_note_key_or_with_another_hash_no_checkpoint_is_shown) {
    counter<work_protocol> c(40);
    BOOST_TEST(c.get("/checkpoint").status == 200u);
    c.desk.emplace(c.blocks, c.tiles, c.index, role::log_origin(c.chain.chain_id()), role::note_signer());
    BOOST_TEST(!c.desk->open(c.chain));
    BOOST_TEST(c.get("/checkpoint").status == 404u);
    BOOST_TEST(c.get("/tile/entries/000.p/9").status == 200u);
    counter<work_protocol_512> other(40);  // C2SP's trees are SHA-256
    BOOST_TEST(other.get("/checkpoint").status == 404u);
    BOOST_TEST(other.get("/tile/0/000.p/9").status == 404u);
    BOOST_TEST(other.get("/proof", "index=0").status == 200u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(started_again_it_goes_on_where_it_ended, P, both_seals) {
    counter<P> c;
    auto const before = c.get("/checkpoint").body;
    auto const kept = c.tiles.count();
    BOOST_TEST(kept == 2u);
    BOOST_TEST(!c.open());
    BOOST_TEST(c.tiles.count() == kept);
    BOOST_TEST((c.get("/checkpoint").body == before));
    c.add({c.n.enrol(9000, member_role::gateway)});
    for (int i = 0; i != 8; ++i) c.add({});
    BOOST_TEST(!c.open());  // the chain went on while it was away
    BOOST_TEST(c.desk->size() == c.final_history().history_size);
    BOOST_TEST((c.get("/checkpoint").body != before));
}

namespace {

/// A store that counts the blocks that are read.
struct counting_store : memory::block_store {
    std::uint64_t reads = 0;
    result<bytes> read(std::uint64_t h) {
        ++reads;
        return memory::block_store::read(h);
    }
};

} // namespace

// A start does not read the blocks: where their transactions lie is kept, and what a cell does not say rightly headers say.
BOOST_AUTO_TEST_CASE(where_transactions_lie_is_kept_and_a_cell_that_says_it_wrongly_is_made_again) {
    using P = authority_protocol;
    using blocks_type = role::final_blocks<P, counting_store>;
    network<P> n;
    ledger::chain<P> chain(n.genesis);
    counting_store store;
    auto const length = 2 * blocks_type::run + 5;
    for (std::uint64_t h = 1; h <= length; ++h) {
        auto const b = n.next(chain, h % 100 == 1 ? std::vector<transaction_of<P>>{n.enrol(5000 + h, member_role::gateway)} : std::vector<transaction_of<P>>{});
        BOOST_REQUIRE(!chain.push(b, later));
        BOOST_REQUIRE(!store.commit({.blocks = {encode(b)}}));
    }
    blocks_type first(store);
    first.restore(length);
    BOOST_TEST(first.height() == 0u);
    while (first.height() != length) BOOST_REQUIRE(!first.add_stored());
    role::outbox out;
    first.keep(out);
    auto const kept = out.next(length);
    BOOST_TEST_REQUIRE(bool(kept));
    BOOST_TEST_REQUIRE(kept->batch.cells.size() == 2u);
    BOOST_REQUIRE(!store.commit(kept->batch));
    BOOST_REQUIRE(!out.finish(kept->id, {}));
    first.keep(out);
    BOOST_TEST(!out.next(length));  // each is written once

    auto const again = [&](std::uint64_t height) {
        blocks_type b(store);
        store.reads = 0;
        b.restore(height);
        return b.height();
    };
    BOOST_TEST(again(length) == 2 * blocks_type::run);
    BOOST_TEST(store.reads == 2u);
    BOOST_TEST(again(blocks_type::run + 1) == blocks_type::run);  // no further than what is final
    blocks_type b(store);
    b.restore(length);
    while (b.height() != length) BOOST_REQUIRE(!b.add_stored());
    BOOST_TEST(b.size() == first.size());
    for (std::uint64_t i = 0; i < b.size(); ++i) BOOST_TEST(b.holding(i) == first.holding(i));
    for (std::uint64_t h = 1; h <= length; h += 7) BOOST_TEST(b.time(h) == first.time(h));

    auto const good = *store.cell("final/1");
    for (auto at : {std::size_t(3), std::size_t(40), good.size() - 9}) {
        auto bad = good;
        bad[at] ^= 1;
        BOOST_REQUIRE(!store.commit({.cells = {{"final/1", bad}}}));
        BOOST_TEST(again(length) == blocks_type::run);
    }
    BOOST_REQUIRE(!store.commit({.cells = {{"final/1", *store.cell("final/0")}}}));  // whole, and in the wrong place
    BOOST_TEST(again(length) == blocks_type::run);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(tiles_of_another_chain_are_made_anew, P, both_seals) {
    counter<P> c, other(2000);
    auto const before = c.get("/checkpoint").body;
    BOOST_REQUIRE(!c.tiles.cut(0));
    std::array<digest, tile_nodes> nodes;
    for (std::uint64_t t = 0; t != other.tiles.count(); ++t) {
        BOOST_REQUIRE(!other.tiles.read(t, 0, nodes));
        for (auto& d : nodes) d[0] ^= 1;
        BOOST_REQUIRE(!c.tiles.append(nodes));
    }
    BOOST_TEST(!c.open());
    BOOST_TEST(c.tiles.count() == 2u);
    BOOST_TEST((c.get("/checkpoint").body == before));
}

// A disk that altered a node, or somebody who wrote to it: no proof leaves that the other side would refuse.
BOOST_AUTO_TEST_CASE(an_altered_tile_proves_nothing) {
    using P = authority_protocol;
    counter<P> c;
    auto const held = c.final_history();
    std::size_t spoiled = 0;
    for (std::size_t node : {0u, 1u, 77u, 256u, 300u, 383u, 384u, 500u}) {
        c.tiles.tile = 0;
        c.tiles.node = node;
        for (std::uint64_t i = 0; i < 256; i += 3) {
            auto const r = c.get("/proof", "index=" + std::to_string(i));
            if (r.status == 200) {
                auto const p = *decode<inclusion_proof>(r.body);
                BOOST_TEST(!ledger::verify_inclusion<hash_of<P>>({c.leaf(c.all[std::size_t(i)]), i, p.path}, p.size, held.history_root));
            } else {
                BOOST_TEST(r.status == 500u);
                ++spoiled;
            }
        }
    }
    BOOST_TEST(spoiled > 8u);
    c.tiles.tile = ~std::uint64_t(0);
    for (std::uint64_t i = 0; i < 256; i += 3) BOOST_TEST(c.get("/proof", "index=" + std::to_string(i)).status == 200u);
}

// --- at a node ----------------------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE_TEMPLATE(a_node_shows_proofs_of_what_is_final, P, both) {
    memory::block_store disk;
    bench<P> b(disk);
    typename bench<P>::options with_note;
    with_note.note = [](std::string_view name, std::string_view text) {
        sealing_key key(stranger);
        return tlog::sign_note<cryptopp::ed25519>(key, name, text);
    };
    b.start(with_note);
    BOOST_TEST(b.ask(b.get("/checkpoint")) == 200u);  // of nothing yet
    b.record(b.everybody());
    for (int i = 0; i != 8; ++i) b.record({b.signed_by(device, b.report(state::running, 1))});
    BOOST_REQUIRE(b.node->chain().final_height() != 0);
    auto const last = decode<block_of<P>>(*disk.read(b.node->chain().final_height()));
    auto const held = *decode<commitments>(last->head().commitments);
    auto const tx = decode<block_of<P>>(*disk.read(1))->transactions[2];
    auto const ask = b.get("/proof", "transaction=" + to_hex(digest_of<hash_of<P>>(tx)));
    auto const p = decode<inclusion_proof>(b.response(b.send(ask))->body);
    BOOST_TEST_REQUIRE(bool(p));
    BOOST_TEST(!ledger::verify_inclusion<hash_of<P>>({ledger::leaf_hash<hash_of<P>>(encode(tx)), 2, p->path}, held.history_size, held.history_root));
    auto const point = b.text(b.send(b.get("/checkpoint")));
    BOOST_TEST(point.find("\n" + std::to_string(held.history_size) + "\n" + to_base64(held.history_root) + "\n") != std::string::npos);
    BOOST_TEST(b.ask(b.post("/proof", tx)) == 405u);
    b.start(with_note);  // again, from its disk
    BOOST_TEST(b.text(b.send(b.get("/checkpoint"))) == point);
    b.start();
    BOOST_TEST(b.ask(b.get("/checkpoint")) == 404u);
    BOOST_TEST(b.ask(ask) == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
