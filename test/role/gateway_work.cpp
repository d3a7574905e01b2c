#include <daicho/role/work_prover.hpp>

#include "demanding_town.hpp"

#include <boost/test/unit_test.hpp>

#include <daicho/trust/work_headers.hpp>

using namespace daicho;

namespace {

using P = town::paper_protocol;
using client = trust::work_headers<P>;

/// Of the paper's composition, without witnesses: what counts is what lies under enough work.
struct stage : town::demanding_town<P, client> {
    stage() {
        sealing.settle = true;  // what lies under too few blocks is not final
        chain_id = digest_of<hash_of<P>>(genesis);
        open(client::of(chain_id, genesis));
        uplink.send = [this, send = uplink.send](byte_view request) -> result<bytes> {
            auto reply = send(request);
            if (headers_first some; reply && !schema::decode_into(*reply, some)) ++parts_sent;
            if (reply && cut_after != 0 && parts_sent == cut_after) return fault{errc::disconnected, "cut"};
            return reply;
        };
        alters_http = [this](role::http_request const& r, role::http_response& answer) {
            if (r.path != "/headers" || answer.status != 200) return;
            auto page = decode<header_page<proof_of<P>>>(answer.body);
            BOOST_TEST_REQUIRE(bool(page));
            if (page->headers.size() > page_size) page->headers.resize(page_size);
            if (lies) lies(*page);
            answer.body = encode(*page);
        };
    }
    std::uint64_t reached() const { return gateways[0].machine->prover().head().height; }

    std::size_t page_size = limits::headers, parts_sent = 0, cut_after = 0;
    std::function<void(header_page<proof_of<P>>&)> lies;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(gateway_work, stage)

BOOST_AUTO_TEST_CASE(headers_lead_a_gateway_and_its_device_to_what_lies_under_enough_work) {
    for (std::uint64_t version : {1, 2}) {
        publish(version);
        run(6);
        BOOST_TEST(keeps(version));
        auto const before = gate->head().height;
        BOOST_TEST(updates_to(version));
        BOOST_TEST(gate->head().height > before);
        BOOST_TEST(gate->head().height <= nodes[0].machine->chain().final_height());
    }
    BOOST_TEST(parts_sent == 0u);  // what is near comes with the bundle
}

BOOST_AUTO_TEST_CASE(who_is_far_behind_reads_part_by_part_and_goes_on_where_it_was_cut) {
    publish(1);
    run(6);
    BOOST_TEST(keeps(1));
    BOOST_TEST(reached() > 6u);
    page_size = 6;  // a node that sends few at once
    cut_after = 2;
    BOOST_TEST((look().error() == errc::disconnected));
    auto const so_far = gate->head().height;
    BOOST_TEST(so_far == 3u);  // six headers, of which three may be replaced; those of the second part never came
    cut_after = 0;
    BOOST_TEST(updates_to(1));
    BOOST_TEST(parts_sent > 2u);
    BOOST_TEST(gate->head().height > so_far);
    publish(2);
    run(20);
    BOOST_TEST(keeps(2));  // the gateway reads in parts too
    BOOST_TEST(updates_to(2));
}

BOOST_AUTO_TEST_CASE(headers_without_work_or_links_make_a_gateway_spread_nothing) {
    std::uint64_t version = 0;
    auto const spoilt = [&](auto alter) {
        return [alter](header_page<proof_of<P>>& p) {
            if (p.headers.size() > 2) alter(p);
        };
    };
    auto const without_work = [&](header_page<proof_of<P>>& p) {
        auto const follower = client::of(chain_id, genesis);
        while (consensus_of<P>::check(p.headers[1], follower) != errc::insufficient_work) ++p.headers[1].proof.nonce;
    };
    for (auto const& lie : std::vector<std::function<void(header_page<proof_of<P>>&)>>{
             spoilt([](auto& p) { p.headers.erase(p.headers.begin() + 1); }), spoilt([](auto& p) { std::swap(p.headers[1], p.headers[2]); }),
             spoilt(without_work), [](auto& p) { p.headers.clear(); }}) {
        lies = lie;
        publish(++version);
        run(6);
        BOOST_TEST(!keeps(version));
        auto const before = reached();
        lies = {};
        run(6);
        BOOST_TEST(keeps(version));
        BOOST_TEST(reached() > before);
    }
}

BOOST_AUTO_TEST_CASE(a_release_too_far_below_what_was_seen_is_said_to_be) {
    publish(1);
    run(20);
    page_size = 2;
    auto const verifier = hash_bytes<hash_of<P>>(image(1));
    auto const r = ask_gateway(0, {gateways[0].machine->ledger().id(), true}, encode(bundle_request{verifier, 1'000'000}));
    BOOST_TEST_REQUIRE(bool(r));
    BOOST_TEST_REQUIRE(bool(decode<refusal>(*r)));
    BOOST_TEST((decode<refusal>(*r)->code == errc::oversized));
}

BOOST_AUTO_TEST_CASE(it_remembers_over_a_restart_how_far_it_has_come) {
    publish(1);
    run(6);
    auto& g = gateways[0];
    gateway_type::options o{.ledger = {.genesis = genesis}, .models = {model}, .proof = proof};
    gateway_type again(o, gateway_keys[0], g.spool, g.files, random);
    BOOST_TEST_REQUIRE(!again.restore());
    BOOST_TEST((again.prover().head() == g.machine->prover().head()));
    BOOST_TEST(reached() > 0u);
}

BOOST_AUTO_TEST_SUITE_END()

// The way in a block agrees with the tree that proves it.
BOOST_AUTO_TEST_SUITE(path_in_block)

BOOST_AUTO_TEST_CASE(every_transaction_of_every_small_block_is_found) {
    for (std::size_t n = 1; n != 20; ++n) {
        std::vector<digest> leaves;
        for (std::size_t i = 0; i != n; ++i) leaves.push_back(ledger::leaf_hash<sha256>(bytes{byte(i)}));
        auto level = leaves;
        auto const root = ledger::root_over<sha256>(level);
        for (std::size_t i = 0; i != n; ++i) {
            auto const path = role::path_in_block<sha256>(leaves, i);
            BOOST_TEST(!ledger::verify_inclusion<sha256>({leaves[i], i, {path.data(), path.size()}}, n, root));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
