#include "consensus/paper_rule.hpp"

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <daicho/hash_x86/many_sha256.hpp>
#include <daicho/laws/consensus.hpp>
#include <daicho/laws/fork_choice.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;

namespace {

// python3 -c "
// from hashlib import sha256 as s; from itertools import count
// l=100
// for _ in range(5): l=next(p for p in count() if s(f'{l}{p}'.encode()).hexdigest().startswith('0000')); print(l)"
constexpr std::uint64_t early_proofs[] = {35293, 35089, 119678, 146502, 43538};

// python3 -c "
// from hashlib import sha256 as s; from itertools import count
// l=100
// for t in ['00'*32, 'ab'*32]: l=next(p for p in count() if s(f'{l}{p}{t}'.encode()).hexdigest().startswith('0000')); print(l)"
constexpr std::uint64_t later_proofs[] = {46683, 94550};

digest filled(byte with) {
    digest d;
    d.fill(with);
    return d;
}

template <class Form>
using under = protocol_with<cryptopp::sha256, paper_rule::consensus<Form, 2>>;  // one in 256: the rule is the same, the tests are shorter

template <class P>
block_of<P> next(network<P> const& n, ledger::chain<P> const& c, std::vector<transaction_of<P>> transactions = {}, std::uint64_t later_by = 0) {
    if constexpr (network<P>::by_work) return n.next(c, std::move(transactions));
    else {
        header h{.index = c.height() + 1, .message = "test", .time = c.earliest_time() + later_by, .previous_hash = c.head()};
        c.commit_to(h, transactions);
        block_of<P> b;
        b.sealed = {h, consensus_of<P>::seal(c)};
        b.transactions = std::move(transactions);
        return b;
    }
}

/// Another block with the proof of the one that follows `below`: a transaction is left out, the roots are put right, and nothing is
/// searched for.
template <class P>
block_of<P> rewritten(block_of<P> tip, ledger::chain<P> const& below) {
    tip.transactions.pop_back();
    below.commit_to(tip.sealed.body, tip.transactions);
    return tip;
}

using forms = boost::mp11::mp_list<paper_rule::early_form, paper_rule::later_form>;

} // namespace

BOOST_AUTO_TEST_SUITE(the_papers_base)

BOOST_AUTO_TEST_CASE(its_proofs_are_the_ones_that_its_software_finds) {
    std::uint64_t last = paper_rule::first_proof;
    for (auto const proof : early_proofs) {
        BOOST_TEST(paper_rule::proves(last, proof, {}));
        BOOST_TEST(!paper_rule::proves(last, proof + 1, {}));
        BOOST_TEST(!paper_rule::proves(last + 1, proof, {}));
        last = proof;
    }
    BOOST_TEST(paper_rule::search(paper_rule::first_proof, {}) == early_proofs[0]);

    auto const zeros = paper_rule::later_form::tail(filled(0)), others = paper_rule::later_form::tail(filled(0xab));
    BOOST_TEST(paper_rule::proves(paper_rule::first_proof, later_proofs[0], zeros));
    BOOST_TEST(paper_rule::proves(later_proofs[0], later_proofs[1], others));
    BOOST_TEST(!paper_rule::proves(later_proofs[0], later_proofs[1], zeros));
    BOOST_TEST(!paper_rule::proves(paper_rule::first_proof, later_proofs[0], {}));
}

BOOST_AUTO_TEST_CASE(hashed_many_at_once_it_finds_the_same_proofs) {
    hash_x86::many_sha256 const many;
    BOOST_TEST(paper_rule::search(paper_rule::first_proof, {}, 4, many) == early_proofs[0]);
    BOOST_TEST(paper_rule::search(paper_rule::first_proof, paper_rule::later_form::tail(filled(0)), 4, many) == later_proofs[0]);
    for (std::uint64_t last = 0; last != 40; ++last)  // short proofs: one to four digits
        BOOST_TEST(paper_rule::search(last * 977, {}, 1 + last % 2, many) == paper_rule::search(last * 977, {}, 1 + last % 2));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(its_tip_is_rewritten_without_work, Form, forms) {
    using P = under<Form>;
    network<P> n;
    ledger::chain<P> honest(n.genesis);
    BOOST_REQUIRE(!honest.push(next(n, honest, n.everybody()), later));
    ledger::chain<P> deceived = honest;
    auto const tip = next(n, honest, {n.enrol(stranger, member_role::device, {"lamp"})});
    BOOST_REQUIRE(!honest.push(tip, later));
    BOOST_TEST(!deceived.push(rewritten<P>(tip, deceived), later));
    BOOST_TEST((honest.head() != deceived.head()));
}

// The early form does not even cover the block before: its proofs are the same numbers in every chain of the world.
BOOST_AUTO_TEST_CASE(a_whole_history_is_rewritten_with_the_proofs_of_another) {
    using P = under<paper_rule::early_form>;
    network<P> n;
    ledger::chain<P> honest(n.genesis), forged(n.genesis);
    for (int i = 0; i != 4; ++i) {
        auto const b = next(n, honest);
        BOOST_REQUIRE(!honest.push(b, later));
        auto other = b;  // its proof is kept
        other.sealed.body.time = forged.earliest_time() + 5;
        other.sealed.body.previous_hash = forged.head();
        BOOST_TEST(!forged.push(other, later));
    }
    BOOST_TEST((honest.head() != forged.head()));

    // The later form stops that behind the first block, whose hash the next proof covers.
    using Q = under<paper_rule::later_form>;
    network<Q> m;
    ledger::chain<Q> one(m.genesis), two(m.genesis);
    BOOST_REQUIRE(!one.push(next(m, one), later));
    BOOST_REQUIRE(!two.push(next(m, two, {}, 5), later));
    auto second = next(m, one);
    BOOST_TEST(!one.push(second, later));
    second.sealed.body.time = two.earliest_time();
    second.sealed.body.previous_hash = two.head();
    BOOST_TEST((two.push(second, later) == errc::insufficient_work));
}

BOOST_AUTO_TEST_CASE(under_proof_of_work_the_tip_is_not_rewritten_without_work) {
    network<work_protocol> n(3, 6, 12);
    ledger::chain<work_protocol> c(n.genesis);
    BOOST_REQUIRE(!c.push(n.next(c, n.everybody()), later));
    auto const tip = n.next(c, {n.enrol(stranger, member_role::device, {"lamp"})});
    BOOST_TEST((c.push(rewritten<work_protocol>(tip, c), later) == errc::insufficient_work));
    BOOST_TEST(!c.push(tip, later));
}

// Of the laws of a consensus it breaks this one alone.
BOOST_AUTO_TEST_CASE_TEMPLATE(its_seal_does_not_cover_the_header, Form, forms) {
    using P = protocol_with<cryptopp::sha256, paper_rule::consensus<Form, 1>>;
    network<P> n;
    laws::verdict v;
    laws::fork_choice<consensus_of<P>>(v);
    laws::consensus<P>(v, n.genesis, [&](ledger::chain<P> const& c, unsigned variant) { return next(n, c, {}, c.height() == 0 ? variant : 0); });
    BOOST_TEST(v.broken == std::vector<std::string>{"A seal covers the whole header: with any part of it altered it is refused."}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
