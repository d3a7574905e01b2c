#include <daicho/laws/sealer.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/work_search.hpp>

#include <map>

#include "ledger/fixture.hpp"

using namespace fixture;

namespace {

using laws_broken = std::vector<std::string>;
using P = work_protocol;
using work = work_sealer<P>;

header endless_header() {
    header h{.index = 1};
    h.target = 120;  // bits
    return h;
}

template <class Sealer>
laws_broken broken_by(std::chrono::milliseconds patience = std::chrono::seconds(60)) {
    network<P> const n;
    laws::verdict v;
    laws::sealer<P>(v, n.genesis, n.id(node), [] { return Sealer(); }, endless_header(), patience);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

// Each is right and spoils one thing.
struct guesses {
    result<work_proof> seal(seal_job const&, std::stop_token) { return work_proof{1}; }
};
struct remembers_by_epoch : work {
    std::map<std::uint64_t, work_proof> known;
    result<work_proof> seal(seal_job const& job, std::stop_token stop) {
        if (known.contains(job.epoch)) return known[job.epoch];
        auto const found = work::seal(job, stop);
        if (found) known[job.epoch] = *found;
        return found;
    }
};
struct hands_in_what_it_has : work {
    result<work_proof> seal(seal_job const& job, std::stop_token stop) {
        auto const found = work::seal(job, stop);
        return found || job.body.target == 120 ? found : work_proof{~std::uint64_t(0)};
    }
};
struct deaf : work {
    result<work_proof> seal(seal_job const& job, std::stop_token stop) {
        if (job.body.target != 120) return work::seal(job, stop);
        while (!stop.stop_requested()) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::seconds(1));
        return fault{errc::busy, "at last"};
    }
};
struct sulks : work {
    bool offended = false;
    result<work_proof> seal(seal_job const& job, std::stop_token stop) {
        if (offended) return fault{errc::busy, "stopped"};
        offended = job.body.target == 120;
        return work::seal(job, stop);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(sealer_laws)

BOOST_AUTO_TEST_CASE(miners_keep_them) {
    BOOST_TEST(broken_by<work>() == laws_broken{}, boost::test_tools::per_element());
    BOOST_TEST((broken_by<work_sealer<P, cryptopp::work_search>>()) == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(authorities_keep_them) {
    using A = authority_protocol;
    network<A> const n;
    laws::verdict v;
    laws::sealer<A>(v, n.genesis, n.id(signer_0 + 1), [&] { return authority_sealer<A, sealing_key>(n.key(signer_0 + 1)); });
    BOOST_TEST(v.checked != 0u);
    BOOST_TEST(v.broken == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_law_refuses_a_sealer_that_breaks_it) {
    auto const expect = [](laws_broken const& found, char const* law) { BOOST_TEST(found == laws_broken{law}, boost::test_tools::per_element()); };
    expect(broken_by<guesses>(), "A proof that it returns is one that the consensus accepts.");
    expect(broken_by<remembers_by_epoch>(), "No job leaves anything behind that another could notice.");
    expect(broken_by<hands_in_what_it_has>(), "Stopped before it began, it says busy or has its proof.");
    expect(broken_by<deaf>(std::chrono::milliseconds(1)), "A stop is heard while it works.");
    expect(broken_by<sulks>(), "A stop ends one job and not the next.");
}

BOOST_AUTO_TEST_CASE(who_may_not_seal_cannot_be_tried) {
    using A = authority_protocol;
    network<A> const n;
    laws::verdict v;
    laws::sealer<A>(v, n.genesis, n.id(stranger), [&] { return authority_sealer<A, sealing_key>(n.key(stranger)); });
    BOOST_TEST(v.broken == laws_broken{"There is something for it to seal."}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
