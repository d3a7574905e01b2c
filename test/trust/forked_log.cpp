#include <daicho/trust/forked_log.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/state_store.hpp>
#include <daicho/trust/bundle_gate.hpp>

#include "log_stage.hpp"

using namespace log_stage;

namespace {

/// What the log and its witnesses signed, and what they sign in another history of the same size.
struct stage : log_network {
    stage() : elsewhere(*this) { elsewhere.leaves[0][5] ^= 1; }

    trust::note_keys known() const { return {logs, witnesses}; }
    static trust::note_keys nobody() { return {}; }
    std::string here(std::uint64_t size, std::vector<std::uint64_t> const& who = {0, 1, 2}, std::uint64_t time = seen) const { return signed_text(text_at(size), who, time); }
    std::string there(std::uint64_t size, std::vector<std::uint64_t> const& who = {0, 1, 2}, std::uint64_t time = seen) const {
        return signed_text(elsewhere.text_at(size), who, time);
    }
    bytes against(tlog::note_key const& k) const { return trust::fork_of<Ed>(k, here(small), there(small)); }

    result<std::uint32_t> verdict(forked_log const& e) const { return trust::convicted_by<Ed>(known(), e); }
    /// With one part of good evidence against the first witness altered.
    template <class Alter>
    fault altered(Alter alter) const {
        auto const good = against(witnesses[0]);
        forked_log e{};
        BOOST_TEST_REQUIRE(!schema::decode_into(good, e));
        BOOST_TEST_REQUIRE(bool(verdict(e)));
        std::string first(as_text(e.first)), second(as_text(e.second));
        alter(e, first, second);
        e.first = {as_bytes(first)};
        e.second = {as_bytes(second)};
        return verdict(e).error();
    }
    static std::string alone(std::string const& text, std::uint64_t w = 0, std::uint64_t time = seen) { return text + '\n' + cosigned(text, w, time); }

