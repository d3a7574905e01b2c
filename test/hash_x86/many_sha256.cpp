#include <daicho/hash_x86/many_sha256.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/laws/many_hash.hpp>
#include <daicho/ledger/fleet_map.hpp>
#include <daicho/ledger/tree.hpp>

using namespace daicho;

namespace {

template <class Kernel>
void keeps_the_laws() {
    if constexpr (requires { Kernel::available(); })
        if (!Kernel::available()) {
            BOOST_TEST_MESSAGE("SKIPPED " << Kernel{}.kernel() << ": this processor does not have it");
            return;
        }
    BOOST_TEST_MESSAGE(Kernel{}.kernel());
    laws::verdict v;
    laws::many_hash<sha256, Kernel>(v);
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());

    // Every length around two blocks, behind nothing, behind what tells a node, and behind more than a block.
    for (std::size_t prefix_length : {0u, 1u, 70u})
        for (std::size_t length = 0; length != 135; ++length) {
            bytes const prefix(prefix_length, byte(length));
            bytes messages(17 * length);
            for (std::size_t i = 0; i != messages.size(); ++i) messages[i] = byte(i * 197 + i / 256);
            std::array<digest, 17> plain, laned;
            hashed_one_by_one<sha256>{}.hash(prefix, messages, length, plain);
            Kernel{}.hash(prefix, messages, length, laned);
            BOOST_REQUIRE_MESSAGE(laned == plain, prefix_length << " and " << length << " bytes");
        }

    // A tree of these leaves, and of those that do not fill its lanes.
    std::vector<digest> leaves(300);
    for (std::size_t i = 0; i != leaves.size(); ++i) leaves[i].fill(byte(i * 37)), leaves[i][31] = byte(i);
    ledger::tree_head<sha256> one_by_one, in_lanes;
    for (auto& leaf : leaves) one_by_one.append(leaf);
    in_lanes.append_all({leaves.front().data(), leaves.size() * sizeof(digest)}, sizeof(digest), Kernel{});
    BOOST_TEST((in_lanes.root() == one_by_one.root()));

    // And a fleet, whose nodes of each kind have another length.
    ledger::fleet_map<sha256> plain;
    ledger::fleet_map<sha256, Kernel> laned;
    for (std::size_t i = 0; i != leaves.size(); ++i) {
        device_standing const d{leaves[i], i % 5, i, state::running, false};
        model_name const model = i % 3 ? model_name("lamp") : model_name("valve");
        plain.set(model, d);
        laned.set(model, d);
        if (i % 70 == 0) BOOST_TEST((laned.root() == plain.root()));
    }
    BOOST_TEST((laned.root() == plain.root()));
}

} // namespace

BOOST_AUTO_TEST_SUITE(many_sha256)

BOOST_AUTO_TEST_CASE(what_the_processor_chooses_keeps_the_laws) { keeps_the_laws<hash_x86::many_sha256>(); }

#if defined(__x86_64__)
BOOST_AUTO_TEST_CASE(its_sha_instructions_keep_them) { keeps_the_laws<hash_x86::many_sha_ni>(); }
BOOST_AUTO_TEST_CASE(its_sha_instructions_in_32_registers_keep_them) { keeps_the_laws<hash_x86::many_sha_ni_wide>(); }
BOOST_AUTO_TEST_CASE(eight_lanes_keep_them) { keeps_the_laws<hash_x86::many_avx2>(); }
BOOST_AUTO_TEST_CASE(sixteen_lanes_keep_them) {
    keeps_the_laws<hash_x86::many_avx512>();
}

BOOST_AUTO_TEST_CASE(the_best_that_is_there_is_chosen) {
    auto const chosen = hash_x86::many_sha256{}.kernel();
    if (hash_x86::many_sha_ni_wide::available()) BOOST_TEST(chosen == hash_x86::many_sha_ni_wide{}.kernel());
    else if (hash_x86::many_sha_ni::available()) BOOST_TEST(chosen == hash_x86::many_sha_ni{}.kernel());
    else if (hash_x86::many_avx512::available()) BOOST_TEST(chosen == hash_x86::many_avx512{}.kernel());
    else if (hash_x86::many_avx2::available()) BOOST_TEST(chosen == hash_x86::many_avx2{}.kernel());
    else BOOST_TEST(chosen == hashed_one_by_one<sha256>{}.kernel());
}
#endif

BOOST_AUTO_TEST_SUITE_END()
