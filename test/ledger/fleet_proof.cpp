#include <daicho/ledger/fleet_proof.hpp>

#include "fleet.hpp"

#include <daicho/schema/codec.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace daicho;
using fleet::definition;
using fleet::name;
using fleet::near_name;
using fleet::running;

namespace {

fault model_fault(model_proof const& p, model_name const& model, digest const& root) { return ledger::verify_model<sha256>(p, model, root).error(); }
fault standing_fault(standing_proof const& p, model_name const& model, node_id const& id, digest const& root) {
    return ledger::verify_standing<sha256>(p, model, id, root).error();
}
fault behind_fault(behind_proof const& p, model_name const& model, std::uint64_t version, digest const& root) {
    return ledger::verify_behind<sha256>(p, model, version, root).error();
}

std::vector<device_standing> listed(ledger::devices_behind const& d) { return {d.begin(), d.end()}; }

/// Three models, 60 devices; some behind 5, some expelled, two whose names part late.
struct town {
    fleet::fleet_map map;
    definition plain;
    digest root;

    town() {
        for (std::uint64_t i = 0; i != 40; ++i) set("lamp", running(name(i), i % 8 == 0 ? i % 5 : 5 + i % 3, i));
        for (std::uint64_t i = 0; i != 20; ++i) set("valve", running(name(i), 9, i));
        set("meter", running(near_name(1), 2));
        set("meter", running(near_name(3), 7));
        set("lamp", {name(16), 1, 3, state::running, true});
        root = map.root();
    }
    void set(model_name const& model, device_standing const& d) {
        map.set(model, d);
        plain.set(model, d);
    }
    auto now() { return map.now(); }

    behind_proof behind(model_name const& model, std::uint64_t version) { return *now().prove_behind(model, version); }
    standing_proof standing(model_name const& model, node_id const& id) { return *now().prove_standing(model, id); }
};

template <class T>
T& get(behind_proof& p, std::size_t nth = 0) {
    for (auto& n : p.nodes)
        if (auto* t = std::get_if<T>(&n))
            if (nth-- == 0) return *t;
    throw std::logic_error("the proof has no such node");
}

/// Every proof that differs from an honest one in one bit of one of its bytes and still is a record.
template <class Proof, class Check>
void no_altered_byte_passes(Proof const& honest, Check check) {
    BOOST_TEST_REQUIRE(!check(honest));
    bytes const good = encode(honest);
    std::size_t records = 0;
    for (std::size_t i = 0; i != good.size(); ++i)
        for (int bit = 0; bit != 8; ++bit) {
            bytes altered = good;
            altered[i] ^= byte(1 << bit);
            auto const proof = decode<Proof>(altered);
            if (!proof) continue;
            ++records;
            if (!check(*proof)) BOOST_ERROR("bit " << bit << " of byte " << i << " was altered, and it passed");
        }
    BOOST_TEST(records > good.size());  // most of them were looked at
}

} // namespace

BOOST_AUTO_TEST_SUITE(fleet_proof)

// --- honest proofs, against the definition --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(how_each_device_stands_is_proven_and_nothing_else) {
    town t;
    for (auto& model : std::vector<model_name>{"lamp", "valve", "meter", "gate", ""})
        for (std::uint64_t i = 0; i != 50; ++i)
            for (auto& id : {name(i), near_name(byte(i))}) {
                auto const proof = t.standing(model, id);
                auto const said = ledger::verify_standing<sha256>(proof, model, id, t.root);
                BOOST_TEST_REQUIRE(bool(said));
                auto const* is = t.plain.find(model, id);
                BOOST_TEST_REQUIRE(said->has_value() == (is != nullptr));
                if (is) BOOST_TEST((**said == *is));
                BOOST_TEST((decode<standing_proof>(encode(proof)).value() == proof));
            }
}

