#include <daicho/ledger/fleet_state.hpp>

#include "fixture.hpp"

#include <daicho/ledger/fleet_proof.hpp>
#include <daicho/role/observer.hpp>

#include <boost/test/unit_test.hpp>

#include <random>

using namespace daicho;
using P = fixture::work_protocol;
using network = fixture::network<P>;
using transactions = std::vector<transaction_of<P>>;

namespace {

/// Puts blocks on an observer's chain, and what they hold into the map.
struct watched {
    network net;
    role::observer<P> observer{net.genesis};
    ledger::fleet_state<P> fleet;

    void add(transactions const& all) {
        auto const block = net.next(observer.chain(), all);
        BOOST_TEST_REQUIRE(!observer.take(block, fixture::later));
        fleet.apply(block.transactions, block.head().index);
    }
    /// The map has the observer's rows, and no others.
    void agree() {
        auto const rows = observer.fleet();
        std::map<model_name, std::uint64_t> members;
        for (auto& row : rows) {
            auto const* d = fleet.now().find(row.model, row.device);
            BOOST_TEST_REQUIRE(d != nullptr);
            BOOST_TEST(d->version == row.version);
            BOOST_TEST((d->state == row.last));
            BOOST_TEST(d->expelled == row.expelled);
            BOOST_TEST(d->height == row.height);
            members[row.model] += !row.expelled;
        }
        std::uint64_t all = 0;
        for (auto& [model, n] : members) {
            auto const view = fleet.now();
            auto const said = ledger::verify_model<hash_of<P>>(*view.prove_model(model), model, view.root());
            BOOST_TEST_REQUIRE((said && said->has_value()));
            BOOST_TEST((*said)->devices == n);
            all += n;
        }
        BOOST_TEST(fleet.now().summary().devices == all);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(fleet_state)

BOOST_AUTO_TEST_CASE(each_state_changes_what_the_page_says) {
    watched w;
    auto& net = w.net;
    auto const device = network::id(fixture::device);
    auto const stands = [&] { return *w.fleet.now().find("lamp", device); };
    w.add(net.everybody());
    BOOST_TEST((stands() == device_standing{device, 0, 1, state::enrolled, false}));
    w.add({net.signed_by(fixture::publisher, net.released(3)), net.signed_by(fixture::publisher, net.released(4)), net.signed_by(fixture::gateway, net.report(state::cached, 3))});
    BOOST_TEST((stands() == device_standing{device, 0, 1, state::enrolled, false}));
    w.add({net.signed_by(fixture::device, net.report(state::installed, 3))});
    BOOST_TEST((stands() == device_standing{device, 3, 3, state::installed, false}));
    w.add({net.signed_by(fixture::device, net.report(state::failed, 4))});
    BOOST_TEST((stands() == device_standing{device, 3, 4, state::failed, false}));
    w.add({net.signed_by(fixture::device, net.report(state::rolled_back, 4))});
    BOOST_TEST((stands() == device_standing{device, 3, 5, state::rolled_back, false}));
    w.add({net.signed_by(fixture::device, net.report(state::unchanged, 2))});
    BOOST_TEST((stands() == device_standing{device, 2, 6, state::unchanged, false}));
    w.add({net.signed_by(fixture::device, net.report(state::running, 4))});
    BOOST_TEST((stands() == device_standing{device, 4, 7, state::running, false}));
    w.agree();
    w.add({net.expel(fixture::device)});
    BOOST_TEST((stands() == device_standing{device, 4, 7, state::running, true}));
    w.agree();
}

BOOST_AUTO_TEST_CASE(a_device_enrolled_under_another_model_is_in_no_record_of_the_first) {
    watched w;
    w.add(w.net.everybody());
    w.add({w.net.signed_by(fixture::device, w.net.report(state::running, 5))});
    w.add({w.net.enrol(fixture::device, member_role::device, {"lock"})});
    auto const device = network::id(fixture::device);
    auto const view = w.fleet.now();
    BOOST_TEST(!view.find("lamp", device));
    BOOST_TEST((*view.find("lock", device) == device_standing{device, 0, 3, state::enrolled, false}));
    auto const said = ledger::verify_standing<hash_of<P>>(*view.prove_standing("lamp", device), "lamp", device, view.root());
    BOOST_TEST((said && !said->has_value()));
    w.agree();
    w.add({w.net.signed_by(fixture::device, w.net.report(state::running, 2, "lock"))});
    w.agree();
}

BOOST_AUTO_TEST_CASE(a_device_that_never_reported_is_behind_every_version_and_an_expelled_one_behind_none) {
    watched w;
    w.add(w.net.everybody());
    w.add({w.net.signed_by(fixture::device, w.net.report(state::running, 5))});
    auto const behind = [&](std::uint64_t version) {
        auto const view = w.fleet.now();
        auto const proof = *view.prove_behind("lamp", version);
        auto const said = ledger::verify_behind<hash_of<P>>(proof, "lamp", version, view.root());
        BOOST_TEST_REQUIRE(bool(said));
        return std::pair(said->size(), said->of());
    };
    BOOST_TEST((behind(0) == std::pair<std::size_t, std::uint64_t>(0, 2)));
    BOOST_TEST((behind(1) == std::pair<std::size_t, std::uint64_t>(1, 2)));
    BOOST_TEST((behind(6) == std::pair<std::size_t, std::uint64_t>(2, 2)));
    w.add({w.net.expel(fixture::device_2)});
    BOOST_TEST((behind(5) == std::pair<std::size_t, std::uint64_t>(0, 1)));
    BOOST_TEST((behind(6) == std::pair<std::size_t, std::uint64_t>(1, 1)));
    w.add({w.net.expel(fixture::device)});
    BOOST_TEST((behind(6) == std::pair<std::size_t, std::uint64_t>(0, 0)));
}

BOOST_AUTO_TEST_CASE(the_map_shows_what_the_observer_shows_whatever_happens) {
    for (unsigned seed = 0; seed != 4; ++seed) {
        watched w;
        auto& net = w.net;
        std::mt19937 random(seed);
        w.add({net.enrol(fixture::publisher, member_role::publisher, {"lamp", "lock"}), net.enrol(fixture::gateway, member_role::gateway)});
        w.add({net.signed_by(fixture::publisher, net.released(1)), net.signed_by(fixture::publisher, net.released(2)),
               net.signed_by(fixture::publisher, net.released(1, fixture::publisher, "lock"))});
        std::map<std::uint64_t, model_name> members;
        std::vector<std::uint64_t> gone;
        for (int block = 0; block != 12; ++block) {
            transactions all;
            for (int i = 0; i != 6; ++i) {
                std::uint64_t const n = 1000 + random() % 8;
                bool const expelled = std::find(gone.begin(), gone.end(), n) != gone.end();
                auto const it = members.find(n);
                if (expelled) continue;
                if (it == members.end() || random() % 8 == 0) {
                    model_name const model = random() % 2 ? model_name("lamp") : model_name("lock");
                    all.push_back(net.enrol(n, member_role::device, {model}));
                    members[n] = model;
                } else if (random() % 12 == 0) {
                    all.push_back(net.expel(n));
                    gone.push_back(n);
                } else {
                    static constexpr state said[] = {state::installed, state::unchanged, state::failed, state::rolled_back, state::running};
                    auto const s = said[random() % 5];
                    all.push_back(net.signed_by(n, net.report(s, 1, it->second)));
                }
            }
            w.add(all);
        }
        w.agree();
    }
}

BOOST_AUTO_TEST_CASE(a_branch_that_is_left_leaves_nothing_behind) {
    watched w;
    auto& net = w.net;
    w.add(net.everybody());
    auto const fork_point = w.fleet.mark();
    digest const before = w.fleet.now().root();
    transactions const one{net.enrol(fixture::device, member_role::device, {"lock"}), net.enrol(1000, member_role::device, {"lamp"})};
    transactions const other{net.signed_by(fixture::device, net.report(state::running, 7)), net.expel(fixture::device_2)};
    w.fleet.apply(one, 2);
    BOOST_TEST((w.fleet.now().root() != before));
    BOOST_TEST((w.fleet.at(fork_point).root() == before));
    w.fleet.rollback(fork_point);
    BOOST_TEST((w.fleet.now().root() == before));
    digest const moved = w.fleet.apply(other, 2);

    ledger::fleet_state<P> straight;
    straight.apply(network().everybody(), 1);
    BOOST_TEST((straight.apply(other, 2) == moved));
    w.fleet.forget(w.fleet.mark());
    BOOST_TEST((w.fleet.now().root() == moved));
}

BOOST_AUTO_TEST_SUITE_END()
