#include <daicho/ledger/snapshot.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using both = boost::mp11::mp_list<work_protocol, authority_protocol>;

namespace {

/// A chain in which everything happens that a snapshot must tell of, again and again.
template <class P>
struct eventful : network<P> {
    using snapshots = ledger::snapshots<P>;

    void grow(std::uint64_t length) {
        while (chain.height() < length) {
            auto const h = chain.height() + 1;
            std::vector<transaction_of<P>> now;
            if (h == 1) now = this->everybody();
            else if (h % 7 == 2) now = {this->signed_by(publisher, this->released(h)), this->signed_by(gateway, this->report(state::cached, h))};
            else if (h % 7 == 3) now = {this->signed_by(management, withdrawal(h - 1)), this->enrol(2000 + h, member_role::device, {"lock"})};
            else if (h % 7 == 4) now = {this->signed_by(2000 + h - 1, this->report(state::running, h, "lock")), this->enrol(device, member_role::device, {h % 2 ? "lamp" : "lock"})};
            else if (h % 7 == 5) now = {this->enrol(1000 + h, member_role::gateway), this->expel(1000 + h), this->expel(2000 + h - 2)};
            else if (h % 7 != 0) now = {this->signed_by(device_2, this->report(h % 2 ? state::failed : state::running, h))};
            auto block = this->next(chain, std::move(now));
            BOOST_REQUIRE_EQUAL(message(chain.push(block, later).code), "ok");
            blocks.push_back(std::move(block));
        }
    }
    auto withdrawal(std::uint64_t version) { return this->report(state::withdrawn, version); }

    result<ledger::chain<P>> opened(typename snapshots::image const& s) const {
        return snapshots::open(this->genesis, s.head, [&](std::uint64_t i) -> result<bytes> { return i < s.parts.size() ? result<bytes>(s.parts[i]) : fault{errc::not_found, "part", i}; },
                               [&](std::uint64_t h) -> result<bytes> { return encode(blocks.at(h - 1)); });
    }

    ledger::chain<P> chain{this->genesis};
    std::vector<block_of<P>> blocks;
};

template <class P>
bool same_members(ledger::chain<P> const& a, ledger::chain<P> const& b) {
    auto const &m = a.members(), &n = b.members();
    if (m.members().size() != n.members().size() || m.releases().size() != n.releases().size() || m.fleet().size() != n.fleet().size()) return false;
    for (auto& [id, x] : m.members()) {
        auto const* y = n.find(id);
        if (!y || x.role != y->role || x.key != y->key || !(x.models == y->models) || x.sequence != y->sequence || x.since != y->since || x.expelled != y->expelled) return false;
    }
    for (auto& [key, x] : m.releases()) {
        auto const* y = n.find_release(key.model, key.version);
        if (!y || !(x.release == y->release) || x.height != y->height || x.withdrawn != y->withdrawn) return false;
    }
    for (auto& [id, x] : m.fleet()) {
        auto const* y = n.find_device(id);
        if (!y || x.state != y->state || x.role != y->role || x.ver != y->ver || x.time != y->time || x.height != y->height) return false;
    }
    auto const *r = m.newest("lamp"), *s = n.newest("lamp");
    return m.signers() == n.signers() && m.management() == n.management() && bool(r) == bool(s) && (!r || r->release == s->release);
}

} // namespace

