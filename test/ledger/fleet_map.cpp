#include <daicho/ledger/fleet_map.hpp>

#include "fleet.hpp"

#include <daicho/base/hex.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace daicho;
using fleet::definition;
using fleet::name;
using fleet::near_name;
using fleet::running;

namespace {

std::vector<model_name> const models = {"lamp", "valve", "meter", "gate", "a", "b"};

struct change {
    model_name model;
    device_standing to;
    bool takes_out = false;
};

template <class Map>
void make(Map& map, change const& c) {
    if (c.takes_out) return void(map.erase(c.model, c.to.device));
    if constexpr (requires { map.root(), map.change(c.model, c.to.device, [](device_standing&) {}); })
        if (c.to.height % 2 == 0 && map.change(c.model, c.to.device, [&](device_standing& d) { d = c.to; })) return;
    map.set(c.model, c.to);
}

std::vector<change> changes(std::size_t n, unsigned seed) {
    std::mt19937_64 random(seed);
    std::vector<change> out;
    for (std::size_t i = 0; i != n; ++i) {
        node_id const id = random() % 4 ? name(random() % 40) : near_name(byte(random() % 16));
        out.push_back({models[random() % models.size()], {id, random() % 5, random() % 100, state(random() % 10), random() % 8 == 0}, random() % 4 == 0});
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fleet_map)

BOOST_AUTO_TEST_CASE(the_root_of_no_fleet_is_that_of_an_empty_summary) {
    fleet::fleet_map map;
    std::vector<byte> empty(1 + 48);
    empty[0] = 0x13;
    std::fill_n(empty.begin() + 1, 8, byte(0xff));
    sha256 h;
    h.update(empty);
    BOOST_TEST((map.root() == h.finish()));
    BOOST_TEST(!map.find("lamp", name(1)));
}

// What docs/proofs.md says of the bytes, written out by hand.
BOOST_AUTO_TEST_CASE(the_root_of_two_devices_is_what_the_page_says) {
    auto const put = [](bytes& to, std::uint64_t v, int size) {
        for (int i = size; i-- != 0;) to.push_back(byte(v >> 8 * i));
    };
    auto const add = [](bytes& to, byte_view what) { to.insert(to.end(), what.begin(), what.end()); };
    auto const hash = [](bytes const& b) {
        sha256 h;
        h.update(b);
        return h.finish();
    };
    auto const one = near_name(0x01), two = near_name(0x40);
    bytes a{0x10}, b{0x10};
    add(a, one), put(a, 7, 8), put(a, 12, 8), put(a, 3, 1), put(a, 0, 1);
    add(b, two), put(b, 5, 8), put(b, 13, 8), put(b, 8, 1), put(b, 1, 1);
    bytes fork{0x11};
    put(fork, 256 + 31 * 8 + 1, 2);                                                  // they part at the second bit of the last byte
    put(fork, 7, 8), put(fork, 1, 8), add(fork, hash(a));
    put(fork, ~std::uint64_t(0), 8), put(fork, 0, 8), add(fork, hash(b));            // expelled: does not count
    bytes model{0x12};
    add(model, as_bytes("lamp")), put(model, 0, 8), model.resize(1 + 32), put(model, 4, 1);
    put(model, 7, 8), put(model, 1, 8), add(model, hash(fork));
    bytes all{0x13};
    put(all, 7, 8), put(all, 1, 8), add(all, hash(model));

    fleet::fleet_map map;
    map.set("lamp", {one, 7, 12, state::installed, false});
    map.set("lamp", {two, 5, 13, state::enrolled, true});
    BOOST_TEST(to_hex(map.root()) == to_hex(hash(all)));
    BOOST_TEST(map.now().summary().least == 7u);
    BOOST_TEST(map.now().summary().devices == 1u);
}

BOOST_AUTO_TEST_CASE(random_changes_agree_with_the_definition) {
    for (unsigned seed = 0; seed != 6; ++seed) {
        fleet::fleet_map map;
        definition plain;
        for (auto& c : changes(300, seed)) {
            make(map, c);
            make(plain, c);
            if (c.to.height % 3 == 0) BOOST_TEST((map.root() == plain.root()));
        }
        BOOST_TEST((map.root() == plain.root()));
        for (auto& model : models)
            for (std::uint64_t i = 0; i != 50; ++i)
                for (auto& id : {name(i), near_name(byte(i))}) {
                    auto const* here = map.find(model, id);
                    auto const* there = plain.find(model, id);
                    BOOST_TEST_REQUIRE((here == nullptr) == (there == nullptr));
                    if (here) BOOST_TEST((*here == *there));
                }
    }
}

BOOST_AUTO_TEST_CASE(the_root_follows_from_what_is_there_not_from_how_it_came) {
    auto all = changes(200, 77);
    std::map<std::pair<std::string, node_id>, device_standing> last;
    for (auto& c : all) last[{std::string(c.model.view()), c.to.device}] = c.to;
    std::vector<change> settled;
    for (auto& [key, d] : last) {
        model_name model;
        model.assign(std::string_view(key.first));
        settled.push_back({model, d});
    }
    fleet::fleet_map first;
    for (auto& c : settled) first.set(c.model, c.to);
    std::mt19937 random(5);
    for (int round = 0; round != 10; ++round) {
        fleet::fleet_map other;
        // Detours: what is put wrong first, hashed, and what comes and goes.
        for (auto& c : all) other.set(c.model, c.to);
        if (round % 2) other.root();
        for (auto& c : changes(100, 500 + unsigned(round))) other.set(c.model, c.to), other.erase(c.model, c.to.device);
        if (round % 3) other.root();
        std::shuffle(settled.begin(), settled.end(), random);
        for (auto& c : settled) other.set(c.model, c.to);
        BOOST_TEST((other.root() == first.root()));
    }
}

BOOST_AUTO_TEST_CASE(every_field_of_a_standing_is_under_the_root) {
    device_standing const d{name(1), 5, 9, state::running, false};
    auto const root = [](model_name const& model, device_standing const& s) {
        fleet::fleet_map map;
        map.set("valve", running(name(2), 1));
        map.set(model, s);
        return map.root();
    };
    auto with = [&](auto change) {
        device_standing s = d;
        change(s);
        return root("lamp", s);
    };
    std::set<digest> const roots = {root("lamp", d),
                                    root("gate", d),
                                    with([](auto& s) { s.device[31] ^= 1; }),
                                    with([](auto& s) { s.version = 6; }),
                                    with([](auto& s) { s.height = 10; }),
                                    with([](auto& s) { s.state = state::installed; }),
                                    with([](auto& s) { s.expelled = true; })};
    BOOST_TEST(roots.size() == 7u);
}

BOOST_AUTO_TEST_CASE(what_is_taken_out_leaves_nothing_behind) {
    fleet::fleet_map map;
    digest const empty = map.root();
    BOOST_TEST(!map.erase("lamp", name(1)));
    map.set("lamp", running(name(1), 1));
    digest const one = map.root();
    map.set("lamp", running(name(2), 1));
    map.set("valve", running(name(1), 1));
    BOOST_TEST(map.erase("lamp", name(2)));
    BOOST_TEST(!map.erase("lamp", name(2)));
    BOOST_TEST(map.erase("valve", name(1)));
    BOOST_TEST((map.root() == one));
    BOOST_TEST(map.erase("lamp", name(1)));
    BOOST_TEST((map.root() == empty));
}

BOOST_AUTO_TEST_CASE(a_rollback_returns_to_the_very_same_map) {
    for (unsigned seed = 0; seed != 8; ++seed) {
        std::mt19937 random(seed);
        fleet::fleet_map map;
        definition plain;
        struct moment {
            fleet::fleet_map::mark_type mark;
            definition plain;
        };
        std::vector<moment> moments;
        auto all = changes(600, 1000 + seed);
        for (auto& c : all) {
            make(map, c);
            make(plain, c);
            switch (random() % 12) {
            case 0: moments.push_back({map.mark(), plain}); break;
            case 1:
                if (moments.empty()) break;
                moments.resize(1 + random() % moments.size());  // those after it are gone
                map.rollback(moments.back().mark);
                plain = moments.back().plain;
                BOOST_TEST((map.root() == plain.root()));
                break;
            case 2:
                if (moments.empty()) break;
                map.forget(moments.front().mark);
                moments.erase(moments.begin());
                break;
            }
        }
        BOOST_TEST((map.root() == plain.root()));
        for (auto& m : moments) BOOST_TEST((map.at(m.mark).root() == m.plain.root()));
        for (std::size_t i = moments.size(); i-- != 0;) {
            map.rollback(moments[i].mark);
            BOOST_TEST((map.root() == moments[i].plain.root()));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_older_map_is_looked_at_while_the_newer_one_changes) {
    fleet::fleet_map map;
    for (std::uint64_t i = 0; i != 50; ++i) map.set("lamp", running(name(i), 1));
    auto const then = map.mark();
    digest const root = map.root();
    for (std::uint64_t i = 0; i != 60; ++i) map.set("lamp", running(name(i), 2));
    map.erase("lamp", name(3));
    BOOST_TEST((map.root() != root));
    BOOST_TEST((map.at(then).root() == root));
    BOOST_TEST(map.at(then).find("lamp", name(3))->version == 1u);
    BOOST_TEST(!map.at(then).find("lamp", name(55)));
    BOOST_TEST(!map.now().find("lamp", name(3)));
    BOOST_TEST(map.now().find("lamp", name(4))->version == 2u);
}

BOOST_AUTO_TEST_CASE(a_view_shows_what_was_there_when_it_was_taken) {
    fleet::fleet_map map;
    for (std::uint64_t i = 0; i != 50; ++i) map.set("lamp", running(name(i), 1));
    auto const view = map.now();
    digest const root = view.root();
    map.set("lamp", running(name(3), 2));
    map.erase("lamp", name(4));
    BOOST_TEST(view.find("lamp", name(3))->version == 1u);
    BOOST_TEST(view.find("lamp", name(4)) != nullptr);
    BOOST_TEST((map.root() != root));
    BOOST_TEST(view.prove_standing("lamp", name(3))->found->version == 1u);
    BOOST_TEST((view.root() == root));
    map.set("lamp", running(name(3), 1));
    map.set("lamp", running(name(4), 1));
    BOOST_TEST((map.root() == root));
}

BOOST_AUTO_TEST_CASE(a_copy_goes_its_own_way) {
    fleet::fleet_map map;
    for (std::uint64_t i = 0; i != 50; ++i) map.set("lamp", running(name(i), 1));
    auto const mark = map.mark();
    digest const root = map.root();
    map.set("lamp", running(name(1), 2));  // not hashed yet
    fleet::fleet_map copy = map;
    copy.set("lamp", running(name(2), 2));
    map.set("lamp", running(name(3), 3));
    BOOST_TEST(!(copy.root() == map.root()));
    BOOST_TEST(copy.find("lamp", name(1))->version == 2u);
    BOOST_TEST(copy.find("lamp", name(3))->version == 1u);
    BOOST_TEST(map.find("lamp", name(2))->version == 1u);
    copy.rollback(mark);
    BOOST_TEST((copy.root() == root));
    BOOST_TEST(map.find("lamp", name(3))->version == 3u);
    map.rollback(mark);
    BOOST_TEST((map.root() == root));
}

BOOST_AUTO_TEST_CASE(what_was_forgotten_makes_room) {
    fleet::fleet_map map;
    for (std::uint64_t i = 0; i != 100; ++i) map.set("lamp", running(name(i), 1));
    map.forget(map.mark());
    std::size_t const settled = map.nodes();
    BOOST_TEST(settled == 100u + 99u + 1u);  // devices, forks, a model
    for (std::uint64_t round = 0; round != 30; ++round) {
        for (std::uint64_t i = 0; i < 100; i += 7) map.set("lamp", running(name(i), round));
        map.set("lamp", running(name(1000 + round), 1));
        map.erase("lamp", name(1000 + round));
        auto const before = map.mark();
        for (std::uint64_t i = 0; i != 200; ++i) map.set("valve", running(name(i), round));
        map.rollback(before);
        map.forget(map.mark());
        BOOST_TEST(map.nodes() == settled);
    }
}

BOOST_AUTO_TEST_CASE(what_is_expected_changes_nothing) {
    fleet::fleet_map map, other;
    auto const all = changes(150, 9);
    std::vector<fleet::fleet_map::place_name> places;
    for (auto& c : all) places.push_back({&c.model, &c.to.device});
    map.expect(places);  // of an empty map, too
    for (auto& c : all) make(map, c), make(other, c);
    digest const root = map.root();
    map.expect(places);
    BOOST_TEST((map.root() == root));
    for (auto& c : changes(50, 10)) map.expect(places), make(map, c), make(other, c);
    BOOST_TEST((map.root() == other.root()));
}

BOOST_AUTO_TEST_CASE(a_map_of_another_hash_is_another_map) {
    ledger::fleet_map<sha512_256> other;
    fleet::fleet_map map;
    BOOST_TEST((other.root() != map.root()));
    other.set("lamp", running(name(1), 1));
    map.set("lamp", running(name(1), 1));
    BOOST_TEST((other.root() != map.root()));
    BOOST_TEST(other.find("lamp", name(1))->version == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
