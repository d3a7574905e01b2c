#include <daicho/role/ledger_node.hpp>

#include <boost/test/unit_test.hpp>

#include "role/node_bench.hpp"

using namespace fixture;
using P = hardened_protocol;

namespace {

/// A node of the second signer; the first one sealed what it holds, and seals again.
struct watching : bench<P> {
    static constexpr std::uint64_t forger = signer_0, honest = signer_0 + 1;

    watching() : bench<P>(disk, honest, 3) {
        start();
        ledger::chain<P> theirs(genesis);
        while (theirs.height() < 5 || theirs.at(0).proof.signer != id(forger)) {
            auto const b = next(theirs, theirs.height() == 0 ? everybody() : std::vector<transaction_of<P>>());
            BOOST_REQUIRE(!theirs.push(b, later));
            now = b.head().time;
            BOOST_REQUIRE_EQUAL(ask(post("/blocks/new", b)), 201u);
        }
        calls.clear();
    }
    /// The forger's block at the tip, with another text.
    block_of<P> twin() {
        auto b = *node->chain().recent(node->chain().height());
        b.sealed.body.message = "another";
        b.sealed = seal(b.sealed.body);
        return b;
    }
    bool accused() { return node->pending() == 1; }
    memory::block_store disk;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_node_evidence, watching)

BOOST_AUTO_TEST_CASE(a_signer_that_sealed_twice_is_expelled_by_rule) {
    BOOST_TEST(node->chain().signers().size() == 3u);
    auto const t = send(post("/blocks/new", twin()));
    BOOST_TEST(status(t) == 409u);
    BOOST_TEST(accused());
    // Everybody hears of it.
    tick(10);
    bool told = false;
    for (auto& c : calls) told = told || c.request.path == "/transactions/new";
    BOOST_TEST(told == !node->peers().empty());

    // It is in the next block, and the forger's place is gone.
    auto const m = order(command(node_command::mine));
    for (int i = 0; i != 20 && !response(m); ++i) tick();
    BOOST_TEST(status(m) == 201u);
    BOOST_TEST(node->pending() == 0u);
    BOOST_TEST(node->chain().signers().size() == 2u);
    BOOST_TEST(node->chain().members().find(id(forger))->expelled);
}

BOOST_AUTO_TEST_CASE(it_is_accused_once) {
    for (int i = 0; i != 3; ++i) {
        auto other = twin();
        other.sealed.body.message = header::message_type::cut("another " + std::to_string(i));
        other.sealed = seal(other.sealed.body);
        BOOST_TEST(ask(post("/blocks/new", other)) == 409u);
        BOOST_TEST(accused());
    }
}

BOOST_AUTO_TEST_CASE(nobody_is_accused_by_a_forged_seal) {
    auto const before = face();
    auto forged = twin();
    forged.sealed.proof.signature[5] ^= 1;
    BOOST_TEST(ask(post("/blocks/new", forged)) == 409u);
    forged.sealed.proof = *authority_sealer<P, network<P>::key_type>(key(stranger)).seal({0, forged.head(), chain_id}, {});
    forged.sealed.proof.signer = id(forger);
    BOOST_TEST(ask(post("/blocks/new", forged)) == 409u);
    BOOST_TEST((face() == before));
    BOOST_TEST(ask(post("/blocks/new", twin())) == 409u);
    BOOST_TEST(accused());
}

BOOST_AUTO_TEST_CASE(the_accusation_survives_a_crash) {
    BOOST_TEST(ask(post("/blocks/new", twin())) == 409u);
    start();
    BOOST_TEST(!restored);
    BOOST_TEST(accused());
}

BOOST_AUTO_TEST_SUITE_END()