BOOST_AUTO_TEST_CASE(a_models_devices_are_counted_and_an_absent_model_is_absent) {
    town t;
    for (auto& model : std::vector<model_name>{"lamp", "valve", "meter"}) {
        auto const said = ledger::verify_model<sha256>(*t.now().prove_model(model), model, t.root);
        BOOST_TEST_REQUIRE(said->has_value());
        BOOST_TEST((*said)->devices == t.plain.devices(model));
    }
    for (auto& model : std::vector<model_name>{"gate", "lam", "lamps", ""}) {
        auto const said = ledger::verify_model<sha256>(*t.now().prove_model(model), model, t.root);
        BOOST_TEST(bool(said));
        BOOST_TEST(!said->has_value());
    }
}

BOOST_AUTO_TEST_CASE(every_device_behind_a_version_is_shown_for_every_version) {
    town t;
    for (auto& model : std::vector<model_name>{"lamp", "valve", "meter", "gate"})
        for (std::uint64_t version = 0; version != 12; ++version) {
            auto const proof = t.behind(model, version);
            auto const said = ledger::verify_behind<sha256>(proof, model, version, t.root);
            BOOST_TEST_REQUIRE(bool(said));
            BOOST_TEST((listed(*said) == t.plain.behind(model, version)));
            BOOST_TEST(said->size() == t.plain.behind(model, version).size());
            BOOST_TEST(said->of() == t.plain.devices(model));
            BOOST_TEST((decode<behind_proof>(encode(proof)).value() == proof));
        }
}

BOOST_AUTO_TEST_CASE(of_an_empty_fleet_every_question_is_answered) {
    fleet::fleet_map map;
    digest const root = map.root();
    auto const model = ledger::verify_model<sha256>(*map.now().prove_model("lamp"), "lamp", root);
    BOOST_TEST((model && !model->has_value()));
    auto const device = ledger::verify_standing<sha256>(*map.now().prove_standing("lamp", name(1)), "lamp", name(1), root);
    BOOST_TEST((device && !device->has_value()));
    auto const proof = *map.now().prove_behind("lamp", 9);
    auto const behind = ledger::verify_behind<sha256>(proof, "lamp", 9, root);
    BOOST_TEST((behind && behind->empty() && behind->of() == 0));
    // And it is no answer about a fleet that is there.
    town t;
    BOOST_TEST((model_fault({}, "lamp", t.root) == errc::wrong_root));
    BOOST_TEST((standing_fault({}, "lamp", name(1), t.root) == errc::wrong_root));
    BOOST_TEST((behind_fault(behind_proof{}, "lamp", 9, t.root) == errc::wrong_root));
}

BOOST_AUTO_TEST_CASE(what_is_shown_grows_with_those_behind_not_with_the_fleet) {
    fleet::fleet_map map;
    for (std::uint64_t i = 0; i != 20000; ++i) map.set("lamp", running(name(i), i == 77 ? 1 : 2));
    auto const view = map.now();
    auto const none = *view.prove_behind("lamp", 1);
    BOOST_TEST(none.nodes.empty());
    auto const one = *view.prove_behind("lamp", 2);
    BOOST_TEST(one.nodes.size() < 2 * 40 + 1);  // forks of one way, each with its other side, and the device
    BOOST_TEST(ledger::verify_behind<sha256>(one, "lamp", 2, view.root())->size() == 1u);
    BOOST_TEST(ledger::verify_behind<sha256>(one, "lamp", 2, view.root())->of() == 20000u);
}

BOOST_AUTO_TEST_CASE(an_answer_too_large_to_send_is_refused_where_it_is_made) {
    fleet::fleet_map map;
    std::uint64_t const most = limits::fleet_nodes / 2;  // n devices are 2n - 1 nodes
    for (std::uint64_t i = 0; i != most; ++i) map.set("lamp", running(name(i), 1));
    auto const proof = map.now().prove_behind("lamp", 2);
    BOOST_TEST_REQUIRE(bool(proof));
    BOOST_TEST(ledger::verify_behind<sha256>(*proof, "lamp", 2, map.root())->size() == most);
    map.set("lamp", running(name(most), 1));
    BOOST_TEST((map.now().prove_behind("lamp", 2).error() == errc::oversized));
    BOOST_TEST(bool(map.now().prove_behind("lamp", 1)));
}

