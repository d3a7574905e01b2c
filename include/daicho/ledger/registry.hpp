#pragma once

#include <daicho/ledger/entries.hpp>
#include <daicho/ledger/journaled_map.hpp>
#include <daicho/ledger/note_owners.hpp>
#include <daicho/ledger/permission.hpp>

#include <algorithm>
#include <vector>

namespace daicho::ledger {

template <class P>
class snapshots;

/// What the chain says now: who is a member, what is released, how the fleet stands. apply() takes in one transaction, when its sender
/// may say that (ledger/permission.hpp) and its signatures hold.
template <class P>
class registry {
    friend class snapshots<P>;

public:
    using member_type = member<P>;
    using release_type = release_entry<P>;
    using body_type = transaction_body<scheme_of<P>>;

    struct mark_type {
        std::size_t members, releases, newest, fleet, roots;
    };

    registry(genesis_of<P> const& g, digest const& chain_id) : chain_id_(chain_id), note_owners_(g), signers_(1) {
        auto admit = [&](public_key_of<P> const& key, member_role role, channel_key const& with = {}) {
            node_id const id = id_of<P>(key);
            if (!members_.find(id)) members_.set(id, {.role = role, .key = key, .channel = with});  // one key, one role: the first
            return id;
        };
        management_ = admit(g.management, member_role::management, g.management_channel);
        recovery_ = admit(g.recovery, member_role::recovery);
        for (auto& key : g.signers) {
            node_id const id = admit(key, member_role::signer);
            bool const again = std::find(signers_.back().begin(), signers_.back().end(), id) != signers_.back().end();
            if (!again && members_.find(id)->role == member_role::signer) signers_.back().push_back(id);
        }
    }

    digest const& chain_id() const noexcept { return chain_id_; }
    node_id const& management() const noexcept { return management_; }
    member_type const* find(node_id const& id) const { return members_.find(id); }
    member_type const* active(node_id const& id) const {
        auto const* m = members_.find(id);
        return m && !m->expelled ? m : nullptr;
    }
    release_type const* find_release(model_name const& model, std::uint64_t version) const {
        return releases_.find({model, version});
    }
    /// The highest version of a model that was ever released; 0: none.
    std::uint64_t last_version(model_name const& model) const {
        auto const* versions = versions_.find(model);
        return versions ? versions->back() : 0;
    }
    /// The newest release of a model that was not withdrawn, whose publisher is still a member.
    release_type const* newest(model_name const& model) const {
        auto const* versions = versions_.find(model);
        if (!versions) return nullptr;
        for (auto v = versions->rbegin(); v != versions->rend(); ++v) {
            auto const* r = releases_.find({model, *v});
            if (r && !r->withdrawn && active(r->release.body.publisher)) return r;
        }
        return nullptr;
    }
    fleet_entry const* find_device(node_id const& id) const { return fleet_.find(id); }
    auto const& members() const noexcept { return members_; }
    auto const& releases() const noexcept { return releases_; }
    auto const& fleet() const noexcept { return fleet_; }
    ledger::note_owners<P> const& note_owners() const noexcept { return note_owners_; }

    /// The authorities, in the order of their enrolment.
    std::vector<node_id> const& signers() const noexcept { return signers_.back(); }
    /// The same as of a mark.
    std::vector<node_id> const& signers(mark_type const& m) const noexcept { return signers_[m.roots - 1]; }

    /// Takes in one transaction as it stands at `height`; unchanged when it returns a fault.
    fault apply(transaction_of<P> const& tx, std::uint64_t height) {
        return apply(tx, height, [](auto& key, auto& what, auto& signature, fault const& if_bad) { return verify<P>(key, what, signature) ? fault{} : if_bad; });
    }

    /// As apply, with signatures left to `claim(key, body, signature, if_bad) -> fault`: it verifies, or notes that somebody has to.
    template <class Claim>
    fault apply(transaction_of<P> const& tx, std::uint64_t height, Claim&& claim) {
        return apply(tx, find(tx.body.sender), height, claim);
    }
    /// `sender`: what find() says of its sender.
    template <class Claim>
    fault apply(transaction_of<P> const& tx, member_type const* sender, std::uint64_t height, Claim&& claim) {
        if (auto f = permission<P>(*this).check(tx.body, sender, height)) return f;
        if (auto f = claim_signatures(tx, *sender, height, claim)) return f;
        take(tx.body, *sender, height);
        return {};
    }

    /// All that apply asks but the signatures.
    fault check(transaction_of<P> const& tx, std::uint64_t height) const { return permission<P>(*this).check(tx.body, find(tx.body.sender), height); }

    /// The signatures of a transaction that check() has nothing against: its sender's and, of a release, its publisher's; of evidence,
    /// both of whom it accuses.
    template <class Claim>
    fault claim_signatures(transaction_of<P> const& tx, std::uint64_t height, Claim&& claim) const {
        return claim_signatures(tx, *find(tx.body.sender), height, claim);
    }

