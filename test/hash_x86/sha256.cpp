#include <daicho/hash_x86/sha256.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/sha512_256.hpp>
#include <daicho/laws/hash_function.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(hash_x86_sha256)

BOOST_AUTO_TEST_CASE(keeps_the_laws_of_a_hash_function) {
    laws::verdict v;
    laws::hash_function<hash_x86::sha256>(v);
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(equals_the_portable_form_on_every_length_around_a_block) {
    for (std::size_t n = 0; n != 520; ++n) {
        bytes const m(n, byte(n * 37));
        BOOST_REQUIRE((hash_bytes<hash_x86::sha256>(m) == hash_bytes<sha256>(m)));
    }
}

BOOST_AUTO_TEST_CASE(a_pair_equals_the_portable_form_whatever_its_last_byte_is) {
    static_assert(pair_hash_function<hash_x86::sha256> && pair_hash_function<sha256> && pair_hash_function<sha512_256>);
    for (unsigned last = 0; last != 256; ++last) {
        digest const left = hash_bytes<sha256>(bytes(last, 1));
        digest right = hash_bytes<sha256>(left);
        right[31] = byte(last);
        bytes node{byte(last ^ 1)};
        node.insert(node.end(), left.begin(), left.end());
        node.insert(node.end(), right.begin(), right.end());
        digest const expected = hash_bytes<sha256>(node);
        BOOST_REQUIRE((pair_digest<hash_x86::sha256>(node[0], left, right) == expected));
        BOOST_REQUIRE((pair_digest<sha256>(node[0], left, right) == expected));
    }
    constexpr digest at_compile_time = pair_digest<sha256>(1, digest{}, digest{});
    BOOST_TEST((pair_digest<hash_x86::sha256>(1, {}, {}) == at_compile_time));
}

BOOST_AUTO_TEST_CASE(a_path_equals_the_portable_form_whichever_sides_its_nodes_are_on) {
    static_assert(path_hash_function<hash_x86::sha256> && !path_hash_function<sha256>);
    std::vector<digest> path;
    for (unsigned level = 0; level != 64; ++level) path.push_back(hash_bytes<sha256>(bytes(level, 5)));
    digest from = hash_bytes<sha256>({});
    for (std::uint64_t lefts = 1; lefts != 0x9e3779b97f4a7c15 * 64 + 1; lefts += 0x9e3779b97f4a7c15) {
        digest const expected = path_digest<sha256>(byte(lefts), from, path, lefts);
        BOOST_REQUIRE((path_digest<hash_x86::sha256>(byte(lefts), from, path, lefts) == expected));
        from = expected;
    }
}

BOOST_AUTO_TEST_CASE(many_of_it_are_hashed_by_what_the_processor_has) {
    static_assert(std::same_as<many_of<hash_x86::sha256>, hash_x86::many_sha256>);
    static_assert(std::same_as<many_of<sha256>, hashed_one_by_one<sha256>>);
    bytes const messages(200, 7);
    std::array<digest, 4> out;
    many_of<hash_x86::sha256>{}.hash({}, messages, 50, out);
    for (auto& d : out) BOOST_TEST((d == hash_bytes<sha256>(byte_view(messages).first(50))));
}

BOOST_AUTO_TEST_SUITE_END()
