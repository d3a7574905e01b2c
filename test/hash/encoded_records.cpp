#include <daicho/hash/encoded_records.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/sha256.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(encoded_records_)

BOOST_AUTO_TEST_CASE(records_of_any_lengths_get_the_digests_they_have_alone_in_their_own_order) {
    for (unsigned n : {0u, 1u, 2u, 3u, 17u, 60u}) {
        std::vector<inline_bytes<300>> records(n);
        for (std::size_t i = 0; i != n; ++i) records[i].assign(bytes(i * 89 % 7 * 40, byte(i)));
        encoded_records const encoded(records);
        byte const prefix[] = {9};
        auto const bare = encoded.digests<sha256>(), after = encoded.digests<sha256>(prefix);
        BOOST_TEST_REQUIRE(bare.size() == n);
        for (std::size_t i = 0; i != n; ++i) {
            BOOST_TEST((bare[i] == digest_of<sha256>(records[i])));
            auto whole = encode(records[i]);
            whole.insert(whole.begin(), 9);
            BOOST_TEST((after[i] == hash_bytes<sha256>(whole)));
        }
    }
}

BOOST_AUTO_TEST_CASE(records_that_came_as_bytes_have_the_same_digests_wherever_they_lie) {
    for (std::size_t n : {0u, 1u, 5u, 40u})
        for (std::size_t kinds : {1u, 3u}) {
            std::vector<inline_bytes<300>> records(n);
            for (std::size_t i = 0; i != n; ++i) records[i].assign(bytes(100 + i % kinds * 60, byte(i)));
            auto const expected = encoded_records(records).digests<sha256>();
            bytes in_order, apart;
            for (auto& r : records) {
                auto const raw = encode(r);
                in_order.insert(in_order.end(), raw.begin(), raw.end());
                apart.insert(apart.end(), raw.begin(), raw.end());
                apart.push_back(0xee);
            }
            std::vector<byte_view> together, scattered;
            std::size_t at = 0;
            for (std::size_t i = 0; i != n; at += schema::encoded_size(records[i++])) {
                together.push_back(byte_view(in_order).subspan(at, schema::encoded_size(records[i])));
                scattered.push_back(byte_view(apart).subspan(at + i, schema::encoded_size(records[i])));
            }
            BOOST_TEST((encoded_records::of_canonical(together).digests<sha256>() == expected));
            BOOST_TEST((encoded_records::of_canonical(scattered).digests<sha256>() == expected));
        }
}

BOOST_AUTO_TEST_SUITE_END()
