#pragma once

#include <daicho/trust/bundle.hpp>
#include <daicho/trust/credential.hpp>
#include <daicho/trust/witnessed_log.hpp>

#include "ledger/fixture.hpp"
#include "ledger/naive_tree.hpp"

/// A ledger of some transactions, its log's key, and three witnesses of which two make a quorum.
namespace log_stage {

using namespace fixture;
using P = authority_protocol;
using Ed = cryptopp::ed25519;

inline tlog::note_key note_key_of(std::uint64_t n, std::string_view name, tlog::signature_type type) {
    tlog::note_key k{.type = type, .key = sealing_key(n).public_key()};
    k.name.assign(name);
    return k;
}

struct log_network : network<P> {
    using client = trust::witnessed_log<P>;
    static constexpr std::uint64_t log_key = 200, first_witness = 210;
    static constexpr std::string_view origin = "ledger.example/town";
    static constexpr std::uint64_t seen = start + 500;  ///< when witnesses look

    log_network() {
        add(enrol(publisher, member_role::publisher, {"lamp", "lock"}));
        for (int i = 0; i != 4; ++i) add(enrol(20 + std::uint64_t(i), member_role::device, {"lamp"}));
        lamp_2 = add(signed_by(publisher, released(2)));
        add(enrol(30, member_role::gateway));
        lock_2 = add(signed_by(publisher, released(2, publisher, "lock")));
        small = ledger.size();
        for (int i = 0; i != 5; ++i) add(enrol(40 + std::uint64_t(i), member_role::device, {"lamp"}));
        lamp_3 = add(signed_by(publisher, released(3)));
        for (int i = 0; i != 2; ++i) add(enrol(50 + std::uint64_t(i), member_role::device, {"lamp"}));
        large = ledger.size();
    }
    std::uint64_t add(transaction_of<P> const& t) {
        ledger.push_back(t);
        leaves.push_back(ledger::leaf_hash<sha256>(encode(t)));
        return ledger.size() - 1;
    }

    static std::string signed_text(std::string const& text, std::vector<std::uint64_t> const& who = {0, 1, 2}, std::uint64_t time = seen) {
        auto log = key(log_key);
        auto whole = text + '\n' + *tlog::sign_note<Ed>(log, origin, text);
        for (auto w : who) whole += cosigned(text, w, time);
        return whole;
    }
    static std::string cosigned(std::string const& text, std::uint64_t w, std::uint64_t time = seen) {
        auto k = key(first_witness + w);
        return *tlog::cosign<Ed>(k, witness_name(w), text, time);
    }
    static std::string witness_name(std::uint64_t w) { return "witness.example/w" + std::to_string(w); }
    std::string text_at(std::uint64_t size, std::string_view of = origin) const {
        return tlog::checkpoint{.origin = of, .size = size, .root = naive::head(std::span(leaves).first(size))}.text();
    }
    naive::paths inclusion(std::uint64_t index, std::uint64_t size) const { return naive::path_of(index, std::span(leaves).first(size)); }
    naive::paths consistency(std::uint64_t older, std::uint64_t size) const {
        return older == 0 ? naive::paths{} : naive::growth(older, std::span(leaves).first(size));
    }
    shown_credential_of<P> credential() const { return trust::present<P>(ledger[0]); }

    /// The bundle of the transaction at `index`, by the tree of `size`.
    bytes bundle_of(std::uint64_t index, std::uint64_t size, std::uint64_t older = 0) const {
        return bundle_with(index, inclusion(index, size), older, consistency(older, size), signed_text(text_at(size)));
    }
    bytes bundle_with(std::uint64_t index, naive::paths const& inclusion, std::uint64_t older, naive::paths const& consistency, std::string const& note) const {
        return *trust::make_bundle<P>(ledger[index], credential(), index, inclusion, older, consistency, note);
    }

    trust::anchor<P> const anchor = trust::anchor<P>::of(genesis);
    std::vector<tlog::note_key> const logs{note_key_of(log_key, origin, tlog::signature_type::ed25519)};
    std::vector<tlog::note_key> const witnesses{note_key_of(first_witness, witness_name(0), tlog::signature_type::cosignature),
                                                note_key_of(first_witness + 1, witness_name(1), tlog::signature_type::cosignature),
                                                note_key_of(first_witness + 2, witness_name(2), tlog::signature_type::cosignature)};
    client const follower{logs, {witnesses, 2}};

    std::vector<transaction_of<P>> ledger;
    std::vector<digest> leaves;
    std::uint64_t lamp_2 = 0, lock_2 = 0, lamp_3 = 0, small = 0, large = 0;
};

} // namespace log_stage