    log_network elsewhere;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(forked_log, stage)

BOOST_AUTO_TEST_CASE(two_trees_of_one_size_convict_everybody_who_signed_both) {
    auto const all = trust::forks_of<Ed>(known(), here(small, {0, 2}), there(small, {1, 2}));
    BOOST_TEST(all.size() == 2u);  // the log, and the witness that cosigned both
    std::uint32_t whose = 0;
    for (auto& raw : all) {
        auto const e = decode<daicho::forked_log>(raw);
        BOOST_TEST_REQUIRE(bool(e));
        auto const v = verdict(*e);
        BOOST_TEST_REQUIRE(bool(v));
        whose |= *v;
    }
    BOOST_TEST(whose == (trust::note_keys::of_log(0) | trust::note_keys::of_witness(2)));
    // In whichever order they are found, and whenever they were signed: the same evidence, and the same verdict.
    BOOST_TEST((trust::forks_of<Ed>(known(), there(small, {1, 2}), here(small, {0, 2})) == all));
    BOOST_TEST(trust::forks_of<Ed>(known(), here(small, {2}, seen), there(small, {2}, seen + 1000)).size() == 2u);
}
BOOST_AUTO_TEST_CASE(who_signed_one_history_is_never_convicted) {
    BOOST_TEST(trust::forks_of<Ed>(known(), here(small), here(small)).empty());
    BOOST_TEST(trust::forks_of<Ed>(known(), here(small), here(small, {0, 1, 2}, seen + 7)).empty());  // the same tree, at two times
    BOOST_TEST(trust::forks_of<Ed>(known(), here(small), here(large)).empty());
    BOOST_TEST(trust::forks_of<Ed>(known(), here(small, {0}), there(small, {1})).size() == 1u);       // the log alone: each witness saw one
    BOOST_TEST(trust::forks_of<Ed>(known(), here(small), "").empty());
}

BOOST_AUTO_TEST_CASE(one_root_is_no_fork) {
    BOOST_TEST((altered([&](auto&, auto&, auto& second) { second = alone(text_at(small), 0, seen + 1); }) == errc::duplicate));
    BOOST_TEST((altered([&](auto&, auto& first, auto& second) { second = first; }) == errc::duplicate));
}
BOOST_AUTO_TEST_CASE(trees_of_two_sizes_are_no_fork) {
    BOOST_TEST((altered([&](auto&, auto&, auto& second) { second = alone(elsewhere.text_at(small + 1)); }) == errc::wrong_size));
    BOOST_TEST((altered([&](auto&, auto&, auto& second) { second = alone(elsewhere.text_at(large)); }) == errc::wrong_size));
}
BOOST_AUTO_TEST_CASE(trees_of_two_logs_are_no_fork) {
    auto const village = elsewhere.text_at(small, "ledger.example/village");
    BOOST_TEST((altered([&](auto&, auto&, auto& second) { second = alone(village); }) == errc::wrong_log));
    BOOST_TEST((altered([&](auto&, auto& first, auto&) { first = alone(village); }) == errc::wrong_log));
    BOOST_TEST((altered([&](auto&, auto& first, auto& second) {
                    first = alone(text_at(small, "ledger.example/village"));
                    second = alone(village);
                }) == errc::wrong_log));  // of another log they both are, which is not ours to judge
}
BOOST_AUTO_TEST_CASE(a_forged_signature_convicts_nobody) {
    for (bool of_first : {true, false})
        BOOST_TEST((altered([&](auto&, auto& first, auto& second) {
                        auto& note = of_first ? first : second;
                        auto const other = of_first ? text_at(large) : elsewhere.text_at(large);
                        auto const text = note.substr(0, note.find("\n\n") + 1);
                        note = text + '\n' + cosigned(other, 0);  // signed in earnest, for another tree
                    }) == errc::bad_signature));
    BOOST_TEST((altered([&](auto&, auto&, auto& second) {  // by a stranger, under the witness's name
                    auto k = key(stranger);
                    second = elsewhere.text_at(small) + '\n' + *tlog::cosign<Ed>(k, witness_name(0), elsewhere.text_at(small), seen);
                }) == errc::not_authenticated));
    BOOST_TEST((altered([&](auto&, auto&, auto& second) { second = alone(elsewhere.text_at(small), 1); }) == errc::not_authenticated));  // by two witnesses
    BOOST_TEST((altered([&](auto& e, auto&, auto&) { e.signer = witnesses[1].key; }) == errc::not_authenticated));
}
BOOST_AUTO_TEST_CASE(evidence_against_a_stranger_is_none) {
    auto const k = note_key_of(stranger, "stranger.example/w", tlog::signature_type::cosignature);
    auto signer = key(stranger);
    auto const note = [&](std::string const& text) { return text + '\n' + *tlog::cosign<Ed>(signer, k.name.view(), text, seen); };
    auto const raw = trust::fork_of<Ed>(k, note(text_at(small)), note(elsewhere.text_at(small)));
    BOOST_TEST_REQUIRE(!raw.empty());  // it did
    daicho::forked_log e{};
    BOOST_TEST_REQUIRE(!schema::decode_into(raw, e));
    BOOST_TEST((verdict(e).error() == errc::unknown_sender));  // and nobody believes it anyway
    BOOST_TEST((trust::convicted_by<Ed>(nobody(), e).error() == errc::wrong_log));
}
BOOST_AUTO_TEST_CASE(evidence_has_one_form) {
    BOOST_TEST((altered([](auto&, auto& first, auto& second) { std::swap(first, second); }) == errc::non_canonical));
    BOOST_TEST((altered([&](auto&, auto& first, auto&) { first += cosigned(first.substr(0, first.find("\n\n") + 1), 1); }) == errc::non_canonical));
    BOOST_TEST((altered([](auto&, auto& first, auto&) { first.pop_back(); }) == errc::truncated));
    BOOST_TEST((altered([](auto&, auto&, auto& second) { second += second.substr(second.rfind(tlog::signature_dash)); }) == errc::duplicate));
    BOOST_TEST((altered([](auto&, auto& first, auto&) { first = "nothing\n\n" + first.substr(first.rfind(tlog::signature_dash)); }) == errc::missing_field));
    auto const good = against(witnesses[0]);
    BOOST_TEST((decode<daicho::forked_log>(byte_view(good).first(good.size() - 1)).error() == errc::truncated));
}
BOOST_AUTO_TEST_CASE(one_key_among_logs_and_witnesses_is_caught_in_both) {
    auto both = witnesses;
    both[1] = note_key_of(log_key, witness_name(1), tlog::signature_type::cosignature);
    daicho::forked_log e{};
    auto const raw = against(logs[0]);
    BOOST_TEST_REQUIRE(!schema::decode_into(raw, e));
    BOOST_TEST(*trust::convicted_by<Ed>({logs, both}, e) == (trust::note_keys::of_log(0) | trust::note_keys::of_witness(1)));
}

// --- what it is good for -------------------------------------------------------------------------------------------------
BOOST_AUTO_TEST_CASE(a_witness_that_was_caught_counts_in_no_quorum) {
    using gate_type = trust::bundle_gate<P, client, memory::state_store<256>>;
    memory::power power;
    memory::state_store<256> cell{power};
    trust::running_image const runs{"lamp", 1, {}};
    auto const bundle = [&](std::vector<std::uint64_t> const& who) {
        return bundle_with(lamp_2, inclusion(lamp_2, small), 0, {}, signed_text(text_at(small), who));
    };
    gate_type gate(follower, cell);
    BOOST_TEST(bool(gate.judge(anchor, bundle({0, 1}), runs, 0)));
    power.cut_after(0);
    BOOST_TEST((gate.convict(against(witnesses[0])) == errc::io_failed));
    power.restore();
    BOOST_TEST(!gate.convict(against(witnesses[0])));
    BOOST_TEST((gate.judge(anchor, bundle({0, 1}), runs, 0).error() == errc::too_few_witnesses));
    BOOST_TEST((gate.judge(anchor, bundle({0, 2}), runs, 0).error() == errc::too_few_witnesses));
    BOOST_TEST(power.writes() == 1u);
    BOOST_TEST(!gate.convict(against(witnesses[0])));  // once is enough
    BOOST_TEST(power.writes() == 1u);

    gate_type later_on(follower, cell);  // over a power cut, and whatever it is shown in the meantime
    BOOST_TEST_REQUIRE(!later_on.recall());
    BOOST_TEST((later_on.judge(anchor, bundle({0, 1}), runs, 0).error() == errc::too_few_witnesses));
    BOOST_TEST(bool(later_on.admit(anchor, bundle({1, 2}), runs, 0)));
    BOOST_TEST(later_on.head().caught == trust::note_keys::of_witness(0));
    BOOST_TEST(!later_on.convict(against(witnesses[1])));
    BOOST_TEST((later_on.judge(anchor, bundle({0, 1, 2}), runs, 0).error() == errc::too_few_witnesses));  // the quorum asks for as many as before
}
BOOST_AUTO_TEST_CASE(a_log_key_that_was_caught_signs_for_nobody) {
    using gate_type = trust::bundle_gate<P, client, memory::state_store<256>>;
    memory::state_store<256> cell;
    gate_type gate(follower, cell);
    trust::running_image const runs{"lamp", 1, {}};
    BOOST_TEST(bool(gate.judge(anchor, bundle_of(lamp_2, small), runs, 0)));
    BOOST_TEST(!gate.convict(against(logs[0])));
    BOOST_TEST((gate.judge(anchor, bundle_of(lamp_2, small), runs, 0).error() == errc::expelled_sender));
    // Whatever other keys the log has: what only that one signed is refused for it, what another signed is believed.
    for (bool first : {true, false}) {
        std::vector<tlog::note_key> two{logs[0]};
        two.insert(first ? two.end() : two.begin(), note_key_of(log_key + 1, origin, tlog::signature_type::ed25519));
        client const both(two, {witnesses, 2});
        auto const text = text_at(small);
        auto const caught = trust::note_keys::of_log(first ? 0 : 1);
        BOOST_TEST((both.read(as_bytes(signed_text(text)), caught).error() == errc::expelled_sender));
        auto other = key(log_key + 1);
        auto const by_other = text + '\n' + *tlog::sign_note<Ed>(other, origin, text) + cosigned(text, 0) + cosigned(text, 1);
        BOOST_TEST(bool(both.read(as_bytes(by_other), caught)));
        BOOST_TEST((both.read(as_bytes(text + '\n' + cosigned(text, 0) + cosigned(text, 1)), caught).error() == errc::not_authenticated));
    }
    auto const before = gate.head();
    BOOST_TEST((gate.convict(bytes{1, 2, 3}) == errc::wrong_type));
    BOOST_TEST((gate.head() == before));
}
BOOST_AUTO_TEST_CASE(what_convicts_a_log_key_is_a_forked_tree_for_whoever_keeps_the_chain) {
    auto const raw = against(logs[0]);
    daicho::forked_log e{};
    BOOST_TEST_REQUIRE(!schema::decode_into(raw, e));
    auto const tree = trust::tree_of(logs[0], e);
    BOOST_TEST_REQUIRE(bool(tree));
    BOOST_TEST(tree->size == small);
    BOOST_TEST((tree->first < tree->second));
    for (auto const* h : std::initializer_list<log_network const*>{this, &elsewhere}) {
        auto const root = naive::head(std::span(h->leaves).first(small));
        auto const& signature = root == tree->first ? tree->first_signature : tree->second_signature;
        BOOST_TEST(Ed::verify(logs[0].key, as_bytes(h->text_at(small)), signature));
    }
    // A witness's cosignature is about a time too, and no such tree; and further lines are in none.
    auto const cosigned_twice = against(witnesses[0]);
    daicho::forked_log of_witness{};
    BOOST_TEST_REQUIRE(!schema::decode_into(cosigned_twice, of_witness));
    BOOST_TEST((trust::tree_of(logs[0], of_witness).error() == errc::not_authenticated));
    auto const longer = trust::fork_of<Ed>(logs[0], here(small), signed_text(elsewhere.text_at(small) + "more\n"));
    BOOST_TEST_REQUIRE(!longer.empty());
    daicho::forked_log with_more{};
    BOOST_TEST_REQUIRE(!schema::decode_into(longer, with_more));
    BOOST_TEST(bool(verdict(with_more)));
    BOOST_TEST((trust::tree_of(logs[0], with_more).error() == errc::not_empty));
}
BOOST_AUTO_TEST_CASE(what_convicts_is_small) {
    BOOST_TEST(against(witnesses[0]).size() < 700u);
    BOOST_TEST(schema::max_encoded<daicho::forked_log> <= 2700u);
}

BOOST_AUTO_TEST_SUITE_END()
