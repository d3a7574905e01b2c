#include <daicho/file/state_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/state_store.hpp>

#include "../memory/random_batches.hpp"
#include "unreliable.hpp"

using namespace daicho;

BOOST_AUTO_TEST_SUITE(file_state_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    temporary_directory d;
    laws::verdict v;
    laws::state_store(v, [&] { return file::state_store::open(d.path / "state"); });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_busy) {
    temporary_directory d;
    {
        auto const first = file::state_store::open(d.path / "state");
        BOOST_REQUIRE(first);
        BOOST_TEST((file::state_store::open(d.path / "state").error() == errc::busy));
    }
    BOOST_TEST(bool(file::state_store::open(d.path / "state")));
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_not_found) {
    temporary_directory d;
    BOOST_TEST((file::state_store::open(d.path / "nowhere" / "state").error() == errc::not_found));
    BOOST_TEST(bool(file::state_store::open(d.path / "state")));
}

BOOST_AUTO_TEST_CASE(an_altered_or_cut_file_is_corrupt) {
    temporary_directory d;
    auto const path = d.path / "state";
    BOOST_REQUIRE(!file::state_store::open(path)->save(as_bytes("sequence 17")));
    auto const whole = *file::read_file(path, 1000);
    for (std::size_t i = 0; i != whole.size(); ++i) {
        auto altered = whole;
        altered[i] ^= 0x20;
        BOOST_REQUIRE(!file::replace_file<unreliable>(path, altered));
        BOOST_REQUIRE_MESSAGE(file::state_store::open(path).error() == errc::store_corrupt, "byte " << i);
        BOOST_REQUIRE(!file::replace_file<unreliable>(path, byte_view(whole).first(i)));
        BOOST_REQUIRE_MESSAGE(file::state_store::open(path).error() == errc::store_corrupt, "cut at " << i);
    }
    BOOST_REQUIRE(!file::replace_file(path, bytes(100'000)));
    BOOST_TEST((file::state_store::open(path).error() == errc::store_corrupt));
    BOOST_REQUIRE(!file::replace_file(path, whole));
    BOOST_TEST(bool(file::state_store::open(path)));
}

BOOST_AUTO_TEST_CASE(a_newer_version_is_refused) {
    temporary_directory d;
    auto const path = d.path / "state";
    BOOST_REQUIRE(!file::state_store::open(path)->save(as_bytes("x")));
    auto newer = *file::read_file(path, 1000);
    newer[11] = 2;
    store_be32(&newer[newer.size() - 4], file::crc32c(byte_view(newer).first(newer.size() - 4)));
    BOOST_REQUIRE(!file::replace_file(path, newer));
    BOOST_TEST((file::state_store::open(path).error() == errc::store_too_new));
}

BOOST_AUTO_TEST_CASE(a_power_cut_at_any_call_leaves_the_old_or_the_new_state) {
    using store = file::basic_state_store<unreliable>;
    temporary_directory d;
    bytes buffer(4000);
    bytes acknowledged;
    random_batches random(3);
    int cuts = 0;
    for (unsigned round = 0; round != 300; ++round) {
        std::optional<bytes> in_flight;
        unreliable::arm(unreliable::mode::cut, random.below(12), 0, round);
        try {
            auto s = store::open(d.path / "state");
            for (int i = 0; i != 4; ++i) {
                in_flight = random.some_bytes(2000);
                BOOST_REQUIRE(!s->save(*in_flight));
                acknowledged = *std::exchange(in_flight, std::nullopt);
            }
        } catch (unreliable::power_cut) {
            ++cuts;
        }
        unreliable::disarm();
        auto s = store::open(d.path / "state");
        BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << ", round " << round);
        auto const b = s->load(buffer);
        BOOST_REQUIRE(b);
        if (in_flight && equal(*b, *in_flight)) acknowledged = *in_flight;
        BOOST_REQUIRE_MESSAGE(equal(*b, acknowledged), "round " << round);
    }
    BOOST_TEST(cuts > 100);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_state) {
    using store = file::basic_state_store<unreliable>;
    temporary_directory d;
    bytes buffer(100);
    auto s = store::open(d.path / "state");
    BOOST_REQUIRE(!s->save(as_bytes("old")));
    for (long call = 0; call != 2; ++call) {
        unreliable::arm(unreliable::mode::fails, call, ENOSPC, 1);
        BOOST_TEST((s->save(as_bytes("new")) == errc::store_full));
        unreliable::disarm();
        BOOST_TEST(as_text(*s->load(buffer)) == "old");
    }
    BOOST_TEST(!s->save(as_bytes("new")));
    BOOST_TEST(as_text(*s->load(buffer)) == "new");
}

BOOST_AUTO_TEST_SUITE_END()
