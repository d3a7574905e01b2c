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
    bool enrolled = false;   ///< false: it only says so itself, and may do nothing but ask to be enrolled
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

/// Reads a credential under the anchor. Errors: decode faults and those of check_credential.
template <class P>
result<holder<P>> read_credential(anchor<P> const& a, byte_view shown) {
    auto t = decode<transaction_of<P>>(shown);
    if (!t) return t.error();
    auto const& b = t->body;
    if (!b.enrolment) return fault{errc::missing_field, "credential.enrolment"};
    auto const& e = *b.enrolment;
    holder<P> h{b.recipient, e.role, e.key, e.channel, true};
    if (b.sender != b.recipient) {
        if (auto f = check_credential<P>(a, *t, e.role)) return f;
        return h;
    }
    // Self-made: believed of the management key, which genesis names; of anybody else it says only who asks.
    if (b.chain_id != a.chain_id) return fault{errc::wrong_chain, "credential.chain_id"};
    if (b.state != state::enrolled || id_of<P>(e.key) != b.recipient) return fault{errc::wrong_recipient, "credential.recipient"};
    if (e.algorithm != scheme_of<P>::algorithm || !verify<P>(e.key, b, t->signature)) return fault{errc::bad_signature, "credential.signature"};
    if (e.role == member_role::management) {
        if (e.key != a.management || !(e.channel == a.management_channel)) return fault{errc::not_authenticated, "credential.key"};
        return h;
    }
    if (e.role != member_role::device) return fault{errc::not_permitted, "credential.role"};
    h.enrolled = false;
    return h;
}

} // namespace daicho::trust
