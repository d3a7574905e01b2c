#include <daicho/laws/retarget.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/consensus/fixed_target.hpp>
#include <daicho/consensus/target.hpp>
#include <daicho/consensus/weighted_retarget.hpp>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using little = little_endian_target;

template <class R, class Target = little>
laws_broken broken_by(std::uint32_t target = 0x1b00ffff, std::uint64_t wanted = 60) {
    laws::verdict v;
    laws::retarget<R, Target>(v, target, wanted);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

/// Right; each broken model spoils one thing, and that a little, while all is calm.
struct right : weighted_retarget<> {
    template <class Target, class View>
    static result<std::uint32_t> spoilt(View const& view, bool when, int parts_of_256) {
        auto const good = next<Target>(view);
        if (!when || view.height() < 2) return good;
        auto const work = Target::work(*good), before = Target::work(view.at(0).body.target);
        if (work > before + before / 4 || before > work + work / 4) return good;
        auto const part = work / 256 * std::uint32_t(std::abs(parts_of_256));
        return Target::of_work(parts_of_256 < 0 ? work - part : work + part);
    }
};

struct moody : right {
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        static bool mood = false;
        mood = !mood;
        return spoilt<Target>(view, mood, 1);
    }
};
struct starts_elsewhere : right {
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        if (view.height() != 0) return right::next<Target>(view);
        return Target::of_work(Target::work(view.genesis().target) * 2);
    }
};
struct looks_at_the_clock : right {
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        return spoilt<Target>(view, view.now() % 2 != 0, 1);
    }
};
struct looks_at_all_it_sees : right {
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        return spoilt<Target>(view, view.depth() > 64, 1);
    }
};
struct beyond_the_easiest : right {
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        auto const good = right::next<Target>(view);
        return *good == 0x207fffff ? result<std::uint32_t>(0x21008000) : good;
    }
};
struct leaps : right {  // after a long pause
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        if (view.height() < 2 || view.at(0).body.time < view.at(1).body.time + 4000 * view.genesis().slot_seconds) return right::next<Target>(view);
        return Target::of_work(Target::work(view.at(0).body.target) / 5);
    }
};
struct drifts : right {
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        return spoilt<Target>(view, true, 8);
    }
};
struct backwards {  // harder after a slow block, easier after a fast one
    static constexpr std::uint32_t step = 2;
    template <class Target, class View>
    static result<std::uint32_t> next(View const& view) {
        if (view.height() < 2) return std::uint32_t(view.genesis().target);
        header const& h = view.at(0).body;
        auto const took = h.time - std::min(h.time, view.at(1).body.time), wanted = view.genesis().slot_seconds;
        auto const work = Target::work(h.target);
        if (took * 3 < wanted) return Target::of_work(work - work / 8);
        if (took > wanted * 3) return Target::of_work(work + work / 8);
        return h.target;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(retarget_laws)

BOOST_AUTO_TEST_CASE(both_models_keep_them_with_both_targets) {
    auto const per_element = boost::test_tools::per_element();
    BOOST_TEST(broken_by<fixed_target>() == laws_broken{}, per_element);
    BOOST_TEST((broken_by<fixed_target, leading_zeros>(40)) == laws_broken{}, per_element);
    for (std::uint64_t wanted : {10u, 60u, 600u, 86400u}) {
        BOOST_TEST(broken_by<weighted_retarget<>>(0x1b00ffff, wanted) == laws_broken{}, per_element);
        BOOST_TEST((broken_by<weighted_retarget<>, leading_zeros>(40, wanted)) == laws_broken{}, per_element);
    }
    BOOST_TEST(broken_by<weighted_retarget<12>>() == laws_broken{}, per_element);
    BOOST_TEST((broken_by<weighted_retarget<63>, leading_zeros>(40)) == laws_broken{}, per_element);
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law_and_no_other) {
    auto const per_element = boost::test_tools::per_element();
    BOOST_TEST(broken_by<right>() == laws_broken{}, per_element);
    BOOST_TEST(broken_by<moody>() == laws_broken{"The same headers give the same target."}, per_element);
    BOOST_TEST(broken_by<starts_elsewhere>() == laws_broken{"The first block has the target of the genesis."}, per_element);
    BOOST_TEST(broken_by<looks_at_the_clock>() == laws_broken{"This machine's clock plays no part."}, per_element);
    BOOST_TEST(broken_by<looks_at_all_it_sees>() == laws_broken{"Headers before the last 64 play no part."}, per_element);
    BOOST_TEST(broken_by<beyond_the_easiest>() == laws_broken{"A target is always valid."}, per_element);
    BOOST_TEST(broken_by<leaps>() == laws_broken{"Work changes at most by the factor step from one block to the next."}, per_element);
    BOOST_TEST(broken_by<drifts>() == laws_broken{"Blocks that come as wanted keep the work."}, per_element);
    BOOST_TEST(broken_by<backwards>() == laws_broken{"Fast blocks never make it easier, slow ones never harder."}, per_element);
}

BOOST_AUTO_TEST_SUITE_END()
