#pragma once

#include <daicho/concept/sealer.hpp>
#include <daicho/concept/consensus.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <vector>

namespace daicho {

/// The slot owner's signature over the header.
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
/// slot is skipped. A block is final when more than half of the signers sealed later ones.
struct authority {
    template <class P>
    using proof = authority_proof<scheme_of<P>>;

    static constexpr std::string_view name = "authority";

    template <class Sealed, class View>
    static fault check(Sealed const& sealed, View const& view) {
        using P = typename View::protocol_type;
        header const& h = sealed.body;
        if (h.target != 0) return {errc::not_empty, "block.target", h.index};
        if (auto f = check_slot(h, view)) return f;
        auto const* owner = owner_of(h.slot, view);
        if (!owner || *owner != sealed.proof.signer) return {errc::wrong_signer, "block.proof.signer", h.slot};
        auto const* member = view.members().active(*owner);
        if (!member || !verify<P>(member->key, h, sealed.proof.signature)) return {errc::bad_signature, "block.proof", h.index};
        return {};
    }

    template <class Sealed>
    static weight weigh(Sealed const&) {
        return 1;
    }

    /// What more signers stand behind for good comes first, then the longer, then the lower head.
    static std::strong_ordering prefer(branch const& a, branch const& b) noexcept {
        if (auto c = a.final_height <=> b.final_height; c != 0) return c;
        if (a.weight != b.weight) return a.weight > b.weight ? std::strong_ordering::greater : std::strong_ordering::less;
        return b.head <=> a.head;
    }

    template <class View>
    static std::uint64_t final_height(View const& view) {
        std::size_t const needed = view.signers().size() / 2 + 1;
        std::vector<node_id> seen;
        for (std::uint64_t d = 0; d < view.depth(); ++d) {
            auto const& signer = view.at(d).proof.signer;
            if (std::find(seen.begin(), seen.end(), signer) == seen.end()) seen.push_back(signer);
            if (seen.size() >= needed) return view.height() - d - 1;
        }
        return 0;
    }

    template <class View>
    static fault prepare(header& h, View const& view, node_id const& me) {
        h.slot = h.time / view.genesis().slot_seconds;
        if (auto f = check_slot(h, view)) return f;
        auto const* owner = owner_of(h.slot, view);
        if (!owner || *owner != me) return {errc::wrong_signer, "slot", h.slot};
        return {};
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
    static node_id const* owner_of(std::uint64_t slot, View const& view) {
        auto const& signers = view.signers();
        return signers.empty() ? nullptr : &signers[std::size_t(slot % signers.size())];
    }
};

/// Signs headers. Whoever uses it keeps (slot, hash) durably first, so that a crash never makes it sign a second header
/// for one slot: role::ledger_node does.
template <class P, class Signer>
class authority_sealer {
public:
    explicit authority_sealer(Signer signer) : signer_(std::move(signer)) {}

    result<authority_proof<scheme_of<P>>> seal(seal_job const& job, std::stop_token) {
        auto signature = sign<P>(signer_, job.body);
        if (!signature) return signature.error();
        return authority_proof<scheme_of<P>>{id_of<P>(signer_.public_key()), *signature};
    }

private:
    Signer signer_;
};

} // namespace daicho
