/// The channel that docs/tutorials/channel.md shows, on the laws.
#include <daicho/channel/rsa_channel.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/laws/secure_channel.hpp>
#include <daicho/openssl/aes_gcm.hpp>
#include <daicho/openssl/entropy.hpp>
#include <daicho/openssl/rsa_oaep.hpp>

#include "../channel/stage.hpp"

#include <boost/test/unit_test.hpp>

namespace channel_tutorial {

// [channel]
template <class Scheme, class Hash>
using openssl_parts = daicho::channel::rsa_suite<Scheme, daicho::openssl::rsa_oaep, daicho::openssl::rsa_oaep_key,
                                                 daicho::openssl::aes_256_gcm, Hash, daicho::openssl::entropy>;

struct protocol : daicho::defaults::paper {
    template <class P>
    using channel = daicho::channel::rsa_channel<openssl_parts<daicho::scheme_of<P>, daicho::hash_of<P>>>;
};
// [/channel]

using ours = daicho::channel_of<protocol>;
static_assert(daicho::secure_channel<ours>);

struct model {
    using key = daicho::openssl::rsa_oaep_key;
    static key make_key() { return stage::must(key::generate()); }
    static daicho::channel::channel_key public_key(key const& k) { return k.public_key(); }
    static std::shared_ptr<ours::identity const> identify(daicho::channel::party<ours::scheme> p, std::shared_ptr<key const> k) {
        auto made = std::make_shared<ours::identity>();
        static_cast<daicho::channel::party<ours::scheme>&>(*made) = std::move(p);
        made->key = std::move(k);
        return made;
    }
};

BOOST_AUTO_TEST_SUITE(channel_page)

BOOST_AUTO_TEST_CASE(the_channel_of_the_page_keeps_the_laws) {
    stage::company<ours, daicho::cryptopp::rsa_pss_signer, model> const members;
    // [laws]
    daicho::laws::verdict v;
    daicho::laws::secure_channel(v, members.cast());     // client, server, a third, a stranger, a foreigner, a thief
    for (auto& law : v.broken) BOOST_TEST_MESSAGE(law);
    BOOST_TEST(v.holds());
    // [/laws]
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace channel_tutorial
