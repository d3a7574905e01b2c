#include <daicho/trust/witnessed_log.hpp>

#include <boost/test/unit_test.hpp>

#include "log_stage.hpp"

using namespace log_stage;

namespace {

struct stage : log_network {
    /// Evidence owns its note here.
    struct shown {
        log_evidence e;
        std::string note;
        log_evidence const& get() {
            e.checkpoint = {as_bytes(note)};
            return e;
        }
    };
    shown evidence(std::uint64_t index, std::uint64_t size, std::uint64_t older = 0) const {
        shown s{{.index = index, .older_size = older, .checkpoint = {}}, signed_text(text_at(size))};
        for (auto& d : inclusion(index, size)) s.e.inclusion.push_back(d);
        for (auto& d : consistency(older, size)) s.e.consistency.push_back(d);
        return s;
    }
    result<trust::log_head> follow(trust::log_head const& head, std::uint64_t index, shown s) const { return follower.follow(head, leaves[index], s.get()); }
    fault refused(trust::log_head const& head, std::uint64_t index, shown s) const { return follow(head, index, std::move(s)).error(); }
    bool refused_at(std::string_view where, errc code, fault f) const { return f == code && f.where == where; }

    trust::log_head at_small() const {
        auto const h = follow({}, lamp_2, evidence(lamp_2, small));
        BOOST_TEST_REQUIRE(bool(h));
        return *h;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(witnessed_log, stage)

BOOST_AUTO_TEST_CASE(what_a_quorum_has_seen_is_believed_and_followed) {
    auto const first = at_small();
    BOOST_TEST(first.size == small);
    BOOST_TEST((first.root == naive::head(std::span(leaves).first(small))));
    BOOST_TEST(first.time == seen);
    auto const second = follow(first, lamp_3, evidence(lamp_3, large, small));
    BOOST_TEST_REQUIRE(bool(second));
    BOOST_TEST(second->size == large);
    BOOST_TEST((*follow(*second, lamp_3, evidence(lamp_3, large, small)) == *second));  // shown again
    BOOST_TEST((*follow(*second, lamp_2, evidence(lamp_2, large)) == *second));         // another release, by the tree it knows
}
BOOST_AUTO_TEST_CASE(every_transaction_is_found_in_every_tree_that_holds_it) {
    for (std::uint64_t size = 1; size <= large; ++size)
        for (std::uint64_t index = 0; index != size; ++index) BOOST_TEST(bool(follow({}, index, evidence(index, size))));
    for (std::uint64_t size = 1; size <= large; ++size)
        for (std::uint64_t older = 1; older <= size; ++older) {
            auto const head = follow({}, 0, evidence(0, older));
            BOOST_TEST_REQUIRE(bool(head));
            BOOST_TEST(bool(follow(*head, size - 1, evidence(size - 1, size, older))));
        }
}

BOOST_AUTO_TEST_CASE(the_proof_of_another_release_is_refused) {
    BOOST_TEST(bool(follow({}, lamp_2, evidence(lamp_2, small))));
    BOOST_TEST(refused_at("bundle.inclusion", errc::wrong_root, refused({}, lamp_2, evidence(lock_2, small))));
    auto moved = evidence(lamp_2, small);
    moved.e.index = lock_2;
    BOOST_TEST(refused_at("bundle.inclusion", errc::wrong_root, refused({}, lamp_2, moved)));
    moved.e.index = small;
    BOOST_TEST(refused_at("bundle.inclusion", errc::out_of_range, refused({}, lamp_2, moved)));
}
BOOST_AUTO_TEST_CASE(a_proof_has_exactly_its_nodes) {
    auto more = evidence(lamp_2, small);
    more.e.inclusion.push_back(leaves[0]);
    BOOST_TEST(refused_at("bundle.inclusion", errc::wrong_size, refused({}, lamp_2, more)));
    auto less = evidence(lamp_2, small);
    less.e.inclusion.resize(less.e.inclusion.size() - 1);
    BOOST_TEST(refused_at("bundle.inclusion", errc::wrong_size, refused({}, lamp_2, less)));

    auto const head = at_small();
    BOOST_TEST(bool(follow(head, lamp_3, evidence(lamp_3, large, small))));
    auto longer = evidence(lamp_3, large, small);
    longer.e.consistency.push_back(leaves[0]);
    BOOST_TEST(refused_at("bundle.consistency", errc::wrong_size, refused(head, lamp_3, longer)));
    auto shorter = evidence(lamp_3, large, small);
    shorter.e.consistency.resize(shorter.e.consistency.size() - 1);
    BOOST_TEST(refused_at("bundle.consistency", errc::wrong_size, refused(head, lamp_3, shorter)));
    for (std::size_t i = 0; i != shorter.e.consistency.size(); ++i) {
        auto altered = evidence(lamp_3, large, small);
        altered.e.consistency[i][0] ^= 1;
        BOOST_TEST(refused_at("bundle.consistency", errc::wrong_root, refused(head, lamp_3, altered)));
    }
}
BOOST_AUTO_TEST_CASE(a_proof_from_another_size_is_not_the_one_that_is_asked_for) {
    auto const head = at_small();
    BOOST_TEST(refused_at("bundle.consistency", errc::missing_field, refused(head, lamp_3, evidence(lamp_3, large))));
    BOOST_TEST(refused_at("bundle.consistency", errc::missing_field, refused(head, lamp_3, evidence(lamp_3, large, small - 1))));
    auto relabelled = evidence(lamp_3, large, small - 1);
    relabelled.e.older_size = small;
    BOOST_TEST(refused_at("bundle.consistency", errc::wrong_size, refused(head, lamp_3, relabelled)));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_never_goes_back) {
    auto const second = follow(at_small(), lamp_3, evidence(lamp_3, large, small));
    BOOST_TEST_REQUIRE(bool(second));
    auto const f = refused(*second, lamp_2, evidence(lamp_2, small));
    BOOST_TEST((f == errc::stale_checkpoint));
    BOOST_TEST(f.at == large);
}
BOOST_AUTO_TEST_CASE(another_root_of_the_same_size_is_a_fork) {
    auto const head = at_small();
    auto other = *this;
    other.leaves[0][5] ^= 1;  // another history, by the same log and under the same witnesses
    BOOST_TEST(bool(other.follow({}, lamp_2, other.evidence(lamp_2, small))));
    BOOST_TEST((other.refused(head, lamp_2, other.evidence(lamp_2, small)) == errc::forked_log));
    BOOST_TEST(refused_at("bundle.consistency", errc::wrong_root, other.refused(head, lamp_3, other.evidence(lamp_3, large, small))));
    auto unsigned_fork = other.evidence(lamp_2, small);  // who has no keys cannot make it look like one
    unsigned_fork.note = other.text_at(small) + '\n' + unsigned_fork.note.substr(unsigned_fork.note.rfind(tlog::signature_dash));
    BOOST_TEST((other.refused(head, lamp_2, unsigned_fork) == errc::not_authenticated));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_log_is_refused) {
    auto e = evidence(lamp_2, small);
    auto const text = text_at(small, "ledger.example/village");
    auto log = key(log_key);
    e.note = text + '\n' + *tlog::sign_note<Ed>(log, "ledger.example/village", text) + cosigned(text, 0) + cosigned(text, 1);
    BOOST_TEST((refused({}, lamp_2, e) == errc::wrong_log));
    e.note = text + '\n' + *tlog::sign_note<Ed>(log, origin, text) + cosigned(text, 0) + cosigned(text, 1);  // signed under our log's name
    BOOST_TEST((refused({}, lamp_2, e) == errc::wrong_log));
}
BOOST_AUTO_TEST_CASE(a_checkpoint_with_further_lines_is_refused) {  // evidence of two trees could not tell of them
    auto e = evidence(lamp_2, small);
    e.note = signed_text(text_at(small) + "more\n");
    BOOST_TEST((refused({}, lamp_2, e) == errc::not_empty));
    e.note = signed_text(text_at(small));
    BOOST_TEST(bool(follow({}, lamp_2, e)));
}
BOOST_AUTO_TEST_CASE(the_log_itself_has_signed) {
    auto const text = text_at(small);
    auto e = evidence(lamp_2, small);
    e.note = text + '\n' + cosigned(text, 0) + cosigned(text, 1) + cosigned(text, 2);
    BOOST_TEST((refused({}, lamp_2, e) == errc::not_authenticated));
    auto impostor = key(stranger);
    e.note = text + '\n' + *tlog::sign_note<Ed>(impostor, origin, text) + cosigned(text, 0) + cosigned(text, 1);
    BOOST_TEST((refused({}, lamp_2, e) == errc::not_authenticated));
    auto log = key(log_key);
    e.note = text + '\n' + *tlog::sign_note<Ed>(log, origin, text_at(large)) + cosigned(text, 0) + cosigned(text, 1);
    BOOST_TEST((refused({}, lamp_2, e) == errc::bad_signature));
    e.note = text + '\n' + *tlog::sign_note<Ed>(log, origin, text) + cosigned(text, 0) + cosigned(text, 1);
    BOOST_TEST(bool(follow({}, lamp_2, e)));
}
BOOST_AUTO_TEST_CASE(too_few_witnesses_are_too_few) {
    auto const text = text_at(small);
    auto e = evidence(lamp_2, small);
    for (std::vector<std::uint64_t> const& who : {std::vector<std::uint64_t>{}, {0}, {2}}) {
        e.note = signed_text(text, who);
        auto const f = refused({}, lamp_2, e);
        BOOST_TEST((f == errc::too_few_witnesses));
        BOOST_TEST(f.at == who.size());
    }
    e.note = signed_text(text, {0, 8, 9});  // strangers count for nothing
    BOOST_TEST((refused({}, lamp_2, e) == errc::too_few_witnesses));
    e.note = signed_text(text, {0, 2});
    BOOST_TEST(bool(follow({}, lamp_2, e)));
}
BOOST_AUTO_TEST_CASE(a_witness_that_signs_twice_is_refused_and_under_two_names_counts_once) {
    auto const text = text_at(small);
    auto e = evidence(lamp_2, small);
    e.note = signed_text(text, {0, 0});
    BOOST_TEST((refused({}, lamp_2, e) == errc::duplicate));
    e.note = signed_text(text, {0}) + cosigned(text, 0, seen + 1);
    BOOST_TEST((refused({}, lamp_2, e) == errc::duplicate));
    auto twice = witnesses;
    twice[1] = note_key_of(first_witness, "another.example/name", tlog::signature_type::cosignature);
    auto k = key(first_witness);
    e.note = signed_text(text, {0}) + *tlog::cosign<Ed>(k, "another.example/name", text, seen);
    BOOST_TEST((client(logs, {twice, 2}).follow({}, leaves[lamp_2], e.get()).error() == errc::too_few_witnesses));
}
BOOST_AUTO_TEST_CASE(a_known_witness_with_a_bad_signature_spoils_the_checkpoint) {
    auto e = evidence(lamp_2, small);
    e.note = signed_text(text_at(small), {0, 1}) + cosigned(text_at(large), 2);
    BOOST_TEST((refused({}, lamp_2, e) == errc::bad_signature));
}
BOOST_AUTO_TEST_CASE(nobody_is_no_quorum) {
    auto e = evidence(lamp_2, small);
    BOOST_TEST((client(logs, {witnesses, 0}).follow({}, leaves[lamp_2], e.get()).error() == errc::out_of_range));
    BOOST_TEST((client(logs, {{}, 1}).follow({}, leaves[lamp_2], e.get()).error() == errc::out_of_range));
    BOOST_TEST((client({}, {witnesses, 2}).follow({}, leaves[lamp_2], e.get()).error() == errc::wrong_log));
    BOOST_TEST(bool(client(logs, {witnesses, 3}).follow({}, leaves[lamp_2], e.get())));
}

BOOST_AUTO_TEST_CASE(time_is_what_an_honest_witness_saw_and_never_goes_down) {
    auto const text = text_at(small);
    auto e = evidence(lamp_2, small);
    e.note = signed_text(text, {0}, seen) + cosigned(text, 1, seen + 1'000'000);  // the second lies
    auto const head = follow({}, lamp_2, e);
    BOOST_TEST_REQUIRE(bool(head));
    BOOST_TEST(head->time == seen);
    auto late = *head;
    late.time = seen + 5;
    BOOST_TEST(follow(late, lamp_2, e)->time == seen + 5);
}
BOOST_AUTO_TEST_CASE(a_note_that_is_none_is_refused) {
    auto e = evidence(lamp_2, small);
    auto const good = e.note;
    BOOST_TEST(bool(follow({}, lamp_2, e)));
    e.note = good.substr(0, good.size() - 1);
    BOOST_TEST((refused({}, lamp_2, e) == errc::truncated));
    e.note = "";
    BOOST_TEST((refused({}, lamp_2, e) == errc::truncated));
    e.note = signed_text(std::string(origin) + "\n007\n" + to_base64(leaves[0]) + '\n');
    BOOST_TEST((refused({}, lamp_2, e) == errc::non_canonical));
}

BOOST_AUTO_TEST_SUITE_END()
