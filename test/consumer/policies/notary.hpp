#pragma once

#include <daicho/concept/consensus.hpp>
#include <daicho/concept/sealer.hpp>
#include <daicho/protocol.hpp>

/// An outsider's consensus: the first signer of genesis seals every block, and what it sealed is final at once.
namespace outsider {

template <class Scheme>
struct notary_proof {
    using signature_type = typename Scheme::signature_type;
    static constexpr daicho::schema::tag schema{0xf0, 1, "notary"};
    DAICHO_RECORD(notary_proof<Scheme>, (signature_type, signature));
    friend bool operator==(notary_proof const&, notary_proof const&) = default;
};

struct notary {
    template <class P>
    using proof = notary_proof<daicho::scheme_of<P>>;

    static constexpr std::string_view name = "one notary";

    template <class Sealed, class View>
    static daicho::fault check(Sealed const& sealed, View const& view) {
        using P = typename View::protocol_type;
        auto const& h = sealed.body;
        if (h.slot != 0 || h.vouches_after != 0 || h.target != 0) return {daicho::errc::not_empty, "block.slot", h.index};
        if (view.genesis().signers.empty()) return {daicho::errc::wrong_signer, "genesis.signers"};
        if (!daicho::verify<P>(view.genesis().signers[0], h, sealed.proof.signature))
            return {daicho::errc::bad_signature, "block.proof", h.index};
        return {};
    }
    template <class Sealed>
    static daicho::weight weigh(Sealed const&) {
        return 1;
    }
    static std::strong_ordering prefer(daicho::branch const& a, daicho::branch const& b) noexcept {
        if (a.weight != b.weight) return a.weight > b.weight ? std::strong_ordering::greater : std::strong_ordering::less;
        return b.head <=> a.head;
    }
    template <class View>
    static std::uint64_t final_height(View const& view) {
        return view.height();
    }
    template <class View>
    static daicho::fault prepare(daicho::header&, View const& view, daicho::node_id const& me) {
        using P = typename View::protocol_type;
        auto const& signers = view.genesis().signers;
        if (signers.empty() || daicho::id_of<P>(signers[0]) != me) return {daicho::errc::wrong_signer, "prepare"};
        return {};
    }
};

template <class P, class Signer>
class notary_sealer {
public:
    explicit notary_sealer(Signer signer) : signer_(std::move(signer)) {}
    daicho::result<notary_proof<daicho::scheme_of<P>>> seal(daicho::seal_job const& job, std::stop_token) {
        auto const signature = daicho::sign<P>(signer_, job.body);
        if (!signature) return signature.error();
        return notary_proof<daicho::scheme_of<P>>{*signature};
    }

private:
    Signer signer_;
};

} // namespace outsider
