#pragma once

#include <daicho/trust/anchor.hpp>

namespace daicho::trust {

/// Who shows a credential on a secure channel.
template <class P>
struct holder {
    node_id id{};
    member_role role{};
    public_key_of<P> key{};
    channel_key channel{};
    bool enrolled = false;   ///< false: this anchor does not vouch for it
};

/// What a machine says of itself: an enrolment signed by its own key. The management server's key stands in genesis, so that
/// is all its credential needs; a device shows one until it is enrolled.
template <class P, class Signer>
result<transaction_of<P>> self_made(Signer& signer, digest const& chain_id, member_role role, channel_key const& channel,
                                    model_list const& models = {}) {
    transaction_of<P> t{};
    auto const key = signer.public_key();
    t.body.chain_id = chain_id;
    t.body.state = state::enrolled;
    t.body.sender = t.body.recipient = id_of<P>(key);
    t.body.enrolment = enrolment_of<P>{role, scheme_of<P>::algorithm, key, channel, models};
    auto signature = sign<P>(signer, t.body);
    if (!signature) return signature.error();
    t.signature = *signature;
    return t;
}

/// What a member shows: its enrolment, with the rotation that put its signer in office, if there was one.
template <class P>
shown_credential_of<P> present(transaction_of<P> const& enrolled, transaction_of<P> const* rotation = nullptr) {
    shown_credential_of<P> shown{.enrolled = enrolled, .rotation = {}};
    if (rotation && rotation->body.recipient == enrolled.body.sender) shown.rotation = *rotation;
    return shown;
}

namespace detail {

/// The management key shows, under genesis, an enrolment by itself, and later the one by the recovery key.
template <class P>
fault check_management(anchor<P> const& a, transaction_of<P> const& t) {
    auto const& e = *t.body.enrolment;
    if (t.body.sender != t.body.recipient) {
        auto followed = a;
        return follow_rotation<P>(followed, t);
    }
    bool const in_genesis = a.rotation == 0 && e.key == a.management && e.channel == a.management_channel;
    return in_genesis ? fault{} : fault{errc::not_authenticated, "credential.key"};
}

} // namespace detail

/// Reads a credential under the anchor. Who shows the rotation too is read under the key which that put in office, even when the
/// reader has not followed it yet; the anchor itself stays. Whoever's enrolment another key signed, one that was replaced, say, is
/// not enrolled as far as this anchor tells: it says only who asks, and a ledger may know more.
/// Errors: decode faults, those of check_credential and of follow_rotation.
template <class P>
result<holder<P>> read_credential(anchor<P> a, byte_view shown) {
    auto const read = decode<shown_credential_of<P>>(shown);
    if (!read) return read.error();
    auto const& t = read->enrolled;
    auto const& b = t.body;
    if (!b.enrolment) return fault{errc::missing_field, "credential.enrolment"};
    auto const& e = *b.enrolment;
    holder<P> h{b.recipient, e.role, e.key, e.channel, true};
    if (b.chain_id != a.chain_id) return fault{errc::wrong_chain, "credential.chain_id"};
    if (b.state != state::enrolled || id_of<P>(e.key) != b.recipient) return fault{errc::wrong_recipient, "credential.recipient"};
    if (e.algorithm != scheme_of<P>::algorithm) return fault{errc::bad_key, "credential.algorithm"};
    bool const self_made = b.sender == b.recipient;
    if (self_made && !verify<P>(e.key, b, t.signature)) return fault{errc::bad_signature, "credential.signature"};
    if (e.role == member_role::management) {
        if (auto f = detail::check_management<P>(a, t)) return f;
        return h;
    }
    if (self_made) {  // of anybody else it says only who asks
        if (e.role != member_role::device) return fault{errc::not_permitted, "credential.role"};
        h.enrolled = false;
        return h;
    }
    fault f;
    if (read->rotation) f = follow_rotation<P>(a, *read->rotation);
    if (!f) f = check_credential<P>(a, t, e.role);
    if (f && f != errc::replayed && f != errc::unknown_sender) return f;
    h.enrolled = !f;
    return h;
}

} // namespace daicho::trust
