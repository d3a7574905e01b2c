#include <daicho/trust/bundle_gate.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/state_store.hpp>

#include "log_stage.hpp"

using namespace log_stage;

namespace {

struct stage : log_network {
    using cell = memory::state_store<128>;
    using gate_type = trust::bundle_gate<P, client, cell>;
    trust::running_image const runs{"lamp", 1, image(1)};
    memory::power power;
    cell kept{power};

    gate_type started() {
        gate_type g(follower, kept);
        BOOST_TEST_REQUIRE(!g.recall());
        return g;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(bundle_gate, stage)

BOOST_AUTO_TEST_CASE(what_it_believed_it_knows_after_a_restart) {
    BOOST_TEST(bool(started().admit(anchor, bundle_of(lamp_2, small), runs, 0)));
    BOOST_TEST(started().head().size == small);
    BOOST_TEST(bool(started().admit(anchor, bundle_of(lamp_3, large, small), runs, 0)));
    BOOST_TEST(started().head().size == large);
    BOOST_TEST((started().admit(anchor, bundle_of(lamp_2, small), runs, 0).error() == errc::stale_checkpoint));
    BOOST_TEST(bool(started().admit(anchor, bundle_of(lamp_2, large), runs, 0)));
    BOOST_TEST(schema::max_encoded<trust::log_head> <= 100u);
}
BOOST_AUTO_TEST_CASE(what_it_refuses_leaves_no_trace) {
    BOOST_TEST(bool(started().admit(anchor, bundle_of(lamp_2, small), runs, 0)));
    auto const before = started().head();
    auto gate = started();
    BOOST_TEST((gate.admit(anchor, bundle_of(lamp_3, large), runs, 0).error() == errc::missing_field));
    BOOST_TEST((gate.admit(anchor, bundle_of(lamp_3, large, small), {"lock", 1, {}}, 0).error() == errc::wrong_model));
    auto other = *this;
    other.leaves[0][5] ^= 1;
    BOOST_TEST((gate.admit(anchor, other.bundle_of(lamp_2, small), runs, 0).error() == errc::forked_log));
    BOOST_TEST((gate.head() == before));
    BOOST_TEST((started().head() == before));
    BOOST_TEST(bool(gate.admit(anchor, bundle_of(lamp_3, large, small), runs, 0)));
}
BOOST_AUTO_TEST_CASE(it_says_yes_only_once_the_head_is_durable) {
    auto gate = started();
    power.cut_after(0);
    BOOST_TEST((gate.admit(anchor, bundle_of(lamp_2, small), runs, 0).error() == errc::io_failed));
    BOOST_TEST(gate.head().size == 0u);
    power.restore();
    BOOST_TEST(started().head().size == 0u);
    BOOST_TEST(bool(gate.admit(anchor, bundle_of(lamp_2, small), runs, 0)));
    BOOST_TEST(power.writes() == 1u);
    BOOST_TEST(bool(gate.admit(anchor, bundle_of(lamp_2, small), runs, 0)));
    BOOST_TEST(power.writes() == 1u);  // nothing new, nothing written
}
BOOST_AUTO_TEST_CASE(a_cell_that_holds_something_else_is_corrupt) {
    BOOST_TEST(!kept.save(bytes{1, 2, 3}));
    gate_type g(follower, kept);
    BOOST_TEST((g.recall() == errc::store_corrupt));
    BOOST_TEST(!kept.save({}));
    BOOST_TEST(!g.recall());
}

BOOST_AUTO_TEST_SUITE_END()
