#pragma once

#include <daicho/ledger/entries.hpp>

#include <algorithm>

namespace daicho::ledger {

template <class P>
class registry;

/// Who may say what: decides about the body of one transaction by what a registry says at that moment, and changes nothing. The states and
/// their signers are the table in docs/wire.md.
template <class P>
class permission {
    using member_type = member<P>;
    using body_type = transaction_body<scheme_of<P>>;

public:
    explicit permission(registry<P> const& now) noexcept : now_(now) {}

    /// All but the signatures. `sender`: what the registry says of its sender; null: nothing.
    fault check(body_type const& b, member_type const* sender, std::uint64_t height) const {
        if (b.chain_id != now_.chain_id()) return {errc::wrong_chain, "transaction.chain_id", height};
        if (!sender) return {errc::unknown_sender, "transaction.sender", height};
        if (sender->expelled) return {errc::expelled_sender, "transaction.sender", height};
        if (b.sequence <= sender->sequence) return {errc::repeated_sequence, "transaction.sequence", sender->sequence};
        if (b.release.has_value() != (b.state == state::released)) return {errc::not_empty, "transaction.release", height};
        if (b.enrolment.has_value() != (b.state == state::enrolled)) return {errc::not_empty, "transaction.enrolment", height};
        if (b.evidence && b.state != state::expelled) return {errc::not_empty, "transaction.evidence", height};
        return permitted(b, *sender);
    }

private:
    /// Who may say this? One column a state.
    fault permitted(body_type const& b, member_type const& sender) const {
        auto const is = [&](member_role r) { return sender.role == r; };
        switch (b.state) {
        case state::released: return releasable(b, sender);
        case state::withdrawn: {
            auto const* r = now_.find_release(b.model, b.ver);
            if (!r) return {errc::not_found, "withdrawn.ver", b.ver};
            if (r->release.body.verifier != b.verifier) return {errc::wrong_digest, "withdrawn.verifier", b.ver};
            if (!is(member_role::management) && r->release.body.publisher != b.sender) return {errc::not_permitted, "withdrawn.sender"};
            if (r->withdrawn) return {errc::duplicate, "withdrawn.ver", b.ver};
            return {};
        }
        case state::cached: {
            if (!is(member_role::gateway)) return {errc::not_permitted, "cached.sender"};
            auto const* r = now_.find_release(b.model, b.ver);
            if (!r) return {errc::not_found, "cached.ver", b.ver};
            if (r->release.body.verifier != b.verifier) return {errc::wrong_digest, "cached.verifier", b.ver};
            return {};
        }
        case state::installed: {
            if (auto f = by_device(b, sender)) return f;
            auto const* r = now_.find_release(b.model, b.ver);
            if (!r) return {errc::not_found, "installed.ver", b.ver};
            if (r->release.body.verifier != b.verifier) return {errc::wrong_digest, "installed.verifier", b.ver};
            return {};
        }
        case state::unchanged:
        case state::failed:
        case state::rolled_back:
        case state::running: return by_device(b, sender);
        case state::enrolled: return enrollable(b, sender);
        case state::expelled: {
            auto const* m = now_.find(b.recipient);
            if (!m || m->expelled) return {errc::not_found, "expelled.recipient"};
            // A root key is never expelled alone: the recovery key replaces management by enrolling another.
            bool const root = m->role == member_role::management || m->role == member_role::recovery;
            if (b.evidence) {
                if (!(keeps_a_chain(sender.role) || is(member_role::management)) || !may_be_guilty(b, *m)) return {errc::not_permitted, "evidence"};
                if (auto const* seals = std::get_if<equivocation<scheme_of<P>>>(&*b.evidence); seals && !(seals->first < seals->second))
                    return {errc::duplicate, "evidence.second", seals->slot};
            } else if (root || (!is(member_role::management) && !is(member_role::recovery))) {
                return {errc::not_permitted, "expelled.sender"};
            }
            if (m->role == member_role::signer && now_.signers().size() == 1) return {errc::not_permitted, "expelled.recipient"};  // nobody could seal
            return {};
        }
        }
        return {errc::out_of_range, "transaction.state"};
    }

    /// Signers seal; a note key is whose genesis says, of those who keep the chain.
    bool may_be_guilty(body_type const& b, member_type const& accused) const {
        return std::holds_alternative<forked_tree>(*b.evidence) ? keeps_a_chain(accused.role) && now_.note_owners().owns(b.recipient) : accused.role == member_role::signer;
    }

    /// A device speaks for itself and its own model only; whoever carries it signs nothing.
    fault by_device(body_type const& b, member_type const& sender) const {
        if (sender.role != member_role::device) return {errc::not_permitted, "transaction.sender"};
        if (sender.models.empty() || !(sender.models[0] == b.model)) return {errc::wrong_model, "transaction.model"};
        return {};
    }

    fault releasable(body_type const& b, member_type const& sender) const {
        auto const& r = b.release->body;
        if (sender.role != member_role::management && b.sender != r.publisher) return {errc::not_permitted, "released.sender"};
        if (r.chain_id != now_.chain_id()) return {errc::wrong_chain, "release.chain_id"};
        if (!(r.model == b.model)) return {errc::wrong_model, "released.model"};
        if (r.version != b.ver) return {errc::out_of_range, "released.ver", b.ver};
        if (r.verifier != b.verifier) return {errc::wrong_digest, "released.verifier"};
        auto const* publisher = now_.find(r.publisher);
        if (!publisher || publisher->role != member_role::publisher) return {errc::unknown_sender, "release.publisher"};
        if (publisher->expelled) return {errc::expelled_sender, "release.publisher"};
        if (std::find(publisher->models.begin(), publisher->models.end(), r.model) == publisher->models.end())
            return {errc::wrong_model, "release.model"};  // many vendors, one framework: each releases its own
        if (r.check.status != 0) return {errc::check_failed, "release.check", r.check.status};
        if (r.size == 0 || r.size > limits::artifact) return {errc::out_of_range, "release.size", r.size};
        if (r.version == 0 || r.minimum_version > r.version) return {errc::out_of_range, "release.version", r.version};
        if (r.expires <= r.time) return {errc::expired, "release.expires", r.expires};
        if (auto const last = now_.last_version(r.model); r.version <= last) return {errc::stale_version, "release.version", last};
        return {};
    }

    fault enrollable(body_type const& b, member_type const& sender) const {
        auto const& e = *b.enrolment;
        if (e.algorithm != scheme_of<P>::algorithm) return {errc::bad_key, "enrolment.algorithm", e.algorithm};
        if (id_of<P>(e.key) != b.recipient) return {errc::wrong_recipient, "enrolled.recipient"};
        // A member is enrolled again for a new credential, channel key or models. One key has one role; who was expelled stays out.
        auto const* known = now_.find(b.recipient);
        if (known && (known->expelled || known->role != e.role)) return {errc::duplicate, "enrolled.recipient"};
        bool const for_root = e.role == member_role::management;
        if (e.role == member_role::recovery) return {errc::not_permitted, "enrolment.role"};
        if (sender.role != (for_root ? member_role::recovery : member_role::management)) return {errc::not_permitted, "enrolled.sender"};
        if (e.role == member_role::device && e.models.size() != 1) return {errc::out_of_range, "enrolment.models", e.models.size()};
        if (e.role == member_role::publisher && e.models.empty()) return {errc::missing_field, "enrolment.models"};
        if (e.role == member_role::signer && !known && now_.signers().size() >= limits::signers) return {errc::over_quota, "enrolment.role", now_.signers().size()};
        return {};
    }

    registry<P> const& now_;
};

} // namespace daicho::ledger
