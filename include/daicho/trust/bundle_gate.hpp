#pragma once

#include <daicho/concept/state_store.hpp>
#include <daicho/record/forked_log.hpp>
#include <daicho/trust/bundle.hpp>

namespace daicho::trust {

/// Lets a release in when a bundle shows that it is authentic and in the ledger that this machine follows, and remembers how far
/// that has come in a cell of its own: the ledger never goes back here, not even over a power cut. Never allocates, never throws.
template <class P, class C, class S>
class bundle_gate {
    static_assert(light_client<C>, "C must be a light_client: docs/concepts/light_client.md");
    static_assert(state_store<S>, "S must be a state_store: docs/concepts/state_store.md");

public:
    using head_type = typename C::head_type;
    using bundle_type = bundle_of<P, C>;
    static constexpr bool reads_parts = requires(C const& c, head_type const& h, byte_view part) { c.advance(h, part); };
    static constexpr std::size_t bundle_size = schema::max_encoded<bundle_type>;  ///< the longest there is

    bundle_gate(C client, S& cell) : client_(std::move(client)), cell_(cell) {}

    /// What it knew before. Errors: the cell's; store_corrupt.
    fault recall() {
        schema::buffer_for<head_type> buffer;
        auto const kept = cell_.load(buffer);
        if (!kept) return kept.error();
        head_ = {};
        if (kept->empty()) return {};
        if (auto f = schema::decode_into(*kept, head_)) return {errc::store_corrupt, "ledger head", f.at};
        return {};
    }
    head_type const& head() const noexcept { return head_; }

    /// Decides, with the head as the last recall() or keep() left it. Nothing is kept yet. Errors: decode faults, those of check_bundle.
    result<admitted<P, C>> judge(anchor<P> const& a, byte_view bytes, running_image const& runs, std::uint64_t now) const {
        bundle_type b{};
        if (auto f = schema::decode_into(bytes, b)) return f;
        return check_bundle<P>(a, client_, head_, b, runs, now);
    }

    /// From now on, and over a power cut: to be called before anything is done with what was admitted. Errors: the cell's.
    fault keep(head_type const& next) {
        if (next == head_) return {};
        schema::buffer_for<head_type> buffer;
        if (auto f = cell_.save(*schema::encode_into(buffer, next))) return f;
        head_ = next;
        return {};
    }

    /// Takes in headers of which none is about a release, and keeps how far they lead. For a client that reads them in parts. Errors:
    /// decode faults, those of C::advance, the cell's.
    fault advance(byte_view bytes)
        requires reads_parts
    {
        headers_first more{};
        if (auto f = schema::decode_into(bytes, more)) return f;
        auto const next = client_.advance(head_, more.headers);
        return next ? keep(*next) : next.error();
    }

    /// Believes no more, from now on and over a power cut, whom a forked_log convicts. For a client that believes witnesses. Errors: decode
    /// faults, those of C::convict, the cell's.
    fault convict(byte_view bytes)
        requires requires(C const& c, head_type const& h, forked_log const& e) { c.convict(h, e); }
    {
        forked_log e{};
        if (auto f = schema::decode_into(bytes, e)) return f;
        auto const next = client_.convict(head_, e);
        return next ? keep(*next) : next.error();
    }

    /// Decides, and keeps the new head before it says yes. Errors: those of judge and keep.
    result<admitted<P, C>> admit(anchor<P> const& a, byte_view bytes, running_image const& runs, std::uint64_t now) {
        auto out = judge(a, bytes, runs, now);
        if (!out) return out;
        if (auto f = keep(out->head)) return f;
        return out;
    }

private:
    C client_;
    S& cell_;
    head_type head_{};
};

} // namespace daicho::trust