BOOST_AUTO_TEST_CASE(an_older_map_proves_to_its_own_root) {
    town t;
    auto const then = t.map.mark();
    t.map.set("lamp", running(name(8), 9));
    auto const old_proof = *t.map.at(then).prove_behind("lamp", 5);
    BOOST_TEST(!behind_fault(old_proof, "lamp", 5, t.root));
    BOOST_TEST((behind_fault(old_proof, "lamp", 5, t.map.root()) == errc::wrong_root));
    auto const new_proof = t.behind("lamp", 5);
    BOOST_TEST(!behind_fault(new_proof, "lamp", 5, t.map.root()));
    BOOST_TEST((behind_fault(new_proof, "lamp", 5, t.root) == errc::wrong_root));
}

// --- what a liar tries --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(no_altered_bit_passes) {
    town t;
    no_altered_byte_passes(*t.now().prove_model("lamp"), [&](auto& p) { return model_fault(p, "lamp", t.root); });
    no_altered_byte_passes(*t.now().prove_model("gate"), [&](auto& p) { return model_fault(p, "gate", t.root); });
    no_altered_byte_passes(t.standing("lamp", name(8)), [&](auto& p) { return standing_fault(p, "lamp", name(8), t.root); });
    no_altered_byte_passes(t.standing("lamp", name(999)), [&](auto& p) { return standing_fault(p, "lamp", name(999), t.root); });
    no_altered_byte_passes(t.standing("gate", name(1)), [&](auto& p) { return standing_fault(p, "gate", name(1), t.root); });
    no_altered_byte_passes(t.behind("meter", 5), [&](auto& p) { return behind_fault(p, "meter", 5, t.root); });
    no_altered_byte_passes(t.behind("lamp", 3), [&](auto& p) { return behind_fault(p, "lamp", 3, t.root); });
}

BOOST_AUTO_TEST_CASE(a_device_cannot_be_said_to_stand_otherwise) {
    town t;
    auto const honest = t.standing("lamp", name(8));
    BOOST_TEST(!standing_fault(honest, "lamp", name(8), t.root));
    auto lie = honest;
    lie.found->version = 9;  // seen in the model's least version, or else in the hash
    BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::wrong_root));
    lie = honest;
    lie.found->version = 0;
    lie.found->state = state::installed;
    BOOST_TEST(bool(standing_fault(lie, "lamp", name(8), t.root)));
    lie = honest;
    lie.found->expelled = true;
    BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::wrong_size));
    // A proof of one device is none of another.
    BOOST_TEST(bool(standing_fault(honest, "lamp", name(9), t.root)));
    BOOST_TEST(bool(standing_fault(honest, "valve", name(8), t.root)));
}

BOOST_AUTO_TEST_CASE(a_device_that_is_there_cannot_be_denied) {
    town t;
    auto const honest = t.standing("lamp", name(8));
    BOOST_TEST(ledger::verify_standing<sha256>(honest, "lamp", name(8), t.root)->has_value());
    // By showing another: whichever it is, its way is not this device's.
    for (std::uint64_t i = 0; i != 40; ++i) {
        if (i == 8) continue;
        auto const other = t.standing("lamp", name(i));
        BOOST_TEST((standing_fault(other, "lamp", name(8), t.root) == errc::wrong_recipient));
        auto graft = honest;
        graft.found = other.found;
        BOOST_TEST(bool(standing_fault(graft, "lamp", name(8), t.root)));
    }
    // By leaving out the fork at which the two part.
    auto lie = t.standing("lamp", name(9));
    auto const parts = std::find_if(lie.way.begin(), lie.way.end(), [](auto& step) {
        return ledger::bit_of(name(8), std::uint16_t(step.bit - 256)) != ledger::bit_of(name(9), std::uint16_t(step.bit - 256));
    });
    std::copy(parts + 1, lie.way.end(), parts);
    lie.way.resize(lie.way.size() - 1);
    BOOST_TEST(bool(standing_fault(lie, "lamp", name(8), t.root)));
    // By showing none, or that there is no such model, or that the fleet is empty.
    lie = honest;
    lie.found.reset();
    BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::missing_field));
    lie = honest;
    lie.model = *t.now().prove_model("gate");
    BOOST_TEST(bool(standing_fault(lie, "lamp", name(8), t.root)));
    lie = {};
    BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::wrong_root));
}

