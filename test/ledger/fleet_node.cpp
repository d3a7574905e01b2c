#include <daicho/ledger/fleet_node.hpp>

#include <daicho/hash.hpp>
#include <daicho/ledger/tree.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

using namespace daicho;

namespace {

digest filled(byte b) {
    digest d;
    d.fill(b);
    return d;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fleet_node)

// The same bytes as a device, a fork, a model, the root, or a leaf or node of RFC 9162 are hashed to different digests.
BOOST_AUTO_TEST_CASE(a_node_of_one_kind_never_passes_for_another) {
    std::array<byte, 50> const same{};
    std::set<byte> first{ledger::leaf_prefix[0], ledger::node_prefix[0], 0x02};  // 0x02: names of members
    std::set<digest> hashes{ledger::leaf_hash<sha256>(same)};
    for (auto& prefix : {ledger::device_prefix, ledger::fork_prefix, ledger::model_prefix, ledger::fleet_prefix}) {
        BOOST_TEST(first.insert(prefix[0]).second);
        BOOST_TEST(prefix[0] < 0x80);  // a record's canonical bytes begin with an array
        BOOST_TEST(hashes.insert(ledger::detail::hash_node<sha256>(prefix, same)).second);
    }
}

BOOST_AUTO_TEST_CASE(bit_0_is_the_highest_of_the_first_byte) {
    digest key{};
    key[0] = 0x80, key[1] = 0x01, key[31] = 0x02;
    std::set<int> set;
    for (std::uint16_t bit = 0; bit != 256; ++bit)
        if (ledger::bit_of(key, bit)) set.insert(bit);
    BOOST_TEST((set == std::set<int>{0, 15, 254}));
}

BOOST_AUTO_TEST_CASE(a_fork_sums_its_sides_and_tells_them_apart) {
    fleet_summary const a{3, 5, filled(1)}, b{2, 7, filled(2)}, gone{fleet_summary::none, 0, filled(3)};
    auto const ab = ledger::summary_of<sha256>(300, a, b);
    BOOST_TEST(ab.least == 2u);
    BOOST_TEST(ab.devices == 12u);
    BOOST_TEST((ab.hash != ledger::summary_of<sha256>(300, b, a).hash));
    BOOST_TEST((ab.hash != ledger::summary_of<sha256>(301, a, b).hash));
    auto const with_gone = ledger::summary_of<sha256>(300, a, gone);
    BOOST_TEST(with_gone.least == 3u);
    BOOST_TEST(with_gone.devices == 5u);
    BOOST_TEST(ledger::summary_of<sha256>(300, gone, gone).least == fleet_summary::none);
}

BOOST_AUTO_TEST_CASE(a_model_is_told_from_a_longer_one_that_ends_in_zeros) {
    fleet_summary const devices{1, 1, filled(1)};
    model_name longer;
    longer.assign(std::string_view("lamp\0", 5));
    BOOST_TEST((ledger::summary_of<sha256>(fleet_model{"lamp", devices}).hash != ledger::summary_of<sha256>(fleet_model{longer, devices}).hash));
}

BOOST_AUTO_TEST_SUITE_END()
