#include <daicho/ledger/validate.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include <daicho/threads/pool.hpp>

#include "ledger/fixture.hpp"

using namespace fixture;
using both = boost::mp11::mp_list<work_protocol, authority_protocol>;

namespace {

struct ending {
    fault refused;
    std::uint64_t height;
    digest head;
    std::uint64_t final_height;
    std::vector<std::uint64_t> shown;

    friend bool operator==(ending const& a, ending const& b) {
        bool const same_fault = a.refused == b.refused && std::string_view(a.refused.where) == b.refused.where && a.refused.at == b.refused.at;
        return same_fault && a.height == b.height && (a.refused || (a.head == b.head && a.final_height == b.final_height && a.shown == b.shown));
    }
    friend std::ostream& operator<<(std::ostream& to, ending const& e) {
        return to << message(e.refused.code) << " (" << e.refused.where << ", " << e.refused.at << ") at " << e.height;
    }
};

/// What one block after another comes to.
template <class P>
ending one_after_another(genesis_of<P> const& g, std::vector<bytes> const& raw, std::uint64_t now = later) {
    ledger::chain<P> c(g);
    ending e{};
    for (auto& b : raw) {
        ++e.height;
        auto const block = decode<block_of<P>>(b);
        e.refused = block ? c.push(*block, now) : block.error();
        if (e.refused) return e;
        e.shown.push_back(e.height);
    }
    e.head = c.head();
    e.final_height = c.final_height();
    return e;
}

template <class P, class Executor>
ending validated_by(Executor& threads, genesis_of<P> const& g, std::vector<bytes> const& raw, std::size_t window, std::uint64_t now = later) {
    ending e{};
    auto source = [&](std::uint64_t h) -> result<std::optional<bytes>> { return h <= raw.size() ? std::optional(raw[h - 1]) : std::nullopt; };
    auto v = ledger::validate<P>(g, source, [] { return one_by_one<scheme_of<P>>(); }, threads, {.now = now, .window = window},
                                 [&](block_of<P> const& b) { e.shown.push_back(b.head().index); });
    e.refused = v.refused;
    e.height = v.height;
    e.head = v.chain.head();
    e.final_height = v.chain.final_height();
    return e;
}

/// A chain in which something happens, as the bytes of its blocks.
template <class P>
struct recorded {
    static constexpr std::uint64_t length = 40;

    recorded() {
        ledger::chain<P> c(n.genesis);
        for (std::uint64_t h = 1; h <= length; ++h) {
            std::vector<transaction_of<P>> transactions;
            if (h == 1) transactions = n.everybody();
            else if (h % 7 == 2) transactions = {n.signed_by(publisher, n.released(h)), n.signed_by(gateway, n.report(state::cached, h))};
            else if (h % 7 == 5) transactions = {n.enrol(1000 + h, member_role::gateway), n.signed_by(device, n.report(state::running, 1)), n.expel(1000 + h)};
            else if (h % 7 != 0) transactions = {n.signed_by(device_2, n.report(state::running, h))};
            auto const block = n.next(c, std::move(transactions));
            BOOST_REQUIRE_EQUAL(message(c.push(block, later).code), "ok");
            raw.push_back(encode(block));
        }
    }

    /// The chain with another block at one height, sealed as it should be unless `change` says otherwise.
    template <class Change>
    std::vector<bytes> with(std::uint64_t height, Change change) const {
        ledger::chain<P> c(n.genesis);
        for (std::uint64_t h = 1; h != height; ++h) (void)c.push(*decode<block_of<P>>(raw[h - 1]), later);
        auto out = raw;
        auto b = *decode<block_of<P>>(raw[height - 1]);
        auto const signers = c.signers().size();
        change(b, [&] {
            c.commit_to(b.sealed.body, b.transactions);
            b.sealed = n.seal(b.sealed.body, signers);
        });
        out[height - 1] = encode(b);
        return out;
    }

