#include <daicho/laws/image_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/image_store.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using whole = memory::image_store<2000>;

template <class S>
laws_broken broken_by() {
    S s;
    laws::verdict v;
    laws::image_store(v, [&] {
        (void)s.reboot();
        return &s;
    });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct never_new : whole {
    bool begun = false;
    fault begin(std::uint64_t n) { return begun = true, whole::begin(n); }
    std::uint64_t written() const { return begun ? whole::written() : 1; }
};
struct promises_room : whole {
    fault begin(std::uint64_t n) { return n > capacity ? fault{} : whole::begin(n); }
};
struct miscounts : whole {
    std::uint64_t written() const { return whole::written() == 300 ? 299 : whole::written(); }
};
struct accepts_gaps : whole {
    fault write(std::uint64_t offset, byte_view b) { return offset == 601 ? fault{} : whole::write(offset, b); }
};
struct accepts_too_much : whole {
    fault write(std::uint64_t offset, byte_view b) {
        return offset == written() && b.size() > 500 && b.size() + offset > 1500 ? fault{} : whole::write(offset, b);
    }
};
struct reads_something_else : whole {
    fault read(std::uint64_t offset, byte_span out) const {
        auto const f = whole::read(offset, out);
        if (out.size() == 600) out[0] ^= 1;
        return f;
    }
};
struct reads_beyond : whole {
    fault read(std::uint64_t offset, byte_span out) const {
        auto const f = whole::read(offset, out);
        return f == errc::out_of_range ? fault{} : f;
    }
};
struct marks_half : whole {
    fault mark() {
        auto const f = whole::mark();
        return f == errc::wrong_size ? fault{} : f;
    }
};
struct boots_half : whole {
    boot_state state() const { return written() == 600 ? boot_state::trial : whole::state(); }
};
struct starts_over : whole {
    fault reboot() { return written() == 600 ? begin(1500) : whole::reboot(); }
};
struct grumbles : whole {
    fault mark() {
        auto const f = whole::mark();
        return f ? f : errc::io_failed;
    }
};
struct writes_the_marked : whole {
    fault write(std::uint64_t offset, byte_view b) {
        auto const f = whole::write(offset, b);
        return f == errc::busy ? fault{} : f;
    }
};
struct keeps_the_mark : whole {
    bool marked = false, kept = false;
    fault mark() { return marked = true, whole::mark(); }
    fault begin(std::uint64_t n) { return kept = marked, whole::begin(n); }
    fault reboot() { return marked = false, whole::reboot(); }
    boot_state state() const { return kept ? boot_state::trial : whole::state(); }
    fault write(std::uint64_t offset, byte_view b) { return kept = false, whole::write(offset, b); }
};
struct hides_the_trial : whole {
    boot_state state() const { return whole::state() == boot_state::trial ? boot_state::confirmed : whole::state(); }
};
struct erases_the_way_back : whole {
    fault begin(std::uint64_t n) {
        auto const f = whole::begin(n);
        return f == errc::busy ? fault{} : f;
    }
};
struct tries_twice : whole {
    bool tried = false;
    fault reboot() {
        if (whole::state() != boot_state::trial || tried) return tried = false, whole::reboot();
        tried = true;
        return {};
    }
};
struct forgets_the_revert : whole {
    bool reverted = false;
    fault reboot() {
        auto const f = whole::reboot();
        if (reverted) (void)confirm();
        reverted = state() == boot_state::reverted;
        return f;
    }
};
struct cannot_acknowledge : whole {
    fault confirm() { return state() == boot_state::reverted ? fault{} : whole::confirm(); }
};
struct still_on_trial : whole {
    bool confirming = false;
    fault reboot() { return confirming = false, whole::reboot(); }
    fault confirm() { return confirming = whole::state() == boot_state::trial, whole::confirm(); }
    boot_state state() const { return confirming ? boot_state::trial : whole::state(); }
};
struct counts_the_old_image : whole {
    bool was_confirmed = false;
    fault confirm() { return was_confirmed = state() == boot_state::trial, whole::confirm(); }
    std::uint64_t written() const { return was_confirmed && whole::written() == 0 ? 1500 : whole::written(); }
};
struct wipes_the_old_image : whole {
    bool wiped = false;
    fault confirm() { return wiped = true, whole::confirm(); }
    fault begin(std::uint64_t n) { return wiped = false, whole::begin(n); }
    fault read(std::uint64_t offset, byte_span out) const { return wiped ? fault{errc::out_of_range} : whole::read(offset, out); }
};
struct reads_the_other_slot : whole {
    fault read_running(std::uint64_t offset, byte_span out) const { return out.empty() ? fault{} : read(offset, out); }
};
struct cannot_unmark : whole {
    fault revert() { return state() == boot_state::trial ? whole::revert() : fault{}; }
};
struct cannot_revert : whole {
    fault revert() { return state() == boot_state::trial ? fault{} : whole::revert(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(image_store_laws)

BOOST_AUTO_TEST_CASE(the_store_in_memory_keeps_them) { BOOST_TEST((broken_by<whole>() == laws_broken{})); }

BOOST_AUTO_TEST_CASE(each_law_refuses_a_store_that_breaks_it) {
    laws::verdict v;
    laws::image_store(v, [] { return static_cast<whole*>(nullptr); });
    BOOST_TEST((v.broken == laws_broken{"a store opens"}));

    BOOST_TEST((broken_by<never_new>() == laws_broken{"a new store is confirmed, with nothing written"}));
    BOOST_TEST((broken_by<promises_room>() == laws_broken{"an image that no slot can hold is store_full"}));
    BOOST_TEST((broken_by<miscounts>() == laws_broken{"written counts the bytes since begin"}));
    BOOST_TEST((broken_by<accepts_gaps>() == laws_broken{"a write continues where the last one ended; elsewhere it is out_of_range"}));
    BOOST_TEST((broken_by<accepts_too_much>() == laws_broken{"a slot takes no more than begin announced"}));
    BOOST_TEST((broken_by<reads_something_else>() == laws_broken{"what was written is read back from the slot"}));
    BOOST_TEST((broken_by<reads_beyond>() == laws_broken{"beyond what the slot holds, reading is out_of_range"}));
    BOOST_TEST((broken_by<marks_half>() == laws_broken{"an image that is not whole cannot be marked"}));
    BOOST_TEST((broken_by<boots_half>() == laws_broken{"until it is marked, a reset boots the old image"}));
    BOOST_TEST((broken_by<starts_over>() == laws_broken{"what was written stays over a reset, and the writing goes on"}));
    BOOST_TEST((broken_by<grumbles>() == laws_broken{"a whole image can be marked"}));
    BOOST_TEST((broken_by<writes_the_marked>() == laws_broken{"a marked slot is not written"}));
    BOOST_TEST((broken_by<keeps_the_mark>() == laws_broken{"begin unmarks"}));
    BOOST_TEST((broken_by<hides_the_trial>() == laws_broken{"a marked image boots on trial"}));
    BOOST_TEST((broken_by<erases_the_way_back>() == laws_broken{"during a trial the way back is not erased"}));
    BOOST_TEST((broken_by<tries_twice>() == laws_broken{"a trial that nobody confirmed is reverted by the next reset"}));
    BOOST_TEST((broken_by<forgets_the_revert>() == laws_broken{"reverted stays until it is acknowledged"}));
    BOOST_TEST((broken_by<cannot_acknowledge>() == laws_broken{"confirm acknowledges a revert"}));
    BOOST_TEST((broken_by<still_on_trial>() == laws_broken{"a confirmed image stays"}));
    BOOST_TEST((broken_by<counts_the_old_image>() ==
                laws_broken{"once confirmed, the slots have changed places: nothing is written in the other one"}));
    BOOST_TEST((broken_by<wipes_the_old_image>() == laws_broken{"the image that was confirmed before stays in the other slot"}));
    BOOST_TEST((broken_by<reads_the_other_slot>() == laws_broken{"read_running reads the image that runs"}));
    BOOST_TEST((broken_by<cannot_unmark>() == laws_broken{"before the trial, revert unmarks"}));
    BOOST_TEST((broken_by<cannot_revert>() == laws_broken{"revert ends a trial"}));
}

BOOST_AUTO_TEST_SUITE_END()
