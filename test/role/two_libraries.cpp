/// Machines of one chain need not share a library: bytes and verdicts follow from the scheme.
#include <boost/test/unit_test.hpp>

#include <daicho/openssl/ed25519.hpp>

#include "role/node_bench.hpp"

using namespace fixture;

template <>
struct fixture::key_of<openssl::ed25519> : key_of<cryptopp::ed25519> {};
template <>
struct fixture::key_of<openssl::rsa_pss> : key_of<cryptopp::rsa_pss> {};

namespace {

template <class One, class Other>
struct pair {
    using one = One;
    using other = Other;
};
using pairs = boost::mp11::mp_list<pair<paper_protocol, protocol_with<sha256, easy_work, openssl::rsa_pss>>,
                                   pair<hardened_protocol, protocol_with<sha256, authority, openssl::ed25519>>>;

/// A node of each, on the same genesis.
template <class One, class Other>
struct two_nodes {
    two_nodes() : one(disk), other(other_disk) {
        one.start();
        other.start();
    }
    /// What the one has sealed is pushed to the other, as bytes; the status that it answers.
    unsigned pushed(std::uint64_t height) {
        role::http_request r{.method = "POST", .path = "/blocks/new"};
        r.content_type = r.accept = std::string(role::cbor_type);
        r.body = *disk.read(height);
        other.now = one.now;
        return other.ask(std::move(r));
    }
    memory::block_store disk, other_disk;
    bench<One> one;
    bench<Other> other;
};

} // namespace

BOOST_AUTO_TEST_SUITE(two_libraries)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_chain_kept_with_one_library_is_followed_with_the_other, pair, pairs) {
    two_nodes<typename pair::one, typename pair::other> t;
    BOOST_TEST((t.one.chain_id == t.other.chain_id));
    t.one.record(t.one.everybody());
    t.one.record({t.one.signed_by(publisher, t.one.released(2)), t.one.signed_by(device, t.one.report(state::running, 1))});
    for (std::uint64_t h = 1; h <= t.disk.height(); ++h) BOOST_TEST(t.pushed(h) == 201u);
    BOOST_TEST((t.other.node->chain().head() == t.one.node->chain().head()));
    BOOST_TEST(t.other.node->chain().members().find_device(t.one.id(device)) != nullptr);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_signature_is_accepted_by_both_and_an_altered_one_by_neither, pair, pairs) {
    two_nodes<typename pair::one, typename pair::other> t;
    t.one.record(t.one.everybody());
    BOOST_TEST_REQUIRE(t.pushed(1) == 201u);
    for (auto const who : {device, device_2}) {  // even and odd: RSA keys in either library
        auto const good = t.one.signed_by(who, t.one.report(state::running, 1));
        auto altered = good;
        altered.signature[5] ^= 1;
        BOOST_TEST(t.one.status(t.one.submit(altered)) == 401u);
        BOOST_TEST(t.other.ask(t.one.post("/transactions/new", altered)) == 401u);
        BOOST_TEST(t.one.status(t.one.submit(good)) == 201u);
        BOOST_TEST(t.other.ask(t.one.post("/transactions/new", good)) == 201u);
        BOOST_TEST(t.other.ask(t.one.post("/transactions/new", good, true)) == 201u);  // said again, in JSON
    }
    BOOST_TEST(t.one.node->pending() == 2u);
    BOOST_TEST(t.other.node->pending() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