BOOST_AUTO_TEST_CASE(a_device_that_is_nowhere_cannot_be_shown) {
    town t;
    auto const honest = t.standing("gate", name(8));
    BOOST_TEST(!standing_fault(honest, "gate", name(8), t.root));
    auto lie = honest;
    lie.found = running(name(8), 5);
    BOOST_TEST((standing_fault(lie, "gate", name(8), t.root) == errc::not_empty));
    lie = honest;
    lie.way.push_back({300, {}});
    BOOST_TEST((standing_fault(lie, "gate", name(8), t.root) == errc::not_empty));
    lie = t.standing("lamp", name(999));
    BOOST_TEST(!standing_fault(lie, "lamp", name(999), t.root));
    lie.found->device = name(999);
    BOOST_TEST(bool(standing_fault(lie, "lamp", name(999), t.root)));
}

BOOST_AUTO_TEST_CASE(a_model_that_is_there_cannot_be_denied) {
    town t;
    auto const honest = *t.now().prove_model("lamp");
    BOOST_TEST(!model_fault(honest, "lamp", t.root));
    for (auto& other : std::vector<model_name>{"valve", "meter"})
        BOOST_TEST((model_fault(*t.now().prove_model(other), "lamp", t.root) == errc::wrong_model));
    auto lie = honest;
    lie.found->model = "gate";
    BOOST_TEST(bool(model_fault(lie, "lamp", t.root)));
    BOOST_TEST(bool(model_fault(lie, "gate", t.root)));
    lie = honest;
    lie.found.reset();
    BOOST_TEST((model_fault(lie, "lamp", t.root) == errc::not_empty));
    lie = honest;
    lie.found->devices.least = 9;
    BOOST_TEST((model_fault(lie, "lamp", t.root) == errc::wrong_root));
}

BOOST_AUTO_TEST_CASE(a_way_has_its_forks_in_order_and_on_its_own_floor) {
    town t;
    auto const honest = t.standing("lamp", name(8));
    BOOST_TEST_REQUIRE(honest.way.size() >= 3u);
    auto lie = honest;
    std::swap(lie.way[0], lie.way[1]);
    BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::non_canonical));
    lie = honest;
    lie.way[1].bit = lie.way[0].bit;
    BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::non_canonical));
    for (std::uint16_t bit : {std::uint16_t(0), std::uint16_t(255), std::uint16_t(512), std::uint16_t(65535)}) {
        lie = honest;
        lie.way[0].bit = bit;
        BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::out_of_range));
    }
    lie = honest;
    lie.model.way[0].bit = 256;
    BOOST_TEST((standing_fault(lie, "lamp", name(8), t.root) == errc::out_of_range));
    // A fork more, a fork less.
    lie = honest;
    lie.way.push_back({511, {1, 1, {}}});
    BOOST_TEST(bool(standing_fault(lie, "lamp", name(8), t.root)));
    lie = honest;
    lie.way.resize(lie.way.size() - 1);
    BOOST_TEST(bool(standing_fault(lie, "lamp", name(8), t.root)));
}

