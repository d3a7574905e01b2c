#pragma once

#include <daicho/protocol.hpp>
#include <daicho/tlog/checkpoint.hpp>
#include <daicho/tlog/note_key.hpp>

namespace daicho::ledger {

/// What the note key of `member` signs, so that a genesis may say whose it is.
template <class P>
note_claim claim_of_note_key(genesis_of<P> draft, node_id const& member) {
    draft.watch.owners = {};
    return {digest_of<hash_of<P>>(draft), member};
}

/// Of a Protocol whose machines verify no notes: nobody's.
template <class P, class Ed25519 = tlog::note_scheme_in<P>>
class note_owners {
public:
    explicit note_owners(genesis_of<P> const&) {}
    fault refused() const noexcept { return {}; }
    bool owns(node_id const&) const noexcept { return false; }
    node_id const* owner(std::size_t) const noexcept { return nullptr; }
    fault check(node_id const&, forked_tree const&) const { return {errc::unknown_sender, "evidence"}; }
};

/// Whose the log's note keys are, as a genesis says and the keys themselves have signed: who is expelled for two trees of one size
/// (docs/adr/0039-a-note-key-has-an-owner.md). One key is one member's, and a member has one; an entry that breaks that or whose proof is
/// bad binds nobody, on every machine alike.
template <class P, tlog::note_scheme Ed25519>
class note_owners<P, Ed25519> {
public:
    explicit note_owners(genesis_of<P> const& g) {
        auto const& w = g.watch;
        if (!w.logs.empty()) origin_ = w.logs[0].name;
        for (std::size_t i = 0; i != w.owners.size(); ++i) {
            auto const f = admit(g, w.owners[i]);
            if (f && !refused_) refused_ = {f.code, f.where, i};
        }
    }

    /// Of the first entry that binds nobody: out_of_range (no key of the log), duplicate (a key or a member that stood there before),
    /// bad_signature. Who founds a chain asks.
    fault refused() const noexcept { return refused_; }

    bool owns(node_id const& member) const noexcept { return find(member) != nullptr; }
    /// Of the log's key i; none: nobody's.
    node_id const* owner(std::size_t i) const noexcept {
        for (auto& b : bound_)
            if (b.log == i) return &b.member;
        return nullptr;
    }

    /// Does that convict this member? Errors: unknown_sender (no note key is its), duplicate (one root), non_canonical (the higher root first), bad_signature.
    fault check(node_id const& member, forked_tree const& e) const {
        auto const* b = find(member);
        if (!b) return {errc::unknown_sender, "evidence"};
        if (e.first == e.second) return {errc::duplicate, "evidence.second", e.size};
        if (e.second < e.first) return {errc::non_canonical, "evidence.second", e.size};
        if (!signed_by(*b, e.size, e.first, e.first_signature)) return {errc::bad_signature, "evidence.first_signature", e.size};
        if (!signed_by(*b, e.size, e.second, e.second_signature)) return {errc::bad_signature, "evidence.second_signature", e.size};
        return {};
    }

private:
    struct binding {
        std::size_t log = 0;
        node_id member{};
        note_signer::key_type key{};
    };

    fault admit(genesis_of<P> const& g, log_owner const& o) {
        if (o.log >= g.watch.logs.size()) return {errc::out_of_range, "genesis.watch.owners"};
        auto const& key = g.watch.logs[o.log].key;
        for (auto& b : bound_)
            if (b.key == key || b.member == o.member) return {errc::duplicate, "genesis.watch.owners"};
        if (!Ed25519::verify(key, encode(claim_of_note_key<P>(g, o.member)), o.proof)) return {errc::bad_signature, "genesis.watch.owners"};
        bound_.push_back({o.log, o.member, key});
        return {};
    }
    binding const* find(node_id const& member) const noexcept {
        for (auto& b : bound_)
            if (b.member == member) return &b;
        return nullptr;
    }
    bool signed_by(binding const& b, std::uint64_t size, digest const& root, forked_tree::signature_type const& signature) const {
        return Ed25519::verify(b.key, as_bytes(tlog::checkpoint{.origin = origin_.view(), .size = size, .root = root, .extensions = {}}.text()), signature);
    }

    note_signer::name_type origin_;
    inline_list<binding, limits::log_keys> bound_;
    fault refused_;
};

} // namespace daicho::ledger
