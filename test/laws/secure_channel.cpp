#include <daicho/laws/secure_channel.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/rsa_channel.hpp>

#include "../channel/rsa_stage.hpp"
#include "glass_channel.hpp"

using namespace daicho;
using glass::flaw;

BOOST_AUTO_TEST_SUITE(secure_channel_laws)

BOOST_AUTO_TEST_CASE(the_rsa_channel_keeps_them) {
    laws::verdict v;
    laws::secure_channel(v, stage::rsa_members().cast());
    for (auto& b : v.broken) BOOST_ERROR(b);
    BOOST_TEST(v.holds());
}

BOOST_AUTO_TEST_CASE(the_toy_keeps_them) {
    auto const v = glass::judged<flaw::none>();
    for (auto& b : v.broken) BOOST_ERROR(b);
    BOOST_TEST(v.holds());
}

template <flaw Flaw>
void breaks_only(std::string_view law) {
    auto const v = glass::judged<Flaw>();
    BOOST_TEST(v.breaks(law), law);
    for (auto& b : v.broken) BOOST_TEST((b == law), "flaw against <" << law << "> also broke <" << b << ">");
}

BOOST_AUTO_TEST_CASE(each_flaw_breaks_its_own_law_and_no_other) {
    breaks_only<flaw::says_nobody_is_enrolled>("each side learns who the other is");
    breaks_only<flaw::takes_one_read_for_one_message>("messages arrive whole, once and in order, however the wire cuts them");
    breaks_only<flaw::accepts_before_the_handshake>("nothing is sent or received before both sides are authenticated");
    breaks_only<flaw::sends_plain_text>("what is said cannot be read on the wire");
    breaks_only<flaw::leaves_the_name_unsigned>("a handshake that was tampered with makes no other peer");
    breaks_only<flaw::ignores_the_tag>("a message that was changed does not arrive");
    breaks_only<flaw::delivers_before_the_end>("a message that was cut does not arrive");
    breaks_only<flaw::takes_old_numbers>("a message that is played again is refused");
    breaks_only<flaw::takes_leaps>("a message that overtakes another is refused");
    breaks_only<flaw::goes_on_after_a_fault>("after a refusal nothing arrives any more");
    breaks_only<flaw::has_one_key_for_both_ways>("what a side sent cannot be returned to it");
    breaks_only<flaw::reuses_its_nonce>("a recorded connection cannot be played again");
    breaks_only<flaw::ignores_the_chain>("a foreign chain is refused");
    breaks_only<flaw::trusts_any_server>("a server that is not enrolled is refused");
    breaks_only<flaw::ignores_the_expected>("a client that names its server takes no other");
    breaks_only<flaw::says_everybody_is_enrolled>("a client that is not enrolled is served as such");
    breaks_only<flaw::ignores_who_signed>("a credential without its keys is worth nothing");
    breaks_only<flaw::talks_to_itself>("nobody is his own peer");
    breaks_only<flaw::sends_any_length>("a message beyond the bound is refused before it is sent");
}

BOOST_AUTO_TEST_SUITE_END()
