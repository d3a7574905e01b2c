#include <daicho/laws/entropy.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/entropy.hpp>
#include <daicho/simulated/clock.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;

template <class Make>
laws_broken broken_by(Make make) {
    laws::verdict v;
    laws::entropy(v, make);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

/// Sound by what can be tried: each one has a seed of its own. Each broken model spoils one thing.
struct seeded : simulated::entropy {
    static inline std::uint64_t made = 0;
    seeded() : simulated::entropy(++made) {}
};
struct never_ready : seeded {
    fault fill(byte_span) { return {errc::no_entropy, "board"}; }
};
struct whole_words_only : seeded {
    fault fill(byte_span out) { return seeded::fill(out.first(out.size() / 4 * 4)); }
};
struct last_word_too_long : seeded {
    fault fill(byte_span out) { return seeded::fill(byte_span(out.data(), (out.size() + 3) / 4 * 4)); }
};
struct refuses_none : seeded {
    fault fill(byte_span out) { return out.empty() ? fault{errc::no_entropy, "nothing"} : seeded::fill(out); }
};
struct turns_in_a_circle : seeded {
    std::uint64_t calls = 0, mine = made;
    fault fill(byte_span out) { return simulated::entropy(mine << 32 | calls++ % 100).fill(out); }
};
struct seven_bits : seeded {
    fault fill(byte_span out) {
        auto const f = seeded::fill(out);
        for (auto& b : out) b &= 0x7f;
        return f;
    }
};

template <class E>
laws_broken broken_by() {
    return broken_by([] { return E(); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(entropy_laws)

BOOST_AUTO_TEST_CASE(the_operating_system_keeps_them) { BOOST_TEST(broken_by<cryptopp::entropy>() == laws_broken{}, boost::test_tools::per_element()); }

BOOST_AUTO_TEST_CASE(each_law_refuses_a_source_that_breaks_it) {
    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    BOOST_TEST(broken_by<seeded>() == laws_broken{}, boost::test_tools::per_element());
    expect(broken_by<never_ready>(), "A source that is ready fills.");
    expect(broken_by<whole_words_only>(), "Every byte that was asked for is filled, however many they are.");
    expect(broken_by<last_word_too_long>(), "Nothing beside them is written.");
    expect(broken_by<refuses_none>(), "None can be asked for, too.");
    expect(broken_by<turns_in_a_circle>(), "No answer comes twice.");
    expect(broken_by<seven_bits>(), "All values of a byte come about as often.");
}

// The mistake that boards make: a generator that is right, and seeded with a constant.
BOOST_AUTO_TEST_CASE(a_source_that_begins_with_the_same_seed_after_each_restart_is_found_out) {
    auto const broken = broken_by([] { return simulated::entropy(1); });
    BOOST_TEST(broken == laws_broken{"After a restart it does not begin again as it did before."}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