    /// The same of a transaction that check() will be asked about later, as they will be claimed then: a member's id names its key for ever.
    /// False when a key is not known yet, and of evidence.
    template <class Claim>
    bool foresee_signatures(transaction_of<P> const& tx, Claim&& claim) const {
        auto const& b = tx.body;
        auto const* sender = find(b.sender);
        if (!sender || b.evidence || (b.release && !find(b.release->body.publisher))) return false;
        return !claim_signatures(tx, *sender, 0, claim);
    }

    mark_type mark() const noexcept {
        return {members_.mark(), releases_.mark(), versions_.mark(), fleet_.mark(), signers_.size()};
    }
    void rollback(mark_type const& m) {
        members_.rollback(m.members);
        releases_.rollback(m.releases);
        versions_.rollback(m.newest);
        fleet_.rollback(m.fleet);
        signers_.resize(m.roots);
        find_management();
    }
    void forget(mark_type const& m) {
        members_.forget(m.members);
        releases_.forget(m.releases);
        versions_.forget(m.newest);
        fleet_.forget(m.fleet);
    }

    /// A claim that nobody needs to verify: of a transaction whose signatures were found good in this very place before.
    static constexpr auto found_good = [](auto&&...) { return fault{}; };

private:
    template <class Claim>
    fault claim_signatures(transaction_of<P> const& tx, member_type const& sender, std::uint64_t height, Claim&& claim) const {
        auto const& b = tx.body;
        if (auto f = claim(sender.key, b, tx.signature, fault{errc::bad_signature, "transaction.signature", height})) return f;
        if (b.evidence) {
            if (auto const* two_trees = std::get_if<forked_tree>(&*b.evidence)) return note_owners_.check(b.recipient, *two_trees);
            auto const& e = std::get<equivocation<scheme_of<P>>>(*b.evidence);
            auto const& accused = members_.find(b.recipient)->key;
            seal_statement const first{chain_id_, e.slot, e.first}, second{chain_id_, e.slot, e.second};
            if (auto f = claim(accused, first, e.first_signature, fault{errc::bad_signature, "evidence.first_signature", height})) return f;
            return claim(accused, second, e.second_signature, fault{errc::bad_signature, "evidence.second_signature", height});
        }
        if (!b.release) return {};
        auto const& r = *b.release;
        return claim(members_.find(r.body.publisher)->key, r.body, r.signature, fault{errc::bad_signature, "release.signature", height});
    }

    void take(body_type const& b, member_type const& sender, std::uint64_t height) {
        members_.set_part(sender, b.sequence);
        switch (b.state) {
        case state::released: {
            releases_.set({b.model, b.ver}, {*b.release, height, false});
            auto const* versions = versions_.find(b.model);
            auto next = versions ? *versions : std::vector<std::uint64_t>{};
            next.push_back(b.ver);
            versions_.set(b.model, std::move(next));
            break;
        }
        case state::withdrawn: {
            auto entry = *releases_.find({b.model, b.ver});
            entry.withdrawn = true;
            releases_.set({b.model, b.ver}, std::move(entry));
            break;
        }
        case state::enrolled: {
            auto const& e = *b.enrolment;
            if (auto const* known = members_.find(b.recipient)) {  // what it did stays, and so does its place among the signers
                auto renewed = *known;
                renewed.channel = e.channel;
                renewed.models = e.models;
                members_.set(b.recipient, std::move(renewed));
                break;
            }
            if (e.role == member_role::management) dethrone();
            members_.set(b.recipient, {.role = e.role, .key = e.key, .channel = e.channel, .models = e.models, .since = height});
            if (e.role == member_role::management) management_ = b.recipient;
            if (e.role == member_role::signer) change_signers([&](auto& list) { list.push_back(b.recipient); });
            break;
        }
        case state::expelled: {
            auto gone = *members_.find(b.recipient);
            gone.expelled = true;
            bool const sealed_blocks = gone.role == member_role::signer;
            members_.set(b.recipient, std::move(gone));
            if (sealed_blocks) change_signers([&](auto& list) { std::erase(list, b.recipient); });
            break;
        }
        default:
            fleet_.set(b.sender, {b.state, sender.role, b.model, b.ver, b.verifier, b.time, height});
        }
    }

    /// The recovery key enrols a new management key: the old one is expelled in the same step.
    void dethrone() {
        auto old = *members_.find(management_);
        old.expelled = true;
        members_.set(management_, std::move(old));
    }
    void find_management() {
        if (auto const* m = members_.find(management_); m && !m->expelled) return;
        for (auto& [id, m] : members_)
            if (m.role == member_role::management && !m.expelled) management_ = id;
    }
    template <class F>
    void change_signers(F&& change) {
        auto list = signers_.back();
        change(list);
        signers_.push_back(std::move(list));
    }

    digest chain_id_;
    ledger::note_owners<P> note_owners_;
    node_id management_{};
    node_id recovery_{};
    journaled_map<node_id, member_type, digest_hash, &member_type::sequence> members_;
    journaled_map<release_key, release_type, release_key_hash> releases_;
    journaled_map<model_name, std::vector<std::uint64_t>, model_hash> versions_;
    journaled_map<node_id, fleet_entry, digest_hash> fleet_;
    std::vector<std::vector<node_id>> signers_;  // one list a change: rollback returns to an earlier one
};

} // namespace daicho::ledger
