#include <daicho/laws/state_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/state_store.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using whole = memory::state_store<64>;

template <class S>
laws_broken broken_by() {
    S s;
    laws::verdict v;
    int opened = 0;
    laws::state_store(v, [&] {
        if constexpr (requires { s.reopen(); })
            if (opened++ != 0) s.reopen();
        return &s;
    });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct never_new : whole {
    bool saved = false;
    fault save(byte_view b) { return saved = true, whole::save(b); }
    result<byte_view> load(byte_span out) const {
        if (saved) return whole::load(out);
        return byte_view(out.first(1));
    }
};
struct shows_the_one_before : whole {
    bytes now, old;
    void reopen() { old = now; }
    fault save(byte_view b) {
        if (auto f = whole::save(b)) return f;
        old = b.size() == 2 ? now : bytes(b.begin(), b.end());
        now.assign(b.begin(), b.end());
        return {};
    }
    result<byte_view> load(byte_span out) const {
        if (out.size() < old.size()) return errc::oversized;
        std::copy(old.begin(), old.end(), out.begin());
        return byte_view(out.first(old.size()));
    }
};
struct always_something : whole {
    fault save(byte_view b) { return b.empty() ? fault{} : whole::save(b); }
};
struct cuts : whole {
    result<byte_view> load(byte_span out) const {
        byte buffer[64];
        auto const b = *whole::load(buffer);
        auto const n = std::min(b.size(), out.size());
        std::copy_n(b.begin(), n, out.begin());
        return byte_view(out.first(n));
    }
};
struct saves_what_fits : whole {
    fault save(byte_view b) { return whole::save(b.first(std::min(b.size(), capacity))); }
};
struct forgets : whole {
    void reopen() { (void)save({}); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(state_store_laws)

BOOST_AUTO_TEST_CASE(the_store_in_memory_keeps_them) { BOOST_TEST((broken_by<whole>() == laws_broken{})); }

BOOST_AUTO_TEST_CASE(each_law_refuses_a_store_that_breaks_it) {
    laws::verdict v;
    laws::state_store(v, [] { return static_cast<whole*>(nullptr); });
    BOOST_TEST((v.broken == laws_broken{"a store opens"}));

    BOOST_TEST((broken_by<never_new>() == laws_broken{"a new store is empty"}));
    BOOST_TEST((broken_by<shows_the_one_before>() == laws_broken{"load gives what was last saved"}));
    BOOST_TEST((broken_by<always_something>() == laws_broken{"nothing can be saved, too"}));
    BOOST_TEST((broken_by<cuts>() == laws_broken{"what does not fit is oversized, never cut"}));
    BOOST_TEST((broken_by<saves_what_fits>() == laws_broken{"what the cell cannot hold is store_full, and the last save stays"}));
    BOOST_TEST((broken_by<forgets>() == laws_broken{"reopening finds the last save"}));
}

BOOST_AUTO_TEST_SUITE_END()
