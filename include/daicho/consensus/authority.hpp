#pragma once

#include <daicho/concept/consensus.hpp>
#include <daicho/concept/sealer.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace daicho {

/// The slot owner's signature over a seal_statement.
template <class Scheme>
struct authority_proof {
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x39, 1, "authority"};
    DAICHO_RECORD(authority_proof<Scheme>,
        (node_id, signer),
        (signature_type, signature));
    friend bool operator==(authority_proof const&, authority_proof const&) = default;
};

/// Authority in time slots: time is cut into slots of `genesis.slot_seconds`, slot s belongs to signer s mod n, a missed
/// slot is skipped.
///
/// Sealing a block vouches for it and its ancestors, but only for those of later slots than the last one that the signer
/// sealed in another branch (`vouches_after`): nobody stands behind two branches for the same slots. A block is vouched for
/// once more than half of the signers vouch for it, and final once more than half of the signers did so in blocks whose
/// branch was already vouched for up to it. The branch vouched for up to the latest slot is preferred, so no signer leaves it
/// for an older one; two conflicting blocks are then never both final, however messages are lost, late or out of order,
/// as long as signers are honest (docs/adr/0009-finality-of-authority.md).
struct authority {
    template <class P>
    using proof = authority_proof<scheme_of<P>>;

    static constexpr std::string_view name = "authority";

    template <class Sealed, class View>
    static fault check(Sealed const& sealed, View const& view) {
        using P = typename View::protocol_type;
        return check(sealed, view, [](auto& key, auto& what, auto& signature, fault const& if_bad) { return verify<P>(key, what, signature) ? fault{} : if_bad; });
    }

    /// As check, with the owner's signature left to `claim(key, statement, signature, if_bad) -> fault`.
    template <class Sealed, class View, class Claim>
    static fault check(Sealed const& sealed, View const& view, Claim&& claim) {
        header const& h = sealed.body;
        if (h.target != 0) return {errc::not_empty, "block.target", h.index};
        if (auto f = check_slot(h, view)) return f;
        if (h.vouches_after >= h.slot) return {errc::wrong_slot, "block.vouches_after", h.vouches_after};
        auto const* owner = owner_of(h.slot, view);
        if (!owner || *owner != sealed.proof.signer) return {errc::wrong_signer, "block.proof.signer", h.slot};
        auto const* member = view.members().active(*owner);
        fault const refused{errc::bad_signature, "block.proof", h.index};
        if (!member) return refused;
        auto const statement = statement_of<typename View::protocol_type>(h, view.chain_id());
        return claim(member->key, statement, sealed.proof.signature, refused);
    }

    template <class Sealed>
    static weight weigh(Sealed const&) {
        return 1;
    }

    /// The one that more than half of the signers vouch for up to a later slot, then the longer, then the lower head.
    static std::strong_ordering prefer(branch const& a, branch const& b) noexcept {
        if (auto c = a.vouched <=> b.vouched; c != 0) return c;
        if (a.weight != b.weight) return a.weight > b.weight ? std::strong_ordering::greater : std::strong_ordering::less;
        return b.head <=> a.head;
    }

    /// The latest slot whose block more than half of the signers vouch for.
    template <class View>
    static std::uint64_t vouched(View const& view, std::uint64_t before) {
        auto const& signers = view.signers();
        constexpr auto nobody = ~std::uint64_t(0);
        std::vector<std::uint64_t> after(signers.size(), nobody);
        for (std::uint64_t d = 0; d < view.depth(); ++d) {
            auto const& vote = view.at(d);
            if (vote.body.slot <= before) break;
            auto const who = position(signers, vote.proof.signer);
            if (who == signers.size()) continue;  // expelled since
            after[who] = std::min(after[who], vote.body.vouches_after);
            if (more_than_half(signers, [&](std::size_t s) { return after[s] < vote.body.slot; })) return vote.body.slot;
        }
        return before;
    }

    template <class View>
    static std::uint64_t final_height(View const& view) {
        auto const& signers = view.signers();
        struct vote {
            std::uint64_t after, up_to;  // stands behind blocks of slots in (after, up_to]
        };
        std::vector<std::vector<vote>> votes(signers.size());
        for (std::uint64_t d = 0; d < view.depth(); ++d) {
            auto const& sealed = view.at(d);
            auto const slot = sealed.body.slot;
            auto const who = position(signers, sealed.proof.signer);
            if (who == signers.size()) continue;
            auto& own = votes[who];  // newest first: the first of each `after` reaches highest
            if (own.empty() || own.back().after != sealed.body.vouches_after) own.push_back({sealed.body.vouches_after, view.vouched(d)});
            auto const stands = [&](std::size_t s) {
                return std::any_of(votes[s].begin(), votes[s].end(), [&](vote v) { return v.after < slot && slot <= v.up_to; });
            };
            if (more_than_half(signers, stands)) return view.height() - d;
        }
        return 0;
    }