BOOST_AUTO_TEST_CASE(a_device_behind_cannot_be_hidden) {
    town t;
    auto const honest = t.behind("lamp", 5);
    std::size_t const behind = t.plain.behind("lamp", 5).size();
    BOOST_TEST(ledger::verify_behind<sha256>(honest, "lamp", 5, t.root)->size() == behind);
    BOOST_TEST_REQUIRE(behind >= 3u);
    // Each, as a summary: one that says that it is behind, and one that lies.
    for (std::size_t i = 0; i != honest.nodes.size(); ++i) {
        auto const* d = std::get_if<device_standing>(&honest.nodes[i]);
        if (!d) continue;
        auto lie = honest;
        auto summary = ledger::summary_of<sha256>(*d);
        lie.nodes[i] = summary;
        BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::missing_field));
        summary.least = 5;
        lie.nodes[i] = summary;
        BOOST_TEST(bool(behind_fault(lie, "lamp", 5, t.root)));
    }
    // All of them.
    auto const summary = *ledger::verify_model<sha256>(honest.model, "lamp", t.root);
    auto lie = honest;
    lie.nodes = {*summary};
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::missing_field));
    auto lying = *summary;
    lying.least = 5;
    lie.nodes = {lying};
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::stale_version));
    lie.nodes.clear();
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::truncated));
    lie.model.found->devices.least = 5;
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::wrong_root));
    lie = {*t.now().prove_model("gate"), {}};
    BOOST_TEST(bool(behind_fault(lie, "lamp", 5, t.root)));
    // The answer to another question.
    BOOST_TEST((behind_fault(t.behind("lamp", 1), "lamp", 5, t.root) == errc::missing_field));
    BOOST_TEST(bool(behind_fault(t.behind("meter", 5), "lamp", 5, t.root)));
}

BOOST_AUTO_TEST_CASE(what_is_not_behind_is_not_shown) {
    town t;
    auto const wide = t.behind("lamp", 6);
    BOOST_TEST(!behind_fault(wide, "lamp", 6, t.root));
    BOOST_TEST((behind_fault(wide, "lamp", 5, t.root) == errc::out_of_range));  // a true tree, but more than was asked
    auto const honest = t.behind("meter", 5);
    BOOST_TEST(!behind_fault(honest, "meter", 5, t.root));
    auto lie = honest;
    for (auto& n : lie.nodes)
        if (std::holds_alternative<fleet_summary>(n)) n = running(near_name(3), 7);
    BOOST_TEST((behind_fault(lie, "meter", 5, t.root) == errc::out_of_range));
    auto gone = t.behind("lamp", 5);
    get<device_standing>(gone).expelled = true;
    BOOST_TEST((behind_fault(gone, "lamp", 5, t.root) == errc::out_of_range));
    lie = t.behind("valve", 5);
    BOOST_TEST(lie.nodes.empty());
    lie.nodes.push_back(*ledger::verify_model<sha256>(lie.model, "valve", t.root).value());
    BOOST_TEST((behind_fault(lie, "valve", 5, t.root) == errc::not_empty));
    lie = t.behind("gate", 5);
    lie.nodes.push_back(running(name(1), 1));
    BOOST_TEST((behind_fault(lie, "gate", 5, t.root) == errc::not_empty));
    // A fork above two sides of which none is behind is a summary in an honest proof.
    behind_proof two{honest.model, {fleet_fork{300}, fleet_fork{301}, fleet_summary{9, 1, {}}, fleet_summary{9, 1, {}}, running(name(1), 1)}};
    BOOST_TEST((behind_fault(two, "meter", 5, t.root) == errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(nodes_are_cut_added_or_exchanged_in_vain) {
    town t;
    auto const honest = t.behind("lamp", 5);
    BOOST_TEST(!behind_fault(honest, "lamp", 5, t.root));
    for (std::size_t n = 0; n != honest.nodes.size(); ++n) {
        auto lie = honest;
        lie.nodes.resize(n);
        BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::truncated));
    }
    auto lie = honest;
    lie.nodes.push_back(lie.nodes.back());
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::trailing_bytes));
    for (std::size_t i = 0; i != honest.nodes.size(); ++i) {
        lie = honest;
        lie.nodes.erase(lie.nodes.begin() + std::ptrdiff_t(i));
        BOOST_TEST(bool(behind_fault(lie, "lamp", 5, t.root)));
        lie = honest;
        lie.nodes.insert(lie.nodes.begin() + std::ptrdiff_t(i), honest.nodes[i]);
        BOOST_TEST(bool(behind_fault(lie, "lamp", 5, t.root)));
        for (std::size_t j = 0; j != i; ++j) {
            if (honest.nodes[i] == honest.nodes[j]) continue;
            lie = honest;
            std::swap(lie.nodes[i], lie.nodes[j]);
            BOOST_TEST(bool(behind_fault(lie, "lamp", 5, t.root)));
        }
    }
    // Devices out of order, forks out of order.
    lie = honest;
    std::swap(get<device_standing>(lie, 0), get<device_standing>(lie, 1));
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::non_canonical));
    lie = honest;
    get<fleet_fork>(lie, 1).bit = get<fleet_fork>(lie, 0).bit;
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::non_canonical));
    for (std::uint16_t bit : {std::uint16_t(255), std::uint16_t(512)}) {
        lie = honest;
        get<fleet_fork>(lie).bit = bit;
        BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::out_of_range));
    }
}

