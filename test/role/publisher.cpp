#include <daicho/role/publisher.hpp>

#include "town.hpp"

#include <boost/test/unit_test.hpp>

using namespace daicho;
using P = town::hardened_protocol;

namespace {

struct bench {
    bytes original = {1, 2, 3, 4}, copy;
    std::uint32_t status = 0;
    std::function<void(bytes&)> check_changes;
    fault take(std::string const& path) {
        if (path != "firmware.bin") return {errc::not_found, "file"};
        copy = original;
        return {};
    }
    result<measured_file> measure() { return measured_file{copy.size(), hash_bytes<hash_of<P>>(copy)}; }
    result<std::uint32_t> check(std::string const&) {
        if (check_changes) check_changes(copy);
        return status;
    }
};
struct rack {
    std::map<digest, bytes> files;
    fault fails{};
    fault place(bench& w, measured_file const& f) {
        if (fails) return fails;
        files[f.verifier] = w.copy;
        return {};
    }
};
struct desk {
    std::vector<signed_release_of<P>> announced;
    fault refuses{};
    bytes last;
    result<byte_view> exchange(byte_view request, byte_span reply) {
        auto a = decode<announce<scheme_of<P>>>(request);
        if (!a) return a.error();
        if (refuses) {
            last = encode(refuse(refuses));
        } else {
            announced.push_back(a->announced);
            last = encode(receipt{a->announced.body.verifier});
        }
        std::copy(last.begin(), last.end(), reply.begin());
        return byte_view(reply.first(last.size()));
    }
};
struct watch {
    std::uint64_t now() { return 1'800'000'000; }
};
struct office {
    using workshop = bench;
    using shelf = rack;
    using link = desk;
    using signer = town::key<P>;
    using clock = watch;
};

struct stage {
    bench w;
    rack r;
    desk d;
    watch c;
    town::key<P> k{1};
    digest chain_id{7};
    publisher<P, office> p{{chain_id, w, r, d, k, c}};
    publisher<P, office>::order const order{.file = "firmware.bin", .model = "m", .version = 3, .minimum_version = 1, .check = "true"};
    bool nothing_left() const { return r.files.empty() && d.announced.empty(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(publisher_role)

BOOST_FIXTURE_TEST_CASE(what_passes_its_check_is_signed_placed_and_announced, stage) {
    auto const made = p.publish(order);
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(verify<P>(k.public_key(), made->body, made->signature));
    BOOST_TEST((made->body.verifier == hash_bytes<hash_of<P>>(w.original)));
    BOOST_TEST(made->body.size == 4u);
    BOOST_TEST(made->body.version == 3u);
    BOOST_TEST((made->body.publisher == id_of<P>(k.public_key())));
    BOOST_TEST(r.files.count(made->body.verifier) == 1u);
    BOOST_REQUIRE(d.announced.size() == 1u);
    BOOST_TEST((d.announced[0] == *made));
}

BOOST_FIXTURE_TEST_CASE(a_failed_check_publishes_nothing, stage) {
    w.status = 4;
    auto const f = p.publish(order).error();
    BOOST_TEST((f == errc::check_failed));
    BOOST_TEST(f.at == 4u);
    BOOST_TEST(nothing_left());
}

BOOST_FIXTURE_TEST_CASE(a_copy_that_changes_while_it_is_checked_is_refused, stage) {
    w.check_changes = [](bytes& b) { b[0] ^= 1; };
    BOOST_TEST((p.publish(order).error() == errc::wrong_digest));
    BOOST_TEST(nothing_left());
}

BOOST_FIXTURE_TEST_CASE(each_step_that_fails_ends_it, stage) {
    auto missing = order;
    missing.file = "nowhere";
    BOOST_TEST((p.publish(missing).error() == errc::not_found));
    auto zero = order;
    zero.version = 0;
    BOOST_TEST((p.publish(zero).error() == errc::out_of_range));
    r.fails = {errc::store_full, "rack"};
    BOOST_TEST((p.publish(order).error() == errc::store_full));
    BOOST_TEST(nothing_left());
    r.fails = {};
    d.refuses = {errc::stale_version, "release.version"};
    BOOST_TEST((p.publish(order).error() == errc::stale_version));
    d.refuses = {};
    w.original.clear();
    BOOST_TEST((p.publish(order).error() == errc::wrong_size));
}

BOOST_AUTO_TEST_SUITE_END()
