#include <daicho/role/device_messages.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/state_store.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using P = authority_protocol;

namespace {

struct speaking : network<P> {
    using cell_type = memory::state_store<>;
    struct counting {
        fault fill(byte_span to) {
            std::fill(to.begin(), to.end(), ++n);
            return {};
        }
        byte n = 0;
    };
    using messages_type = device_messages<P, cell_type, key_type, counting>;

    speaking() {
        BOOST_TEST_REQUIRE(!*kept.recall());
        kept->gateway = id(gateway);
        kept->report = update::unreported{state::installed, 4, digest{9}};
    }
    carry<scheme_of<P>> said() {
        auto const bytes = messages.report(kept, out);
        BOOST_TEST_REQUIRE(bool(bytes));
        return *decode<carry<scheme_of<P>>>(*bytes);
    }

    memory::power power;
    cell_type cell{power};
    device_memory<P, cell_type> kept{cell, trust::anchor<P>::of(genesis), 3};
    key_type own = key(fixture::device);
    counting random;
    messages_type messages{"lamp", own, random};
    std::array<byte, messages_type::longest> out{};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(device_messages, speaking)

BOOST_AUTO_TEST_CASE(each_version_check_has_a_nonce_of_its_own) {
    auto const first = *decode<version_check>(*messages.check(kept, out));
    BOOST_TEST((first.nonce == messages.nonce()));
    auto const second = *decode<version_check>(*messages.check(kept, out));
    BOOST_TEST((second.nonce == messages.nonce()));
    BOOST_TEST((first.nonce != second.nonce));
    BOOST_TEST((second.sender == messages.id()));
    BOOST_TEST((second.model == "lamp"));
    BOOST_TEST(second.ver == 3u);
}
BOOST_AUTO_TEST_CASE(a_report_is_a_transaction_of_its_own_which_the_key_has_signed) {
    auto const tx = said().carried;
    BOOST_TEST((verify<P>(own.public_key(), tx.body, tx.signature)));
    BOOST_TEST((tx.body.sender == id_of<P>(own.public_key())));
    BOOST_TEST((tx.body.recipient == id(gateway)));
    BOOST_TEST((tx.body.chain_id == chain_id));
    BOOST_TEST((tx.body.state == state::installed));
    BOOST_TEST(tx.body.ver == 4u);
}
BOOST_AUTO_TEST_CASE(a_sequence_number_is_spent_before_it_is_seen_and_never_twice) {
    BOOST_TEST(said().carried.body.sequence == 1u);
    device_memory<P, cell_type> again{cell, trust::anchor<P>::of(genesis), 3};
    BOOST_TEST(*again.recall());
    BOOST_TEST(again->sequence == 1u);
    BOOST_TEST((again->report == kept->report));
    power.cut_after(0);
    BOOST_TEST((messages.report(kept, out).error() == errc::io_failed));
    power.restore();
    BOOST_TEST(said().carried.body.sequence == 3u);
}
BOOST_AUTO_TEST_CASE(the_wish_to_be_enrolled_shows_the_claim_and_names_both_keys) {
    channel_key channel;
    channel.assign(digest{2});
    auto const e = *decode<daicho::enrol<scheme_of<P>>>(*messages.enrolment(chain_id, digest{1}, channel, out));
    BOOST_TEST((verify<P>(own.public_key(), e.body, e.signature)));
    BOOST_TEST((e.body.wanted.key == own.public_key()));
    BOOST_TEST((e.body.wanted.channel == channel));
    BOOST_TEST((e.body.wanted.models == model_list{"lamp"}));
    BOOST_TEST((e.body.claim == digest{1}));
}

BOOST_AUTO_TEST_SUITE_END()
