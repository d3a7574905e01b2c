#pragma once

#include <daicho/ledger/journaled_map.hpp>
#include <daicho/ledger/note_owners.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <vector>

namespace daicho::ledger {

template <class P>
class snapshots;

/// A key that the ledger knows, and what it has done so far.
template <class P>
struct member {
    member_role role{};
    public_key_of<P> key{};
    channel_key channel{};
    model_list models{};
    std::uint64_t sequence = 0;   ///< of its last transaction
    std::uint64_t since = 0;      ///< height of its first enrolment; 0 is genesis
    bool expelled = false;
};

/// A release on the ledger.
template <class P>
struct release_entry {
    signed_release_of<P> release{};
    std::uint64_t height = 0;
    bool withdrawn = false;
};

/// The last thing a device or gateway reported about itself.
struct fleet_entry {
    daicho::state state{};
    member_role role{};
    model_name model{};
    std::uint64_t ver = 0;
    digest verifier{};
    std::uint64_t time = 0;
    std::uint64_t height = 0;
};

struct release_key {
    model_name model;
    std::uint64_t version = 0;
    friend bool operator==(release_key const&, release_key const&) = default;
};

struct release_key_hash {
    std::size_t operator()(release_key const& k) const noexcept {
        return std::hash<std::string_view>{}(k.model) ^ (std::size_t(k.version) * 0x9e3779b97f4a7c15u);
    }
};

struct model_hash {
    std::size_t operator()(model_name const& m) const noexcept { return std::hash<std::string_view>{}(m); }
};

/// What the chain says now: who is a member, what is released, how the fleet stands.
/// apply() decides about one transaction; the states and their signers are the table in docs/wire.md.
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
        if (auto f = check(tx.body, sender, height)) return f;
        if (auto f = claim_signatures(tx, *sender, height, claim)) return f;
        take(tx.body, *sender, height);
        return {};
    }

    /// All that apply asks but the signatures.
    fault check(transaction_of<P> const& tx, std::uint64_t height) const { return check(tx.body, find(tx.body.sender), height); }

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
    fault check(body_type const& b, member_type const* sender, std::uint64_t height) const {
        if (b.chain_id != chain_id_) return {errc::wrong_chain, "transaction.chain_id", height};
        if (!sender) return {errc::unknown_sender, "transaction.sender", height};
        if (sender->expelled) return {errc::expelled_sender, "transaction.sender", height};
        if (b.sequence <= sender->sequence) return {errc::repeated_sequence, "transaction.sequence", sender->sequence};
        if (b.release.has_value() != (b.state == state::released)) return {errc::not_empty, "transaction.release", height};
        if (b.enrolment.has_value() != (b.state == state::enrolled)) return {errc::not_empty, "transaction.enrolment", height};
        if (b.evidence && b.state != state::expelled) return {errc::not_empty, "transaction.evidence", height};
        return permitted(b, *sender);
    }

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

    /// Who may say this? One column a state.
    fault permitted(body_type const& b, member_type const& sender) const {
        auto const is = [&](member_role r) { return sender.role == r; };
        switch (b.state) {
        case state::released: return releasable(b, sender);
        case state::withdrawn: {
            auto const* r = releases_.find({b.model, b.ver});
            if (!r) return {errc::not_found, "withdrawn.ver", b.ver};
            if (r->release.body.verifier != b.verifier) return {errc::wrong_digest, "withdrawn.verifier", b.ver};
            if (!is(member_role::management) && r->release.body.publisher != b.sender) return {errc::not_permitted, "withdrawn.sender"};
            if (r->withdrawn) return {errc::duplicate, "withdrawn.ver", b.ver};
            return {};
        }
        case state::cached: {
            if (!is(member_role::gateway)) return {errc::not_permitted, "cached.sender"};
            auto const* r = releases_.find({b.model, b.ver});
            if (!r) return {errc::not_found, "cached.ver", b.ver};
            if (r->release.body.verifier != b.verifier) return {errc::wrong_digest, "cached.verifier", b.ver};
            return {};
        }
        case state::installed: {
            if (auto f = by_device(b, sender)) return f;
            auto const* r = releases_.find({b.model, b.ver});
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
            auto const* m = members_.find(b.recipient);
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
            if (m->role == member_role::signer && signers().size() == 1) return {errc::not_permitted, "expelled.recipient"};  // nobody could seal
            return {};
        }
        }
        return {errc::out_of_range, "transaction.state"};
    }

    /// Signers seal; a note key is whose genesis says, of those who keep the chain.
    bool may_be_guilty(body_type const& b, member_type const& accused) const {
        return std::holds_alternative<forked_tree>(*b.evidence) ? keeps_a_chain(accused.role) && note_owners_.owns(b.recipient) : accused.role == member_role::signer;
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
        if (r.chain_id != chain_id_) return {errc::wrong_chain, "release.chain_id"};
        if (!(r.model == b.model)) return {errc::wrong_model, "released.model"};
        if (r.version != b.ver) return {errc::out_of_range, "released.ver", b.ver};
        if (r.verifier != b.verifier) return {errc::wrong_digest, "released.verifier"};
        auto const* publisher = members_.find(r.publisher);
        if (!publisher || publisher->role != member_role::publisher) return {errc::unknown_sender, "release.publisher"};
        if (publisher->expelled) return {errc::expelled_sender, "release.publisher"};
        if (std::find(publisher->models.begin(), publisher->models.end(), r.model) == publisher->models.end())
            return {errc::wrong_model, "release.model"};  // many vendors, one framework: each releases its own
        if (r.check.status != 0) return {errc::check_failed, "release.check", r.check.status};
        if (r.size == 0 || r.size > limits::artifact) return {errc::out_of_range, "release.size", r.size};
        if (r.version == 0 || r.minimum_version > r.version) return {errc::out_of_range, "release.version", r.version};
        if (r.expires <= r.time) return {errc::expired, "release.expires", r.expires};
        if (auto const* versions = versions_.find(r.model); versions && r.version <= versions->back())
            return {errc::stale_version, "release.version", versions->back()};
        return {};
    }

    fault enrollable(body_type const& b, member_type const& sender) const {
        auto const& e = *b.enrolment;
        if (e.algorithm != scheme_of<P>::algorithm) return {errc::bad_key, "enrolment.algorithm", e.algorithm};
        if (id_of<P>(e.key) != b.recipient) return {errc::wrong_recipient, "enrolled.recipient"};
        // A member is enrolled again for a new credential, channel key or models. One key has one role; who was expelled stays out.
        auto const* known = members_.find(b.recipient);
        if (known && (known->expelled || known->role != e.role)) return {errc::duplicate, "enrolled.recipient"};
        bool const for_root = e.role == member_role::management;
        if (e.role == member_role::recovery) return {errc::not_permitted, "enrolment.role"};
        if (sender.role != (for_root ? member_role::recovery : member_role::management)) return {errc::not_permitted, "enrolled.sender"};
        if (e.role == member_role::device && e.models.size() != 1) return {errc::out_of_range, "enrolment.models", e.models.size()};
        if (e.role == member_role::publisher && e.models.empty()) return {errc::missing_field, "enrolment.models"};
        if (e.role == member_role::signer && !known && signers().size() >= limits::signers) return {errc::over_quota, "enrolment.role", signers().size()};
        return {};
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