BOOST_AUTO_TEST_SUITE(snapshot)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_chain_that_begins_at_a_snapshot_is_the_chain_that_wrote_it, P, both) {
    eventful<P> e;
    BOOST_TEST(!ledger::snapshots<P>::take(e.chain));  // nothing is final
    std::vector<typename ledger::snapshots<P>::image> taken;
    for (auto length : {8u, 13u, 40u, 80u, 90u}) {  // each with an unfinal tail
        e.grow(length);
        auto s = ledger::snapshots<P>::take(e.chain);
        BOOST_TEST_REQUIRE(bool(s));
        BOOST_TEST(s->height == e.chain.final_height());
        BOOST_TEST(s->height < e.chain.height());
        taken.push_back(std::move(*s));
    }
    e.grow(100);
    for (auto& s : taken) {
        auto begun = e.opened(s);
        BOOST_TEST_REQUIRE(bool(begun), message(begun.error().code) << " (" << begun.error().where << ")");
        BOOST_TEST(begun->height() == s.height);
        BOOST_TEST(begun->final_height() == s.height);
        BOOST_TEST((begun->unwind(s.height - 1) == errc::below_final));
        ledger::chain<P> replayed(e.genesis);
        for (std::uint64_t h = 1; h <= s.height; ++h) BOOST_REQUIRE(!replayed.push(e.blocks[h - 1], later));
        BOOST_TEST((begun->head() == replayed.head()));
        BOOST_TEST(same_members(*begun, replayed));
        for (std::uint64_t h = s.height + 1; h <= e.blocks.size(); ++h) BOOST_REQUIRE_EQUAL(message(begun->push(e.blocks[h - 1], later).code), "ok");
        auto const a = begun->branch(), b = e.chain.branch();
        BOOST_TEST((a.height == b.height && a.weight == b.weight && a.final_height == b.final_height && a.vouched == b.vouched && a.head == b.head));
        BOOST_TEST(same_members(*begun, e.chain));
        BOOST_TEST((begun->fleet_at(100)->root() == e.chain.fleet_at(100)->root()));
        auto const again = ledger::snapshots<P>::take(*begun);  // and tells the same in its turn
        BOOST_TEST_REQUIRE(bool(again));
        BOOST_TEST(same_members(*e.opened(*again), *e.opened(*ledger::snapshots<P>::take(e.chain))));
    }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_the_disk_altered_is_refused) {
    using P = authority_protocol;
    eventful<P> e;
    e.grow(20);
    auto const good = *ledger::snapshots<P>::take(e.chain);
    BOOST_TEST_REQUIRE(bool(e.opened(good)));
    auto const opens = [&](auto change) {
        auto s = good;
        change(s);
        return bool(e.opened(s));
    };
    for (std::size_t i = 0; i < good.head.size(); i += 7) BOOST_TEST(!opens([&](auto& s) { s.head[i] ^= 1; }));
    for (std::size_t i = 0; i < good.parts[0].size(); i += 61) BOOST_TEST(!opens([&](auto& s) { s.parts[0][i] ^= 0x10; }));
    BOOST_TEST(!opens([](auto& s) { s.head.pop_back(); }));
    BOOST_TEST(!opens([](auto& s) { s.head.clear(); }));
    BOOST_TEST(!opens([](auto& s) { s.parts[0].resize(s.parts[0].size() / 2); }));
    BOOST_TEST(!opens([](auto& s) { s.parts.clear(); }));
}

namespace {
/// The head again, as who knows how it is made would alter it.
template <class Change>
bytes forged(bytes const& raw, Change change) {
    auto text = bytes(raw.begin() + 32, raw.end());
    change(text);
    auto const d = hash_bytes<sha256>(text);
    bytes out(d.begin(), d.end());
    out.insert(out.end(), text.begin(), text.end());
    return out;
}
} // namespace

BOOST_AUTO_TEST_CASE(what_the_header_commits_to_cannot_be_forged_in_a_snapshot) {
    using P = authority_protocol;
    eventful<P> e;
    e.grow(20);
    auto const good = *ledger::snapshots<P>::take(e.chain);
    auto const with = [&](auto change_part, auto change_head) {
        auto s = good;
        auto part = *decode<snapshot_part<scheme_of<P>>>(s.parts[0]);
        change_part(part);
        s.parts[0] = encode(part);
        s.head = forged(s.head, [&](bytes& text) {
            auto head = *decode<snapshot_head>(text);
            head.content = hash_bytes<sha256>(hash_bytes<sha256>(s.parts[0]));
            change_head(head);
            text = encode(head);
        });
        return e.opened(s).error().code;
    };
    auto const same = [](auto&) {};
    BOOST_TEST((with(same, same) == errc::ok));
    BOOST_TEST((with([](auto& p) { p.devices.back().standing.version += 1; }, same) == errc::wrong_commitments));
    BOOST_TEST((with([](auto& p) { p.devices.pop_back(); }, same) == errc::wrong_commitments));
    BOOST_TEST((with(same, [](auto& h) { h.frontier[0][0] ^= 1; }) == errc::wrong_commitments));
    BOOST_TEST((with(same, [](auto& h) { h.history_size += 1; }) == errc::out_of_range));
    BOOST_TEST((with(same, [](auto& h) { h.headers[3].hash[0] ^= 1; }) == errc::wrong_digest));
    BOOST_TEST((with(same, [](auto& h) { h.headers.pop_back(); }) == errc::out_of_range));
    BOOST_TEST((with(same, [](auto& h) { h.chain_id[0] ^= 1; }) == errc::foreign_genesis));
    BOOST_TEST((with([](auto& p) { p.members.clear(), p.reports.clear(); }, same) == errc::missing_field));
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_a_newer_version_is_refused) {
    using P = authority_protocol;
    eventful<P> e;
    e.grow(20);
    auto s = *ledger::snapshots<P>::take(e.chain);
    auto newer = s;
    newer.head = forged(s.head, [](bytes& text) { ++text[3]; });  // of an array and a number of two bytes, the last
    BOOST_TEST((e.opened(newer).error() == errc::wrong_schema));
}

BOOST_AUTO_TEST_SUITE_END()
