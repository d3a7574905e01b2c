#include <daicho/role/demanded_proof.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/entropy.hpp>
#include <daicho/memory/image_store.hpp>
#include <daicho/memory/link.hpp>
#include <daicho/memory/state_store.hpp>
#include <daicho/role/device.hpp>

#include "role/power_cuts.hpp"
#include "trust/log_stage.hpp"
#include "trust/work_stage.hpp"

using namespace log_stage;

namespace {

template <class Client>
struct board {
    using image_store = memory::image_store<16 * 1024>;
    using state_store = memory::state_store<1024>;
    using link = memory::link;
    using signer = sealing_key;
    using entropy = cryptopp::entropy;
    using light_client = Client;
    static constexpr std::size_t chunk = 1000;
};

/// A device that demands proof, and a gateway that answers as the test says.
struct stage : log_network {
    using platform = board<client>;
    using device_type = daicho::device<P, platform>;
    using gate_type = device_type::proof_type::gate_type;
    using answer = version_answer<scheme_of<P>>;

    static bytes image_of(std::uint64_t version) {
        bytes b(5500);
        for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(i * 7 + version);
        return b;
    }
    /// Signs a release in earnest and offers it from now on; whether it gets into the ledger is another question.
    transaction_of<P> offer(std::uint64_t version) {
        auto said = released(version);
        auto& r = said.release->body;
        r.verifier = said.verifier = hash_bytes<sha256>(image_of(version));
        r.size = image_of(version).size();
        auto k = key(publisher);
        said.release->signature = *sign<P>(k, r);
        offered = said.release;
        return signed_by(publisher, said);
    }
    std::uint64_t publish(std::uint64_t version) { return at = add(offer(version)); }
    bytes honest(bundle_request const& r) const { return bundle_of(at, ledger.size(), r.seen); }

    bytes serve(byte_view request) {
        auto const asked = decode<request_of<P>>(request);
        BOOST_TEST_REQUIRE(bool(asked));
        if (auto* c = std::get_if<version_check>(&*asked)) return encode(answer{.nonce = c->nonce, .sender = id(gateway), .release = offered, .publisher = ledger[0]});
        if (auto* b = std::get_if<bundle_request>(&*asked)) {
            BOOST_TEST((b->verifier == offered->body.verifier));
            return shows(*b);
        }
        if (auto* c = std::get_if<chunk_request>(&*asked)) {
            auto const whole = image_of(offered->body.version);
            return encode(chunk{c->offset, {byte_view(whole).subspan(c->offset, c->length)}});
        }
        auto* carried = std::get_if<carry<scheme_of<P>>>(&*asked);
        BOOST_TEST_REQUIRE(carried);
        reports.push_back(carried->carried.body);
        return encode(receipt{});
    }

    stage() {
        BOOST_TEST_REQUIRE(!slots.provision(image_of(1)));
        uplink.send = [this](byte_view request) -> result<bytes> { return serve(request); };
    }
    result<update::outcome> look() {
        gate_type gate(follower, cell);
        device_type d({.model = "lamp", .trust = anchor, .factory_version = 1, .images = slots, .state = state, .uplink = uplink, .key = own, .random = random,
                       .reports_unchanged = false, .ledger = gate});
        return d.update_once();
    }
    trust::log_head head() {
        gate_type gate(follower, cell);
        BOOST_TEST_REQUIRE(!gate.recall());
        return gate.head();
    }
    void boot(bool healthy) {
        (void)slots.reboot();
        if (slots.state() != boot_state::trial) return;
        if (healthy) BOOST_TEST_REQUIRE(!slots.confirm());
        else BOOST_TEST_REQUIRE(!slots.reboot());
    }
    bool runs(std::uint64_t version) const { return equal(slots.running(), image_of(version)); }

