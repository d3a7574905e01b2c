#include <daicho/role/file_shelves.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/artifact_cache.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct kept_files : network<P> {
    struct no_proof {};
    using shelves_type = role::file_shelves<P, memory::artifact_cache, no_proof>;

    static bytes content(std::uint64_t version) { return bytes(std::size_t(100 + version), byte(version)); }
    release of(std::uint64_t version) const {
        auto r = unsigned_release(version);
        r.size = content(version).size();
        r.verifier = hash_bytes<sha256>(content(version));
        return r;
    }
    void store(std::uint64_t version, bytes const& b) {
        auto const d = of(version).verifier;
        BOOST_TEST_REQUIRE(!cache.append(d, 0, b));
        BOOST_TEST_REQUIRE(!cache.finish(d));
    }
    bool place(std::uint64_t version) {
        store(version, content(version));
        auto& shelf = *shelves.of("lamp");
        shelf.wanted.emplace();
        shelf.wanted->release.body = of(version);
        return shelves.place(shelf);
    }
    bool cached(std::uint64_t version) const { return bool(cache.size(of(version).verifier)); }

    memory::artifact_cache cache;
    shelves_type shelves{cache, {"lamp", "lock"}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(file_shelves, kept_files)

BOOST_AUTO_TEST_CASE(the_newest_and_the_one_before_are_handed_out) {
    BOOST_TEST(!shelves.newest("lamp"));
    BOOST_TEST(!shelves.of("radio"));
    BOOST_TEST(place(1));
    BOOST_TEST(place(2));
    BOOST_TEST(shelves.newest("lamp")->release.body.version == 2u);
    BOOST_TEST(shelves.find(of(1).verifier));
    BOOST_TEST(place(3));
    BOOST_TEST(!shelves.find(of(1).verifier));
    BOOST_TEST(!cached(1));  // what nobody is given takes no room
    BOOST_TEST(cached(2));
    BOOST_TEST(shelves.find(of(2).verifier));
    BOOST_TEST(!shelves.newest("lock"));
}
BOOST_AUTO_TEST_CASE(the_same_file_again_displaces_nothing) {
    BOOST_TEST(place(1));
    BOOST_TEST(place(2));
    BOOST_TEST(!place(2));
    BOOST_TEST(shelves.find(of(1).verifier));
}
BOOST_AUTO_TEST_CASE(a_file_is_hashed_as_it_lies_there) {
    BOOST_TEST((shelves.check(of(1)) == errc::not_found));
    auto altered = content(1);
    altered[7] ^= 1;
    store(1, altered);
    BOOST_TEST((shelves.check(of(1)) == errc::wrong_digest));
    altered.pop_back();
    BOOST_TEST_REQUIRE(!cache.drop(of(1).verifier));
    store(1, altered);
    BOOST_TEST((shelves.check(of(1)) == errc::wrong_size));
    BOOST_TEST_REQUIRE(!cache.drop(of(1).verifier));
    store(1, content(1));
    BOOST_TEST(!shelves.check(of(1)));
}
BOOST_AUTO_TEST_CASE(a_file_that_is_lost_is_wanted_again) {
    BOOST_TEST(place(1));
    std::size_t again = 0;
    shelves.lose(of(2).verifier, [&](auto&) { ++again; });
    BOOST_TEST(again == 0u);
    shelves.lose(of(1).verifier, [&](auto& s) {
        ++again;
        BOOST_TEST(s.wanted->release.body.version == 1u);
    });
    BOOST_TEST(again == 1u);
    BOOST_TEST(!shelves.newest("lamp"));
    BOOST_TEST(!cached(1));
}

BOOST_AUTO_TEST_SUITE_END()