    network<P> n;
    std::vector<bytes> raw;
};

template <class P>
void compare(recorded<P> const& r, std::vector<bytes> const& raw, errc expected, std::uint64_t height, std::uint64_t now = later) {
    static threads::pool one(1), four(4);
    auto const right = one_after_another<P>(r.n.genesis, raw, now);
    BOOST_TEST(message(right.refused.code) == message(expected));
    BOOST_TEST(right.height == height);
    same_thread here;
    for (std::size_t window : {1u, 3u, 128u}) {
        BOOST_TEST(validated_by<P>(here, r.n.genesis, raw, window, now) == right);
        BOOST_TEST(validated_by<P>(one, r.n.genesis, raw, window, now) == right);
        BOOST_TEST(validated_by<P>(four, r.n.genesis, raw, window, now) == right);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(validate)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_good_chain_is_good_with_any_number_of_threads, P, both) {
    recorded<P> const r;
    compare(r, r.raw, errc::ok, r.length);
    compare(r, {}, errc::ok, 0);
    compare(r, {r.raw[0]}, errc::ok, 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_same_fault_is_reported_at_every_kind_of_place, P, both) {
    recorded<P> const r;
    for (std::uint64_t h : {2u, 3u, 4u, 20u, 37u, 40u}) {
        BOOST_TEST_CONTEXT("block " << h) {
            auto raw = r.raw;
            raw[h - 1].push_back(0);
            compare(r, raw, errc::trailing_bytes, h);
            raw = r.raw;
            raw.erase(raw.begin() + std::ptrdiff_t(h - 1));
            if (h != r.length) compare(r, raw, errc::wrong_index, h);
            compare(r, r.with(h, [](auto& b, auto seal) { ++b.sealed.body.index; seal(); }), errc::wrong_index, h);
            compare(r, r.with(h, [](auto& b, auto seal) { b.sealed.body.previous_hash[3] ^= 1; seal(); }), errc::unlinked_block, h);
            compare(r, r.with(h, [](auto& b, auto seal) { b.sealed.body.time = 5; seal(); }), errc::time_too_old, h);
            compare(r, r.with(h, [&](auto& b, auto) {
                        b.sealed.body.commitments.data()[b.sealed.body.commitments.size() - 1] ^= 1;
                        b.sealed = r.n.seal(b.sealed.body);
                    }),
                    errc::wrong_commitments, h);
            compare(r, r.with(h, [](auto& b, auto) {
                        if constexpr (network<P>::by_work) b.sealed.body.target = 200;
                        else b.sealed.proof.signature[9] ^= 1;
                    }),
                    network<P>::by_work ? errc::wrong_target : errc::bad_signature, h);
            compare(r, r.with(h, [&](auto& b, auto seal) {
                        seal();
                        b.transactions.push_back(decode<block_of<P>>(r.raw[0])->transactions[0]);
                    }),
                    errc::wrong_root, h);
            compare(r, r.with(h, [&](auto& b, auto seal) {
                        b.transactions.push_back(decode<block_of<P>>(r.raw[0])->transactions[0]);
                        seal();
                    }),
                    errc::repeated_sequence, h);
            compare(r, r.with(h, [](auto& b, auto seal) {
                        b.transactions.back().signature[9] ^= 1;
                        seal();
                    }),
                    errc::bad_signature, h);
        }
    }
    // A release whose publisher's signature is bad, though its sender's is good.
    auto const released = r.with(9, [](auto& b, auto seal) {
        b.transactions[0].body.release->signature[2] ^= 1;
        b.transactions[0] = network<P>::resigned(publisher, b.transactions[0].body);
        seal();
    });
    compare(r, released, errc::bad_signature, 9);
    // Who was enrolled in the same block signs badly.
    auto const new_member = r.with(12, [](auto& b, auto seal) {
        network<P> other;
        auto tx = other.signed_by(1012, other.report(state::cached, 2));
        tx.signature[1] ^= 1;
        b.transactions.insert(b.transactions.begin() + 1, tx);
        seal();
    });
    compare(r, new_member, errc::bad_signature, 12);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_many_faults_the_first_in_the_order_of_the_chain_is_reported, P, both) {
    recorded<P> const r;
    auto const spoil_signature = [](auto& b, auto seal) {
        b.transactions[0].signature[9] ^= 1;
        seal();
    };
    for (std::uint64_t h : {3u, 19u, 33u}) {
        auto raw = r.with(h, spoil_signature);
        for (std::uint64_t later_one : {h + 1, h + 2, std::uint64_t(40)}) raw[later_one - 1] = {1, 2, 3};
        compare(r, raw, errc::bad_signature, h);
        raw[h - 2] = {};
        compare(r, raw, one_after_another<P>(r.n.genesis, raw).refused.code, h - 1);
    }
    // Within one block: a bad signature before a broken rule, and behind it.
    for (bool first : {true, false}) {
        auto const raw = r.with(12, [&](auto& b, auto seal) {
            b.transactions[first ? 0 : 2].signature[9] ^= 1;
            b.transactions[1].body.sequence = 0;
            seal();
        });
        compare(r, raw, first ? errc::bad_signature : errc::repeated_sequence, 12);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_headers_commit_to_has_its_place_among_faults, P, both) {
    recorded<P> const r;
    auto const spoiled = [&](std::uint64_t h, bool signature, bool commitments, bool rule) {
        return r.with(h, [&](auto& b, auto seal) {
            if (signature) b.transactions[0].signature[9] ^= 1;
            if (rule) b.transactions[1].body.sequence = 0;
            seal();
            if (commitments) b.sealed.body.commitments.data()[b.sealed.body.commitments.size() - 1] ^= 1;
            b.sealed = r.n.seal(b.sealed.body);
        });
    };
    compare(r, spoiled(12, false, true, false), errc::wrong_commitments, 12);
    compare(r, spoiled(12, true, true, false), errc::bad_signature, 12);
    compare(r, spoiled(12, false, true, true), errc::repeated_sequence, 12);
    // In front of, and behind, a block with a bad signature.
    auto raw = spoiled(12, false, true, false);
    raw[12] = spoiled(13, true, false, false)[12];
    compare(r, raw, errc::wrong_commitments, 12);
    raw = spoiled(12, true, false, false);
    raw[12] = spoiled(13, false, true, false)[12];
    compare(r, raw, errc::bad_signature, 12);
}

/// Proof of work with a rule of its own: a consensus that redefines check().
struct odd_work : easy_work {
    template <class Sealed, class View>
    static fault check(Sealed const& sealed, View const& view) {
        if (sealed.body.index == 17) return {errc::insufficient_work, "block.odd", sealed.body.index};
        return easy_work::check(sealed, view);
    }
};
/// One that asks about another header too, which was not examined.
struct doubting_work : easy_work {
    template <class Sealed, class View>
    static fault check(Sealed const& sealed, View const& view) {
        auto other = sealed;
        for (int i = 0; i != 64; ++i) {
            ++other.proof.nonce;
            if (!easy_work::check(other, view)) continue;
            return easy_work::check(sealed, view);
        }
        return {errc::insufficient_work, "block.proof", sealed.body.index};
    }
};

BOOST_AUTO_TEST_CASE(what_was_found_beforehand_spares_no_header_its_own_check) {
    recorded<work_protocol> const r;
    same_thread here;
    using odd = protocol_with<sha256, odd_work>;
    BOOST_TEST(validated_by<odd>(here, r.n.genesis, r.raw, 128) == one_after_another<odd>(r.n.genesis, r.raw));
    BOOST_TEST(validated_by<odd>(here, r.n.genesis, r.raw, 128).height == 17u);
    using doubting = protocol_with<sha256, doubting_work>;
    auto const doubted = one_after_another<doubting>(r.n.genesis, r.raw);
    BOOST_TEST(!doubted.refused);
    BOOST_TEST(validated_by<doubting>(here, r.n.genesis, r.raw, 128) == doubted);
}

BOOST_AUTO_TEST_CASE(a_clock_that_went_back_refuses_others_blocks_and_not_ones_own) {
    using P = work_protocol;
    recorded<P> const r;
    auto const early = network<P>::start - 1000;
    compare(r, r.raw, errc::time_too_new, 1, early);
    auto source = [&](std::uint64_t h) -> result<std::optional<bytes>> { return h <= r.raw.size() ? std::optional(r.raw[h - 1]) : std::nullopt; };
    same_thread here;
    auto const own = ledger::validate<P>(r.n.genesis, source, [] { return one_by_one<scheme_of<P>>(); }, here, {.now = early, .own = true}, [](auto&) {});
    BOOST_TEST(!own.refused);
    BOOST_TEST(own.height == r.length);
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_says_where_and_progress_is_told_up_to_there) {
    using P = authority_protocol;
    recorded<P> const r;
    threads::pool threads(2);
    std::vector<std::uint64_t> told;
    auto source = [&](std::uint64_t h) -> result<std::optional<bytes>> {
        if (h == 31) return fault{errc::io_failed, "disk", 7};
        return std::optional(r.raw[h - 1]);
    };
    auto const v = ledger::validate<P>(r.n.genesis, source, [] { return one_by_one<scheme_of<P>>(); }, threads,
                                       {.now = later, .progress = [&](std::uint64_t h) { told.push_back(h); }, .window = 4}, [](auto&) {});
    BOOST_TEST((v.refused == errc::io_failed));
    BOOST_TEST(v.refused.at == 7u);
    BOOST_TEST(v.height == 31u);
    BOOST_TEST(told.back() == 30u);
    BOOST_TEST(std::is_sorted(told.begin(), told.end()));
}

BOOST_AUTO_TEST_CASE(large_blocks_are_whole_for_whoever_asks_though_the_chain_keeps_their_bytes_alone) {
    using P = work_protocol;
    network<P> n;
    ledger::chain<P> c(n.genesis);
    std::vector<bytes> raw;
    for (std::uint64_t h = 1; h <= 16; ++h) {
        std::vector<transaction_of<P>> transactions;
        if (h == 1) transactions = n.everybody();
        else if (h % 4 == 2)
            for (std::uint64_t i = 0; i != 16; ++i) transactions.push_back(n.enrol(100 * h + i, member_role::gateway));
        auto const block = n.next(c, std::move(transactions));
        BOOST_REQUIRE_EQUAL(message(c.push(block, later).code), "ok");
        raw.push_back(encode(block));
    }
    threads::pool two(2);
    auto source = [&](std::uint64_t h) -> result<std::optional<bytes>> { return h <= raw.size() ? std::optional(raw[h - 1]) : std::nullopt; };
    auto v = ledger::validate<P>(n.genesis, source, [] { return one_by_one<scheme_of<P>>(); }, two, {.now = later, .window = 1}, [](auto&) {});
    BOOST_REQUIRE(!v.refused);
    BOOST_TEST(v.chain.final_height() > 6u);
    for (std::uint64_t h = 1; h <= raw.size(); ++h) BOOST_TEST((encode(*v.chain.recent(h)) == raw[h - 1]), "block " << h);
    // It goes on as the other does: forks above the final point and all.
    auto const next = n.next(c, {n.signed_by(device, n.report(state::running, 3))});
    BOOST_TEST(message(v.chain.push(next, later).code) == "ok");
    BOOST_TEST(message(v.chain.unwind(v.chain.final_height()).code) == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