    /// What is shown is refused for this, reported, and leaves slot and head as they were.
    void refused(errc why, std::function<bytes(bundle_request const&)> instead) {
        auto const before = head();
        auto const running = bytes(slots.running().begin(), slots.running().end());
        auto const written = slots.written();
        reports.clear();
        shows = std::move(instead);
        auto const r = look();
        BOOST_TEST((r.error() == why), message(r.error().code) << " in place of " << message(why));
        BOOST_TEST((head() == before));
        BOOST_TEST(slots.written() == written);
        BOOST_TEST((slots.state() == boot_state::confirmed));
        BOOST_TEST(equal(slots.running(), running));
        BOOST_TEST_REQUIRE(reports.size() == 1u);
        BOOST_TEST((reports[0].state == daicho::state::failed));
        BOOST_TEST(reports[0].ver == offered->body.version);
        shows = [this](bundle_request const& b) { return honest(b); };
    }

    memory::power power;
    platform::image_store slots{power};
    platform::state_store state{power};
    platform::state_store cell{power};
    platform::link uplink;
    sealing_key own = key(fixture::device);
    cryptopp::entropy random;
    std::optional<signed_release_of<P>> offered;
    std::uint64_t at = 0;
    std::function<bytes(bundle_request const&)> shows = [this](bundle_request const& b) { return honest(b); };
    std::vector<transaction_body<scheme_of<P>>> reports;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(device_proof, stage)

BOOST_AUTO_TEST_CASE(a_device_installs_what_its_gateway_shows_to_be_in_the_ledger) {
    for (std::uint64_t version : {2, 3}) {
        publish(version);
        auto const earlier = head().size;
        BOOST_TEST((*look() == update::outcome::reboot));
        BOOST_TEST(head().size == ledger.size());
        BOOST_TEST(head().size > earlier);
        boot(true);
        BOOST_TEST((*look() == update::outcome::installed));
        BOOST_TEST(runs(version));
        BOOST_TEST((reports.back().state == daicho::state::installed));
        BOOST_TEST((*look() == update::outcome::unchanged));
    }
}

BOOST_AUTO_TEST_CASE(signed_and_not_logged_is_refused) {
    auto const secret = offer(2);  // by the publisher's own key, and in no ledger
    refused(errc::not_found, [](auto&) { return encode(daicho::refuse({errc::not_found, "bundle"})); });
    refused(errc::not_permitted, [](auto&) { return encode(refusal{}); });
    refused(errc::wrong_schema, [](auto&) { return encode(receipt{}); });
    refused(errc::truncated, [](auto&) { return bytes{}; });
    log_network elsewhere = *this;  // a history of its own, that the log signs and a lone witness believes
    auto const there = elsewhere.add(secret);
    refused(errc::too_few_witnesses, [&](auto&) {
        return elsewhere.bundle_with(there, elsewhere.inclusion(there, there + 1), 0, {}, signed_text(elsewhere.text_at(there + 1), {0}));
    });
    add(enrol(81, member_role::device, {"lamp"}));  // what the world has in its place
    refused(errc::wrong_root, [&](auto&) { return elsewhere.bundle_with(there, elsewhere.inclusion(there, there + 1), 0, {}, signed_text(text_at(ledger.size()))); });
    at = add(secret);
    BOOST_TEST((*look() == update::outcome::reboot));
}

BOOST_AUTO_TEST_CASE(a_gateways_refusal_brands_no_image) {
    publish(2);
    for (errc said : {errc::slot_failed, errc::store_full}) refused(said, [said](auto&) { return encode(daicho::refuse({said, "gateway"})); });
    BOOST_TEST((*look() == update::outcome::reboot));
}

BOOST_AUTO_TEST_CASE(the_proof_of_another_release_is_none_of_this) {
    publish(2);
    auto const newest = ledger.size();
    using bundle_type = gate_type::bundle_type;
    auto const spliced = [&](auto alter) {
        return [&, alter](bundle_request const& r) {
            auto const good = honest(r), other = bundle_of(lamp_3, newest, r.seen);
            bundle_type a{}, b{};
            BOOST_TEST_REQUIRE(!schema::decode_into(good, a));
            BOOST_TEST_REQUIRE(!schema::decode_into(other, b));
            alter(a, b);
            return encode(a);
        };
    };
    refused(errc::wrong_root, spliced([](bundle_type& a, bundle_type& b) { a.evidence = b.evidence; }));
    refused(errc::wrong_size, spliced([](bundle_type& a, bundle_type& b) { a.evidence.inclusion = b.evidence.inclusion; }));
    refused(errc::wrong_root, spliced([](bundle_type& a, bundle_type& b) { a.released.signature = b.released.signature; }));
    refused(errc::wrong_digest, [&](bundle_request const& r) { return bundle_of(lamp_3, newest, r.seen); });  // good, and not what was offered
    BOOST_TEST((*look() == update::outcome::reboot));
}

BOOST_AUTO_TEST_CASE(the_ledger_it_has_seen_never_goes_back_nor_another_way) {
    publish(2);
    log_network const older = *this;
    auto const older_at = at;
    add(enrol(80, member_role::device, {"lamp"}));
    BOOST_TEST((*look() == update::outcome::reboot));
    boot(true);
    BOOST_TEST((*look() == update::outcome::installed));
    auto const known = head();
    publish(3);
    log_network forked = *this;
    forked.leaves[3][0] ^= 1;
    refused(errc::stale_checkpoint, [&](auto&) { return older.bundle_of(older_at, older.ledger.size()); });
    refused(errc::missing_field, [&](auto&) { return bundle_of(at, ledger.size()); });  // it does not say how it continues
    refused(errc::missing_field, [&](auto&) { return bundle_of(at, ledger.size(), known.size - 1); });
    refused(errc::wrong_root, [&](auto&) { return forked.bundle_of(at, ledger.size(), known.size); });
    refused(errc::forked_log, [&](auto&) { return forked.bundle_of(lamp_2, known.size, known.size); });
    BOOST_TEST((head() == known));
    BOOST_TEST((*look() == update::outcome::reboot));
}

BOOST_AUTO_TEST_CASE(an_expired_release_is_refused_though_nobody_but_witnesses_tells_the_time) {
    publish(2);
    auto const late = offered->body.expires;
    auto const note_at = [&](std::uint64_t time) { return signed_text(text_at(ledger.size()), {0, 1, 2}, time); };
    refused(errc::expired, [&](auto&) { return bundle_with(at, inclusion(at, at + 1), 0, {}, note_at(late)); });
    shows = [&](auto&) { return bundle_with(at, inclusion(at, at + 1), 0, {}, note_at(late - 1)); };
    BOOST_TEST((*look() == update::outcome::reboot));
}

// Head, device state, slot and mark: whatever is written last before power goes, nothing unlogged is installed, and it goes on.
BOOST_AUTO_TEST_CASE(power_may_go_before_any_write_of_an_update_with_proof) {
    std::uint64_t seen_before = 0;
    auto const look_and_remember = [&] {
        seen_before = power.on() ? head().size : 0;
        return look();
    };
    auto const proved_first = [&] {
        BOOST_TEST(head().size >= seen_before);
        if (slots.written() != 0 || slots.state() != boot_state::confirmed) BOOST_TEST(head().size == ledger.size());  // proved before it was begun
    };
    power_goes_before_each_write(*this, 1, [&](std::uint64_t version) { publish(version); }, look_and_remember, proved_first);
}

BOOST_AUTO_TEST_CASE(power_that_goes_while_something_unlogged_is_offered_installs_nothing) {
    auto const secret = offer(2);
    log_network elsewhere = *this;
    auto const there = elsewhere.add(secret);
    shows = [&](auto&) { return elsewhere.bundle_with(there, elsewhere.inclusion(there, there + 1), 0, {}, signed_text(elsewhere.text_at(there + 1), {1})); };
    for (std::size_t write = 0; write != 6; ++write) {
        power.cut_after(write);
        for (int life = 0; life != 3; ++life) {
            BOOST_TEST(!look());
            power.restore();
            boot(true);
            BOOST_TEST(runs(1));
            BOOST_TEST(slots.written() == 0u);
            BOOST_TEST(head().size == 0u);
        }
    }
    at = add(secret);
    shows = [this](bundle_request const& b) { return honest(b); };
    BOOST_TEST((*look() == update::outcome::reboot));
}

BOOST_AUTO_TEST_CASE(a_head_that_cannot_be_read_is_no_reason_to_begin_anew) {
    publish(2);
    BOOST_TEST((*look() == update::outcome::reboot));
    boot(true);
    BOOST_TEST_REQUIRE(!cell.save(bytes{1, 2, 3}));
    BOOST_TEST((look().error() == errc::store_corrupt));
}

BOOST_AUTO_TEST_CASE(where_blocks_are_mined_headers_are_the_proof) {
    using W = work_stage::W;
    work_stage::work_network w;
    using platform_of_work = board<work_stage::work_network::client>;
    platform_of_work::image_store flash;
    platform_of_work::state_store remembered, kept;
    BOOST_TEST_REQUIRE(!flash.provision(image_of(1)));
    using device_of_work = daicho::device<W, platform_of_work>;
    device_of_work::proof_type::gate_type gate(w.follower, kept);
    auto const& t = w.blocks[w.lamp_2.height - 1].transactions[w.lamp_2.index];
    auto const verdict = [&](std::uint64_t tip, std::uint64_t lowest) {
        device_of_work d({.model = "lamp", .trust = trust::anchor<W>::of(w.genesis), .factory_version = 1, .images = flash, .state = remembered, .uplink = uplink, .key = own,
                          .random = random, .reports_unchanged = false, .ledger = gate});
        auto e = w.evidence(w.lamp_2, lowest, tip);
        uplink.send = [&](byte_view request) -> result<bytes> {
            auto const asked = decode<request_of<W>>(request);
            BOOST_TEST_REQUIRE(bool(asked));
            if (auto* c = std::get_if<version_check>(&*asked))
                return encode(version_answer<scheme_of<W>>{.nonce = c->nonce, .sender = w.id(gateway), .release = t.body.release, .publisher = w.blocks[0].transactions[0]});
            if (std::holds_alternative<bundle_request>(*asked))
                return encode(daicho::bundle<scheme_of<W>, work_evidence>{t, trust::present<W>(w.blocks[0].transactions[0]), e.get()});
            if (std::holds_alternative<chunk_request>(*asked)) return fault{errc::disconnected, "far enough"};
            return encode(receipt{});
        };
        return d.update_once().error().code;
    };
    BOOST_TEST((verdict(5, 1) == errc::not_final));
    BOOST_TEST(gate.head().height == 0u);
    BOOST_TEST((verdict(6, 1) == errc::disconnected));  // it was let in, and the file was asked for
    BOOST_TEST(gate.head().height == 2u);
    BOOST_TEST((verdict(6, 4) == errc::unlinked_block));
}

// A device that was off for long is sent headers until a bundle reaches it: each part is kept, and none is taken that costs no work.
BOOST_AUTO_TEST_CASE(headers_come_in_parts_and_each_is_kept) {
    using W = work_stage::W;
    work_stage::work_network w;
    using platform_of_work = board<work_stage::work_network::client>;
    using device_of_work = daicho::device<W, platform_of_work>;
    platform_of_work::image_store flash;
    platform_of_work::state_store remembered, kept;
    BOOST_TEST_REQUIRE(!flash.provision(image_of(1)));
    device_of_work::proof_type::gate_type gate(w.follower, kept);
    auto const& t = w.blocks[w.lamp_3.height - 1].transactions[w.lamp_3.index];
    std::vector<std::uint64_t> asked_from;
    std::function<bytes(std::uint64_t)> replies;
    uplink.send = [&](byte_view request) -> result<bytes> {
        auto const asked = decode<request_of<W>>(request);
        BOOST_TEST_REQUIRE(bool(asked));
        if (auto* c = std::get_if<version_check>(&*asked))
            return encode(version_answer<scheme_of<W>>{.nonce = c->nonce, .sender = w.id(gateway), .release = t.body.release, .publisher = w.blocks[0].transactions[0]});
        if (auto* b = std::get_if<bundle_request>(&*asked)) {
            asked_from.push_back(b->seen);
            auto reply = replies(b->seen);
            return reply.empty() ? result<bytes>(fault{errc::disconnected, "cut"}) : result<bytes>(std::move(reply));
        }
        if (std::holds_alternative<chunk_request>(*asked)) return fault{errc::disconnected, "far enough"};
        return encode(receipt{});
    };
    auto const verdict = [&] {
        device_of_work d({.model = "lamp", .trust = trust::anchor<W>::of(w.genesis), .factory_version = 1, .images = flash, .state = remembered, .uplink = uplink, .key = own,
                          .random = random, .reports_unchanged = false, .ledger = gate});
        asked_from.clear();
        return d.update_once().error().code;
    };
    auto const part = [&](std::uint64_t from, std::uint64_t tip) { return w.evidence(w.lamp_2, from, tip); };
    auto const sent = [](auto shown) { auto const held = shown.encoded(); return encode(headers_first{{held}}); };
    auto const bundle = [&](std::uint64_t from) {
        auto e = w.evidence(w.lamp_3, from, 12);
        return encode(daicho::bundle<scheme_of<W>, work_evidence>{t, trust::present<W>(w.blocks[0].transactions[0]), e.get()});
    };
    auto const refused_and_nothing_kept = [&](errc why, std::function<bytes(std::uint64_t)> instead) {
        replies = std::move(instead);
        BOOST_TEST((verdict() == why));
        BOOST_TEST(asked_from.size() == 1u);
        BOOST_TEST(gate.head().height == 0u);
        BOOST_TEST(flash.written() == 0u);
    };
    refused_and_nothing_kept(errc::missing_field, [&](auto) { return encode(headers_first{}); });
    refused_and_nothing_kept(errc::not_final, [&](auto) { return sent(part(1, 4)); });  // as many as may still be replaced
    refused_and_nothing_kept(errc::unlinked_block, [&](auto) { return sent(part(2, 8)); });
    refused_and_nothing_kept(errc::insufficient_work, [&](auto) {
        auto cheap = part(1, 8);
        cheap.headers[3] = w.without_work(cheap.headers[3]);
        return sent(cheap);
    });
    refused_and_nothing_kept(errc::wrong_target, [&](auto) {
        auto easy = part(1, 8);
        easy.headers[3].body.target = 1;
        return sent(easy);
    });
    refused_and_nothing_kept(errc::unlinked_block, [&](auto) {
        auto broken = part(1, 8);
        std::swap(broken.headers[3], broken.headers[4]);
        return sent(broken);
    });
    refused_and_nothing_kept(errc::truncated, [&](auto) {
        auto whole = sent(part(1, 8));
        whole.pop_back();
        return whole;
    });

    replies = [&](std::uint64_t from) { return from == 0 ? sent(part(1, 7)) : bytes{}; };  // the link is cut after the first part
    BOOST_TEST((verdict() == errc::disconnected));
    BOOST_TEST((asked_from == std::vector<std::uint64_t>{0, 3}));
    BOOST_TEST(gate.head().height == 3u);
    replies = [&](std::uint64_t) { return sent(part(1, 7)); };  // the same again leads nowhere
    BOOST_TEST((verdict() == errc::not_final));
    replies = [&](std::uint64_t from) { return from == 3 ? sent(part(4, 10)) : bundle(7); };
    BOOST_TEST((verdict() == errc::disconnected));  // it was let in, and the file was asked for
    BOOST_TEST((asked_from == std::vector<std::uint64_t>{3, 6}));
    BOOST_TEST(gate.head().height == 8u);
}

BOOST_AUTO_TEST_SUITE_END()
