#pragma once

#include <daicho/concept/light_client.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/record/bundle.hpp>

#include <algorithm>

namespace daicho::trust {

/// The highest block that a machine has seen under enough work: what it keeps of a ledger.
struct work_head {
    static constexpr schema::tag schema{0x82, 1, "work_head"};
    DAICHO_RECORD(work_head,
        (digest, hash),                     // of the block; unused at height 0, where the chain id stands for it
        (std::uint64_t, height),
        (std::uint64_t, weight_high),       // of all blocks since genesis
        (std::uint64_t, weight_low),
        (std::uint64_t, time));
    friend bool operator==(work_head const&, work_head const&) = default;

    daicho::weight weight() const noexcept { return {weight_high, weight_low}; }
    std::uint64_t reached() const noexcept { return height; }
};

/// A light_client of a ledger by proof of work (Nakamoto 2008, section 8): it believes a transaction under `final_depth` blocks that
/// continue its head, whose work anybody who deceives it would have to do. Reads header after header; never allocates, never throws.
template <class P>
class work_headers {
    using consensus = consensus_of<P>;
    static_assert(requires { typename consensus::target; }, "work_headers follow a chain by proof of work: docs/light-client.md");
    static_assert(consensus::retarget_type::step == 1, "work_headers follow a chain of a fixed target: what another asks depends on 64 headers (docs/light-client.md)");

public:
    using head_type = work_head;
    using evidence_type = work_evidence;
    using protocol_type = P;

    struct rules {
        std::uint32_t target = 0;           ///< genesis.target
        std::uint64_t final_depth = 0;      ///< genesis.final_depth
        static constexpr std::uint64_t time = 0, slot_seconds = 0;  // no fixed target asks for them
    };
    work_headers(digest const& chain_id, rules const& r) noexcept : chain_id_(chain_id), rules_(r) {}
    static work_headers of(digest const& chain_id, genesis_of<P> const& g) noexcept { return {chain_id, {g.target, g.final_depth}}; }

    /// Errors, in this order: decode faults; unlinked_block, wrong_index (a header that does not follow the one before); what the
    /// consensus refuses a header for; unlinked_block at `bundle.headers` (they do not pass through the head); out_of_range (the
    /// transaction's block is not among them); not_final (`at` counts the blocks above it); and of the inclusion proof out_of_range,
    /// wrong_size, wrong_root.
    result<head_type> follow(head_type const& head, digest const& leaf, evidence_type const& e) const {
        bool held = false;
        digest root{};
        auto const seen = walk(head, e.headers, [&](header const& h) {
            if (h.index != e.height) return;
            held = true;
            root = h.transactions_root;
        });
        if (!seen) return seen.error();
        if (!held) return fault{errc::out_of_range, "bundle.height", e.height};
        if (e.height > seen->final) return fault{errc::not_final, "bundle.height", seen->tip - e.height};
        if (auto f = ledger::verify_inclusion<hash_of<P>>({leaf, e.index, {e.inclusion.data(), e.inclusion.size()}}, e.leaves, root))
            return fault{f.code, "bundle.inclusion", f.at};
        return seen->kept;
    }

    /// The head after more headers, and no transaction: how who is far behind comes nearer, part by part, each worth its work. Errors:
    /// those of follow up to unlinked_block at `bundle.headers`; not_final (they move the head nowhere; `at` counts those behind it).
    result<head_type> advance(head_type const& head, byte_view headers) const {
        auto const seen = walk(head, headers, [](header const&) {});
        if (!seen) return seen.error();
        if (seen->kept.height <= head.height) return fault{errc::not_final, "bundle.headers", seen->tip - std::min(seen->tip, head.height)};
        return seen->kept;
    }

    // What the consensus asks of a view; a fixed target looks at the genesis only.
    rules const& genesis() const noexcept { return rules_; }
    std::uint64_t height() const noexcept { return 0; }
    std::uint64_t depth() const noexcept { return 0; }
    sealed_header_of<P> const& at(std::uint64_t distance) const;

private:
    struct walked {
        head_type kept;                     ///< the highest final block, from the head on
        std::uint64_t tip, final;
    };
    /// Reads header after header, each sealed and linked to the one before; they pass through the head. `each` sees every one.
    template <class Each>
    result<walked> walk(head_type const& head, byte_view headers, Each&& each) const {
        std::uint64_t count = 0;
        sealed_header_of<P> last{};
        if (auto f = for_each(headers, [&](auto const& sealed) { return ++count, last = sealed, fault{}; })) return f;
        if (count == 0) return fault{errc::missing_field, "bundle.headers"};
        std::uint64_t const tip = last.body.index, final = tip > rules_.final_depth ? tip - rules_.final_depth : 0;

        head_type here = head.height == 0 ? head_type{chain_id_, 0, 0, 0, head.time} : head, kept = here;
        bool first = true, passed = false;
        std::uint64_t next = 0;
        digest before{};
        fault const refused = for_each(headers, [&](sealed_header_of<P> const& sealed) -> fault {
            header const& h = sealed.body;
            if (!first && h.previous_hash != before) return {errc::unlinked_block, "header.previous_hash", h.index};
            if (!first && h.index != next) return {errc::wrong_index, "header.index", h.index};
            if (auto f = consensus::check(sealed, *this)) return f;
            before = digest_of<hash_of<P>>(sealed);
            next = h.index + 1;
            first = false;
            if (!passed && h.previous_hash == here.hash && h.index == here.height + 1) passed = true;
            if (passed) {
                auto const total = here.weight() + consensus::weigh(sealed);
                here = {before, h.index, total.high, total.low, here.time};
                if (h.index == final) kept = {before, h.index, total.high, total.low, std::max(head.time, passed_by(h.time))};
            }
            passed = passed || before == here.hash;
            each(h);
            return {};
        });
        if (refused) return refused;
        if (!passed) return fault{errc::unlinked_block, "bundle.headers", head.height};
        return walked{kept, tip, final};
    }

    /// A block's time may lie ahead of the world's by so much, and no more.
    static std::uint64_t passed_by(std::uint64_t time) noexcept { return time - std::min<std::uint64_t>(time, limits_of<P>::ahead); }

    template <class F>
    static fault for_each(byte_view headers, F&& f) {
        schema::cbor::reader r(headers);
        while (!r.at_end()) {
            sealed_header_of<P> sealed{};
            if (auto no = schema::field<sealed_header_of<P>>::get(r, sealed)) return no;
            if (auto no = f(sealed)) return no;
        }
        return {};
    }

    digest chain_id_;
    rules rules_;
};

} // namespace daicho::trust
