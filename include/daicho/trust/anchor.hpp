#pragma once

#include <daicho/protocol.hpp>

namespace daicho::trust {

/// What a device keeps of the genesis it pinned: enough to check everything it is shown, without the chain.
template <class P>
struct anchor {
    digest chain_id{};
    public_key_of<P> management{};
    channel_key management_channel{};  ///< of genesis; a later management key shows the rotation, which names its own
    public_key_of<P> recovery{};
    std::uint64_t rotation = 0;  ///< sequence of the transaction with which the recovery key put `management` in place; 0: genesis did

    static anchor of(genesis_of<P> const& g) { return {digest_of<hash_of<P>>(g), g.management, g.management_channel, g.recovery}; }
};

/// Is this member's enrolment signed by the management key, for this chain? A credential says that a key was enrolled, not that
/// it still is: who keeps the chain asks its registry as well.
template <class P>
fault check_credential(anchor<P> const& a, transaction_of<P> const& credential, member_role role) {
    auto const& b = credential.body;
    if (b.chain_id != a.chain_id) return {errc::wrong_chain, "credential.chain_id"};
    if (b.state != state::enrolled || !b.enrolment) return {errc::not_permitted, "credential.state"};
    if (b.enrolment->role != role) return {errc::not_permitted, "credential.role"};
    if (b.enrolment->algorithm != scheme_of<P>::algorithm) return {errc::bad_key, "credential.algorithm"};
    if (id_of<P>(b.enrolment->key) != b.recipient) return {errc::wrong_recipient, "credential.recipient"};
    auto const& root = role == member_role::management ? a.recovery : a.management;
    if (b.sender != id_of<P>(root)) return {errc::unknown_sender, "credential.sender"};
    if (!verify<P>(root, b, credential.signature)) return {errc::bad_signature, "credential.signature"};
    return {};
}

/// The recovery key has put another management key in place. Shown again it changes nothing; an earlier one is refused, or who stole
/// that key could be put back in office, and so is a second one of the same sequence, or the two could be played against each other.
template <class P>
fault follow_rotation(anchor<P>& a, transaction_of<P> const& credential) {
    if (auto f = check_credential(a, credential, member_role::management)) return f;
    auto const& b = credential.body;
    bool const other = b.sequence == a.rotation && !(b.enrolment->key == a.management);
    if (b.sequence < a.rotation || other) return {errc::replayed, "credential.sequence", a.rotation};
    a.rotation = b.sequence;
    a.management = b.enrolment->key;
    return {};
}

} // namespace daicho::trust
