#pragma once

#include <daicho/ledger/note_owners.hpp>

#include "fixture.hpp"

/// A genesis that names a log whose note keys are members' of the network.
namespace fixture {

inline constexpr std::uint64_t log_key = 400;  ///< the first of them; the others follow
inline constexpr std::string_view log_name = "ledger.example/owned";

template <class P>
log_owner claimed(genesis_of<P> const& g, std::uint32_t log, node_id const& member, sealing_key const& by) {
    return {log, member, *by.sign(encode(ledger::claim_of_note_key<P>(g, member)))};
}

/// The log's keys, one a signer from `first` on, and a witness; call once nothing else of the genesis changes.
template <class P>
void own_log(network<P>& n, std::size_t keys, std::uint64_t first = signer_0) {
    auto& w = n.genesis.watch;
    note_signer witness{.name = {}, .key = sealing_key(log_key + 50).public_key()};
    witness.name.assign("witness.example/w");
    w.witnesses.push_back(witness);
    w.quorum = 1;
    for (std::size_t i = 0; i != keys; ++i) {
        note_signer s{.name = {}, .key = sealing_key(log_key + i).public_key()};
        s.name.assign(log_name);
        w.logs.push_back(s);
    }
    for (std::size_t i = 0; i != keys; ++i) w.owners.push_back(claimed<P>(n.genesis, std::uint32_t(i), n.id(first + i), sealing_key(log_key + i)));
    n.chain_id = digest_of<hash_of<P>>(n.genesis);
}

inline digest root_like(byte b) {
    digest d{};
    d.fill(b);
    return d;
}

/// The log's key i, as a note key.
inline tlog::note_key owned_key(std::uint64_t i) {
    tlog::note_key k{.name = {}, .type = tlog::signature_type::ed25519, .key = sealing_key(log_key + i).public_key()};
    k.name.assign(log_name);
    return k;
}
/// A checkpoint that it signs.
inline std::string owned_note(std::uint64_t i, std::uint64_t size, digest const& root, std::string_view extensions = {}) {
    auto const text = tlog::checkpoint{.origin = log_name, .size = size, .root = root, .extensions = extensions}.text();
    sealing_key k(log_key + i);
    return text + '\n' + *tlog::sign_note<cryptopp::ed25519>(k, log_name, text);
}

/// Two trees that a note key signs.
inline forked_tree forked_by(sealing_key const& k, std::uint64_t size, digest const& first, digest const& second, std::string_view origin = log_name) {
    auto const signature = [&](digest const& root) {
        auto const text = tlog::checkpoint{.origin = origin, .size = size, .root = root, .extensions = {}}.text();
        return *k.sign(as_bytes(text));
    };
    return {.size = size, .first = first, .first_signature = signature(first), .second = second, .second_signature = signature(second)};
}

} // namespace fixture
