#include <daicho/memory/image_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/image_store.hpp>

using namespace daicho;

namespace {

using flash = memory::image_store<4096>;

bytes image(byte seed) {
    bytes b(3000);
    for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(seed * i + i / 256);
    return b;
}

/// What a device does with a new image, and resumes after a reset.
fault install(flash& f, byte_view wanted) {
    auto const begun = f.state() == boot_state::confirmed && f.written() != 0;
    if (!begun)
        if (auto g = f.begin(wanted.size())) return g;
    while (f.written() != wanted.size()) {
        auto const n = std::min<std::size_t>(700, wanted.size() - std::size_t(f.written()));
        if (auto g = f.write(f.written(), wanted.subspan(std::size_t(f.written()), n))) return g;
    }
    bytes back(wanted.size());
    if (auto g = f.read(0, back)) return g;
    if (!equal(back, wanted)) return errc::wrong_digest;
    return f.mark();
}

} // namespace

BOOST_AUTO_TEST_SUITE(memory_image_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    flash f;
    laws::verdict v;
    laws::image_store(v, [&] {
        (void)f.reboot();
        return &f;
    });
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(power_cut_before_any_write_leaves_an_image_that_runs) {
    auto const old = image(1), fresh = image(2);
    for (std::size_t cut = 0;; ++cut) {
        memory::power power;
        flash f(power);
        BOOST_REQUIRE(!f.provision(old));
        power.cut_after(cut);
        auto g = install(f, fresh);
        if (!g) g = f.reboot();
        if (!g) g = f.confirm();
        auto const finished = !g;
        power.restore();
        for (int resets = 0; resets != 3; ++resets) {
            BOOST_REQUIRE(!f.reboot());
            auto const runs = equal(f.running(), fresh) || (!finished && f.state() != boot_state::trial && equal(f.running(), old));
            BOOST_REQUIRE_MESSAGE(runs, "cut before write " << cut + 1);
            if (f.state() == boot_state::trial) BOOST_REQUIRE(!f.confirm());
        }
        if (finished) {
            BOOST_TEST(equal(f.running(), fresh));
            BOOST_TEST(cut > 8u);
            break;
        }
        if (!equal(f.running(), fresh)) {
            BOOST_REQUIRE_MESSAGE(!install(f, fresh), "resuming after a cut before write " << cut + 1);
            BOOST_REQUIRE(!f.reboot());
        }
        BOOST_REQUIRE(equal(f.running(), fresh));
    }
}

BOOST_AUTO_TEST_CASE(a_cut_write_does_not_count_and_is_done_again) {
    memory::power power;
    flash f(power);
    auto const fresh = image(3);
    BOOST_REQUIRE(!f.begin(fresh.size()));
    BOOST_REQUIRE(!f.write(0, byte_view(fresh).first(1000)));
    power.cut_after(0);
    BOOST_TEST((f.write(1000, byte_view(fresh).subspan(1000)) == errc::io_failed));
    power.restore();
    BOOST_REQUIRE(!f.reboot());
    BOOST_TEST(f.written() == 1000u);
    BOOST_TEST(!f.write(1000, byte_view(fresh).subspan(1000)));
    BOOST_TEST(!f.mark());
    BOOST_REQUIRE(!f.reboot());
    BOOST_TEST(equal(f.running(), fresh));
}

BOOST_AUTO_TEST_SUITE_END()