    template <class View>
    static fault prepare(header& h, View const& view, node_id const& me) {
        if (view.genesis().slot_seconds == 0) return {errc::wrong_slot, "genesis.slot_seconds"};
        h.slot = h.time / view.genesis().slot_seconds;
        if (auto f = check_slot(h, view)) return f;
        auto const* owner = owner_of(h.slot, view);
        if (!owner || *owner != me) return {errc::wrong_signer, "slot", h.slot};
        if (h.slot <= view.sealed_slot()) return {errc::wrong_slot, "slot", h.slot};
        h.vouches_after = vouches_after(h.slot, view, me);
        return {};
    }

    template <class P>
    static seal_statement statement_of(header const& h, digest const& chain_id) {
        return {chain_id, h.slot, digest_of<hash_of<P>>(h)};
    }

    /// What a sealed header proves against its signer, when a block of this chain that is still seen has another of the same slot.
    template <class Sealed, class View>
    static auto equivocation(Sealed const& sealed, View const& view) {
        using P = typename View::protocol_type;
        using found = daicho::equivocation<scheme_of<P>>;
        auto const& h = sealed.body;
        for (std::uint64_t d = 0; d < view.depth(); ++d) {
            auto const& ours = view.at(d);
            if (ours.body.slot < h.slot) break;
            if (ours.body.slot != h.slot || ours.proof.signer != sealed.proof.signer || ours.body == h) continue;
            auto const* member = view.members().active(sealed.proof.signer);
            auto const theirs = statement_of<P>(h, view.chain_id());
            if (!member || !verify<P>(member->key, theirs, sealed.proof.signature)) break;
            auto const mine = statement_of<P>(ours.body, view.chain_id());
            found e{h.slot, mine.header, ours.proof.signature, theirs.header, sealed.proof.signature};
            if (e.second < e.first) e = {h.slot, e.second, e.second_signature, e.first, e.first_signature};
            return std::optional<found>(e);
        }
        return std::optional<found>();
    }

private:
    template <class View>
    static fault check_slot(header const& h, View const& view) {
        if (view.genesis().slot_seconds == 0 || h.slot != h.time / view.genesis().slot_seconds)
            return {errc::wrong_slot, "block.slot", h.slot};
        if (view.depth() != 0 && h.slot <= view.at(0).body.slot) return {errc::wrong_slot, "block.slot", h.slot};
        return {};
    }

    template <class View>
    static std::uint64_t vouches_after(std::uint64_t slot, View const& view, node_id const& me) {
        auto const last = view.sealed_slot();
        for (std::uint64_t d = 0; d < view.depth(); ++d) {
            auto const& mine = view.at(d);
            if (mine.proof.signer != me) continue;
            if (mine.body.slot == last) return mine.body.vouches_after;  // never left this branch since
            if (mine.body.slot > last) return slot - 1;  // the memory of what it sealed is lost: vouch for nothing older
            break;
        }
        return last;
    }

    template <class View>
    static node_id const* owner_of(std::uint64_t slot, View const& view) {
        auto const& signers = view.signers();
        return signers.empty() ? nullptr : &signers[std::size_t(slot % signers.size())];
    }
    static std::size_t position(std::vector<node_id> const& signers, node_id const& id) {
        return std::size_t(std::find(signers.begin(), signers.end(), id) - signers.begin());
    }
    template <class Test>
    static bool more_than_half(std::vector<node_id> const& signers, Test test) {
        std::size_t n = 0;
        for (std::size_t s = 0; s != signers.size(); ++s) n += test(s) ? 1u : 0u;
        return 2 * n > signers.size();
    }
};

/// Signs headers. Whoever uses it keeps (slot, hash) durably first, so that a crash never makes it sign a second header
/// for one slot: role::ledger_node does.
template <class P, class Signer>
class authority_sealer {
public:
    explicit authority_sealer(Signer signer) : signer_(std::move(signer)) {}

    result<authority_proof<scheme_of<P>>> seal(seal_job const& job, std::stop_token) {
        auto signature = sign<P>(signer_, authority::statement_of<P>(job.body, job.chain_id));
        if (!signature) return signature.error();
        return authority_proof<scheme_of<P>>{id_of<P>(signer_.public_key()), *signature};
    }

private:
    Signer signer_;
};

} // namespace daicho
