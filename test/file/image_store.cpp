#include <daicho/file/image_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/image_store.hpp>

#include "../memory/random_batches.hpp"
#include "unreliable.hpp"

#include <csignal>
#include <sys/wait.h>

using namespace daicho;

namespace {

bytes image(byte seed) {
    bytes b(3000);
    for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(seed * i + i / 256);
    return b;
}

/// What a device does with a new image, and resumes after a reset.
template <class Store>
fault install(Store& s, byte_view wanted) {
    if (s.state() != boot_state::confirmed || s.written() == 0)
        if (auto f = s.begin(wanted.size())) return f;
    while (s.written() != wanted.size()) {
        auto const at = std::size_t(s.written());
        if (auto f = s.write(at, wanted.subspan(at, std::min<std::size_t>(700, wanted.size() - at)))) return f;
    }
    bytes back(wanted.size());
    if (auto f = s.read(0, back)) return f;
    if (!equal(back, wanted)) return (void)s.begin(wanted.size()), errc::wrong_digest;  // after lost sectors: once more
    return s.mark();
}

template <class Store>
bytes running_image(Store& s) {
    bytes b(std::size_t(s.running_size()));
    BOOST_REQUIRE(!s.read_running(0, b));
    return b;
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_image_store)

BOOST_AUTO_TEST_CASE(it_keeps_the_laws) {
    temporary_directory d;
    laws::verdict v;
    laws::image_store(v, [&] {
        auto s = file::image_store::open(d.path / "images");
        if (s) (void)s->boot();
        return s;
    });
    BOOST_TEST((v.broken == std::vector<std::string>{}));
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(the_boot_process_is_another_object_and_both_see_one_record) {
    temporary_directory d;
    auto device = file::image_store::open(d.path);
    auto boot = file::image_store::open(d.path);
    BOOST_REQUIRE((device && boot));
    BOOST_TEST(boot->boot()->image.empty());
    BOOST_REQUIRE(!install(*device, image(1)));
    auto const booted = boot->boot();
    BOOST_REQUIRE(booted);
    BOOST_TEST((booted->state == boot_state::trial));
    BOOST_TEST((*file::read_file(booted->image, 10'000) == image(1)));
    BOOST_TEST((device->state() == boot_state::trial));
    BOOST_TEST(!boot->confirm());
    BOOST_TEST((device->state() == boot_state::confirmed));
    BOOST_TEST((running_image(*device) == image(1)));
}

BOOST_AUTO_TEST_CASE(a_store_has_one_factory_image) {
    temporary_directory d;
    auto s = file::image_store::open(d.path);
    BOOST_REQUIRE(!s->provision(image(1)));
    BOOST_TEST((running_image(*s) == image(1)));
    BOOST_REQUIRE(!install(*s, image(2)));
    BOOST_TEST((s->provision(image(3)) == errc::busy));
}

BOOST_AUTO_TEST_CASE(a_slot_beyond_its_capacity_is_full) {
    temporary_directory d;
    auto s = file::image_store::open(d.path, {.capacity = 2999});
    BOOST_TEST((install(*s, image(1)) == errc::store_full));
    s = file::image_store::open(d.path, {.capacity = 3000});
    BOOST_TEST(!install(*s, image(1)));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_reported_before_anything_is_fetched) {
    temporary_directory d;
    auto s = file::basic_image_store<unreliable>::open(d.path);
    long call = 0;
    bool found = false;
    for (; call != 20 && !found; ++call) {
        unreliable::arm(unreliable::mode::fails, call, ENOSPC, 1);
        auto const f = s->begin(3000);
        found = f == errc::store_full && std::string_view(f.where) == "slot";
    }
    unreliable::disarm();
    BOOST_TEST(found);
    BOOST_TEST(!s->begin(3000));
}

BOOST_AUTO_TEST_CASE(what_is_verified_is_read_from_the_file) {
    temporary_directory d;
    auto s = file::image_store::open(d.path);
    BOOST_REQUIRE(!s->begin(3));
    BOOST_REQUIRE(!s->write(0, as_bytes("abc")));
    {
        auto const slot = *file::open(d.path / "slot_b", O_RDWR);
        BOOST_REQUIRE(!file::write_all(slot, 1, as_bytes("X")));
    }
    bytes back(3);
    BOOST_REQUIRE(!s->read(0, back));
    BOOST_TEST(as_text(back) == "aXc");
}

BOOST_AUTO_TEST_CASE(an_altered_boot_record_is_corrupt) {
    temporary_directory d;
    auto s = file::image_store::open(d.path);
    BOOST_REQUIRE(!install(*s, image(1)));
    auto const whole = *file::read_file(d.path / "boot", 1000);
    for (std::size_t i = 0; i != whole.size(); ++i) {
        auto altered = whole;
        altered[i] ^= 1;
        BOOST_REQUIRE(!file::replace_file<unreliable>(d.path / "boot", altered));
        BOOST_REQUIRE_MESSAGE(file::image_store::open(d.path).error() == errc::store_corrupt, "byte " << i);
        BOOST_REQUIRE((s->boot().error() == errc::store_corrupt));
        BOOST_REQUIRE((s->mark() == errc::store_corrupt));
    }
    auto newer = whole;
    newer[11] = 2;
    store_be32(&newer[28], file::crc32c(byte_view(newer).first(28)));
    BOOST_REQUIRE(!file::replace_file(d.path / "boot", newer));
    BOOST_TEST((file::image_store::open(d.path).error() == errc::store_too_new));
    BOOST_REQUIRE(!file::replace_file(d.path / "boot", whole));
    BOOST_TEST((s->boot()->state == boot_state::trial));
}

BOOST_AUTO_TEST_CASE(a_power_cut_at_any_call_leaves_an_image_that_runs) {
    using store = file::basic_image_store<unreliable>;
    for (unsigned seed = 1; seed != 9; ++seed)
        for (long cut = 0;; ++cut) {
            temporary_directory d;
            bool finished = false;
            BOOST_REQUIRE(!store::open(d.path)->provision(image(1)));
            unreliable::arm(unreliable::mode::cut, cut, 0, seed * 1000 + unsigned(cut));
            try {
                auto s = store::open(d.path);
                BOOST_REQUIRE(!install(*s, image(2)));
                BOOST_REQUIRE(s->boot());
                BOOST_REQUIRE(!s->confirm());
                finished = true;
                unreliable::cut_now();
            } catch (unreliable::power_cut) {
            }
            unreliable::disarm();
            auto s = store::open(d.path);
            BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << ", call " << cut);
            for (int resets = 0; resets != 3; ++resets) {
                auto const booted = s->boot();
                BOOST_REQUIRE(booted);
                auto const runs = *file::read_file(booted->image, 10'000);
                BOOST_REQUIRE_MESSAGE(runs == image(2) || (!finished && booted->state != boot_state::trial && runs == image(1)),
                                      "seed " << seed << ", call " << cut);
                if (booted->state == boot_state::trial && resets == 0) BOOST_REQUIRE(!s->confirm());
            }
            if (finished) break;
            for (int attempts = 0; attempts != 2 && running_image(*s) != image(2); ++attempts)
                if (!install(*s, image(2))) BOOST_REQUIRE((s->boot() && !s->confirm()));
            BOOST_REQUIRE_MESSAGE(running_image(*s) == image(2), "resuming, seed " << seed << ", call " << cut);
        }
}

BOOST_AUTO_TEST_CASE(kill_9_at_any_moment_leaves_an_image_that_runs_and_the_writing_goes_on) {
    random_batches moments(5);
    temporary_directory d;
    BOOST_REQUIRE(!file::image_store::open(d.path)->provision(image(1)));
    byte next = 2, running = 1;
    for (int round = 0; round != 30; ++round) {
        auto const child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            auto s = file::image_store::open(d.path);
            ::_exit(s && !install(*s, image(next)) && s->boot() && !s->confirm() ? 0 : 1);
        }
        ::usleep(moments.below(30'000));
        ::kill(child, SIGKILL);
        int status = 0;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        BOOST_REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
        auto s = file::image_store::open(d.path);
        BOOST_REQUIRE_MESSAGE(s, message(s.error().code) << ", round " << round);
        auto const b = running_image(*s);
        BOOST_REQUIRE_MESSAGE(b == image(running) || b == image(next), "round " << round);
        if (s->state() == boot_state::trial) BOOST_REQUIRE(!s->confirm());
        else if (b != image(next)) continue;  // interrupted: the next child resumes
        running = next++;
    }
    BOOST_TEST(next > 2);
}

BOOST_AUTO_TEST_SUITE_END()
