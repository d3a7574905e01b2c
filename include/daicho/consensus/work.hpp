#pragma once

#include <daicho/concept/sealer.hpp>
#include <daicho/consensus/fixed_target.hpp>
#include <daicho/consensus/target.hpp>
#include <daicho/consensus/work_preimage.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/protocol.hpp>

namespace daicho {

/// The result of mining (paper table 2, "proof").
struct work_proof {
    static constexpr schema::tag schema{0x38, 1, "work"};
    DAICHO_RECORD(work_proof, (std::uint64_t, nonce));
    friend bool operator==(work_proof const&, work_proof const&) = default;
};

/// Proof of work, heaviest chain (paper 3.2; Nakamoto 2008, sections 4 and 11). A block is final under
/// `genesis.final_depth` others. `Digest` hashes the preimage: double_sha256 or single_sha256. `Retarget` says how hard the next
/// block is (docs/concepts/retarget.md): fixed_target or weighted_retarget<>.
template <class Target = little_endian_target, class Digest = double_sha256, class Retarget = fixed_target>
struct proof_of_work {
    using target = Target;
    using digest_type = Digest;
    using retarget_type = Retarget;
    template <class P>
    using proof = work_proof;

    static constexpr std::string_view name = "proof of work";

    template <class Sealed, class View>
    static fault check(Sealed const& sealed, View const& view) {
        header const& h = sealed.body;
        if (h.slot != 0) return {errc::not_empty, "block.slot", h.index};
        if (h.vouches_after != 0) return {errc::not_empty, "block.vouches_after", h.index};
        auto const wanted = next_target(view);
        if (!wanted) return wanted.error();
        if (h.target != *wanted) return {errc::wrong_target, "block.target", h.index};
        if (!Target::reached(seal_digest(sealed, view), h.target))
            return {errc::insufficient_work, "block.proof", h.index};
        return {};
    }

    /// What has to reach the target, whatever the chain is. `of_header`: the digest of its canonical bytes, by H.
    template <hash_function H, class Sealed>
    static digest seal_digest(Sealed const& sealed, digest const& of_header) {
        auto const p = work_preimage_of(of_header, sealed.body, sealed.proof.nonce);
        if constexpr (requires { Digest::template of<work_hash<H>>(p); }) return Digest::template of<work_hash<H>>(p);
        else return Digest::of(p);
    }
    using seal_digest_by = proof_of_work;

    template <class Sealed>
    static weight weigh(Sealed const& sealed) {
        return Target::valid(sealed.body.target) ? Target::work(sealed.body.target) : 0;
    }

    /// Heaviest; of equals, the lower head. Where a branch counts as final plays no part: work is what counts.
    static std::strong_ordering prefer(branch const& a, branch const& b) noexcept {
        if (a.weight != b.weight) return a.weight > b.weight ? std::strong_ordering::greater : std::strong_ordering::less;
        return b.head <=> a.head;
    }

    template <class View>
    static std::uint64_t final_height(View const& view) {
        auto const depth = view.genesis().final_depth;
        return view.height() > depth ? view.height() - depth : 0;
    }

    template <class View>
    static fault prepare(header& h, View const& view, node_id const&) {
        auto const wanted = next_target(view);
        if (!wanted) return wanted.error();
        h.target = *wanted;
        return {};
    }

    /// What the block after the view's tip has to reach. Errors: the retarget's; wrong_target when it is none.
    template <class View>
    static result<std::uint32_t> next_target(View const& view) {
        static_assert(retarget<Retarget, Target, View>, "Retarget of proof_of_work must be a retarget: docs/concepts/retarget.md");
        auto next = Retarget::template next<Target>(view);
        if (next && !Target::valid(*next)) return fault{errc::wrong_target, view.height() == 0 ? "genesis.target" : "block.target", *next};
        return next;
    }

private:
    template <class Sealed, class View>
    static digest seal_digest(Sealed const& sealed, View const& view) {
        using hash = typename View::protocol_type::hash;
        if constexpr (requires { view.template seal_digest<proof_of_work>(sealed); })  // another thread may have found it
            if (auto const* known = view.template seal_digest<proof_of_work>(sealed)) return *known;
        return seal_digest<hash>(sealed, digest_of<hash>(sealed.body));
    }
};

/// Tries nonces one by one with the portable hash, the fixed first block hashed once.
struct portable_search {
    static constexpr std::string_view name = "portable";

    /// The first nonce in [first, first + count) that reaches the target.
    template <class Target, class Digest = double_sha256>
    static constexpr std::optional<std::uint64_t> search(work_preimage p, std::uint32_t target, std::uint64_t first, std::uint64_t count) noexcept {
        sha256 midstate;
        midstate.update(byte_view(p).first(64));
        for (std::uint64_t i = 0; i != count; ++i) {
            std::uint64_t const nonce = first + i;
            store_be64(p.data() + 72, nonce);
            sha256 h = midstate;
            h.update(byte_view(p).subspan(64));
            digest found = h.finish();
            if constexpr (Digest::twice) {
                h.update(found);
                found = h.finish();
            }
            if (Target::reached(found, target)) return nonce;
        }
        return std::nullopt;
    }
};

/// Mines: searches slice by slice, so that a stop is heard within milliseconds.
template <class P, class Search = portable_search>
class work_sealer {
public:
    static constexpr std::uint64_t slice = 16384;  ///< nonces between two looks at the stop token

    explicit work_sealer(std::uint64_t first_nonce = 0) : first_(first_nonce) {}

    result<work_proof> seal(seal_job const& job, std::stop_token stop) {
        auto const p = work_preimage_of(digest_of<hash_of<P>>(job.body), job.body);
        for (std::uint64_t nonce = first_;; nonce += slice) {
            if (stop.stop_requested()) return fault{errc::busy, "seal.stopped", nonce};
            tried_ += slice;
            if (auto found = Search::template search<typename consensus_of<P>::target, typename consensus_of<P>::digest_type>(p, job.body.target, nonce, slice))
                return work_proof{*found};
        }
    }

    std::uint64_t tried() const noexcept { return tried_; }

private:
    std::uint64_t first_;
    std::uint64_t tried_ = 0;
};

} // namespace daicho