BOOST_AUTO_TEST_CASE(a_part_of_another_place_or_time_does_not_fit) {
    town t;
    auto const honest = t.behind("lamp", 5);
    BOOST_TEST(!behind_fault(honest, "lamp", 5, t.root));
    auto lie = honest;
    lie.nodes = t.behind("meter", 5).nodes;
    BOOST_TEST(bool(behind_fault(lie, "lamp", 5, t.root)));
    // Yesterday, the device was not behind.
    fleet::fleet_map yesterday;
    for (auto& [key, d] : t.plain.all) yesterday.set(t.plain.models.at(key.first), d.device == name(8) ? running(name(8), 5) : d);
    auto const view = yesterday.now();
    auto const old = *view.prove_behind("lamp", 5);
    BOOST_TEST(!behind_fault(old, "lamp", 5, view.root()));
    lie = honest;
    lie.nodes = old.nodes;
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::wrong_root));
    auto stale = t.standing("lamp", name(8));
    stale.way = view.prove_standing("lamp", name(8))->way;
    stale.found = running(name(8), 5);
    BOOST_TEST(bool(standing_fault(stale, "lamp", name(8), t.root)));
    // The number of devices: a side that says more than it has.
    lie = honest;
    get<fleet_summary>(lie).devices += 1;
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::wrong_size));
    lie = honest;
    get<fleet_summary>(lie).least += 1;
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::wrong_root));
    lie = honest;
    get<fleet_summary>(lie).hash[31] ^= 1;
    BOOST_TEST((behind_fault(lie, "lamp", 5, t.root) == errc::wrong_root));
}

BOOST_AUTO_TEST_CASE(a_tree_deeper_than_any_is_refused_before_it_is_hashed) {
    town t;
    behind_proof deep{*t.now().prove_model("lamp"), {}};
    for (std::uint16_t i = 0; i != limits::fleet_steps + 1; ++i) deep.nodes.push_back(fleet_fork{std::uint16_t(256 + i)});
    BOOST_TEST((behind_fault(deep, "lamp", 5, t.root) == errc::oversized));
    deep.nodes.pop_back();
    BOOST_TEST((behind_fault(deep, "lamp", 5, t.root) == errc::truncated));
}

BOOST_AUTO_TEST_CASE(another_root_believes_nothing) {
    town t;
    digest other = t.root;
    other[0] ^= 1;
    BOOST_TEST((model_fault(*t.now().prove_model("lamp"), "lamp", other) == errc::wrong_root));
    BOOST_TEST((standing_fault(t.standing("lamp", name(1)), "lamp", name(1), other) == errc::wrong_root));
    BOOST_TEST((behind_fault(t.behind("lamp", 5), "lamp", 5, other) == errc::wrong_root));
}

BOOST_AUTO_TEST_SUITE_END()
