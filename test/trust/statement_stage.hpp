#pragma once

#include <daicho/trust/fleet_statement.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"

/// A chain of lamps with witnesses, and statements about them.
namespace statement_stage {

using namespace fixture;
using Ed = cryptopp::ed25519;

template <class P>
struct lamp_network : network<P> {
    using statement = trust::fleet_statement_of<P>;
    using answer_type = typename statement::answer_type;
    static constexpr std::uint64_t first_lamp = 300, lamps = 6;
    static constexpr std::uint64_t log_key = 200, first_witness = 210;
    static constexpr std::uint64_t seen = network<P>::start + 500;  ///< when witnesses look
    static constexpr bool by_work = network<P>::by_work;

    /// `watched`: genesis names a log and three witnesses, of which two are a quorum.
    explicit lamp_network(bool watched = true, std::uint32_t bits = 4) : network<P>(3, 4, bits) {
        if (watched) {
            this->genesis.watch.logs.push_back(named("ledger.example/lamps", log_key));
            for (std::uint64_t w = 0; w != 3; ++w) this->genesis.watch.witnesses.push_back(named(witness_name(w), first_witness + w));
            this->genesis.watch.quorum = 2;
        }
        this->chain_id = digest_of<hash_of<P>>(this->genesis);
        chain = std::make_unique<ledger::chain<P>>(this->genesis);
        add(this->everybody());
        std::vector<transaction_of<P>> some{this->signed_by(publisher, this->released(2))};
        for (std::uint64_t i = 0; i != lamps; ++i) some.push_back(this->enrol(first_lamp + i, member_role::device, {"lamp"}));
        add(some);
        some.clear();
        for (std::uint64_t i = 0; i < lamps; i += 2) some.push_back(this->signed_by(first_lamp + i, this->report(state::installed, 2)));
        add(some);
    }
    static note_signer named(std::string const& name, std::uint64_t n) {
        note_signer s{.key = sealing_key(n).public_key()};
        s.name.assign(std::string_view(name));
        return s;
    }
    static std::string witness_name(std::uint64_t w) { return "witness.example/w" + std::to_string(w); }

    void add(std::vector<transaction_of<P>> transactions) {
        auto const b = this->next(*chain, std::move(transactions));
        BOOST_TEST_REQUIRE(!chain->push(b, later));
        blocks.push_back(b);
    }
    /// Empty blocks, until all that is there is final.
    void settle() {
        for (auto const all = chain->height(); chain->final_height() < all;) add({});
    }

    node_id lamp(std::uint64_t i) const { return this->id(first_lamp + i); }
    commitments at(std::uint64_t height) const { return *decode<commitments>(blocks[std::size_t(height - 1)].head().commitments); }
    answer_type about(node_id const& device, model_name const& model = "lamp") const {
        auto const height = chain->final_height();
        return device_answer{height, model, device, *chain->fleet_at(height)->prove_standing(model, device)};
    }
    answer_type behind(std::uint64_t version, model_name const& model = "lamp") const {
        auto const height = chain->final_height();
        return behind_answer{height, model, version, *chain->fleet_at(height)->prove_behind(model, version)};
    }

    /// A checkpoint, signed by the log and those witnesses.
    static std::string note(commitments const& c, std::vector<std::uint64_t> const& who = {0, 2}, std::string_view origin = "ledger.example/lamps") {
        auto log = sealing_key(log_key);
        auto const text = tlog::checkpoint{.origin = origin, .size = c.history_size, .root = c.history_root, .extensions = {}}.text();
        auto whole = text + '\n' + *tlog::sign_note<Ed>(log, origin, text);
        for (auto w : who) {
            auto k = sealing_key(first_witness + w);
            whole += *tlog::cosign<Ed>(k, witness_name(w), text, seen);
        }
        return whole;
    }
    statement make(answer_type const& a, std::string const& checkpoint) const {
        auto s = trust::make_statement<P>(this->genesis, blocks, a, checkpoint);
        BOOST_TEST_REQUIRE(bool(s), "not made: " << message(s.error().code) << " (" << s.error().where << ")");
        return std::move(*s);
    }
    statement make(answer_type const& a) const { return make(a, note(at(chain->final_height()))); }

    result<trust::stated_fleet> check(statement const& s, std::uint64_t since = 0) const { return trust::check_statement<P>(s, this->chain_id, since); }
    bool refused(statement const& s, errc code, std::string_view where = {}) const {
        auto const f = check(s).error();
        if (f != code) BOOST_TEST_MESSAGE("refused as: " << message(f.code) << " (" << f.where << ")");
        return f == code && (where.empty() || where == f.where);
    }

    std::unique_ptr<ledger::chain<P>> chain;
    std::vector<block_of<P>> blocks;
};

} // namespace statement_stage
