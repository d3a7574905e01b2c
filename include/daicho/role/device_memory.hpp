#pragma once

#include <daicho/protocol.hpp>
#include <daicho/record/message.hpp>
#include <daicho/trust/credential.hpp>
#include <daicho/update/device_state.hpp>

#include <algorithm>

namespace daicho {

/// What a device remembers over a power cut, in one cell, and whom it trusts by that: the management key of genesis, or the one that took
/// its place. What is changed here is kept once save() says ok. Never allocates, never throws.
template <class P, class Store>
class device_memory {
    using scheme = scheme_of<P>;

public:
    using state_type = update::device_state<scheme>;

    /// `pinned`: from genesis. The cell outlives it.
    device_memory(Store& cell, trust::anchor<P> const& pinned, std::uint64_t factory_version) noexcept : cell_(cell), trust_(pinned), factory_version_(factory_version) {}

    state_type const& state() const noexcept { return state_; }
    state_type const* operator->() const noexcept { return &state_; }
    state_type* operator->() noexcept { return &state_; }
    trust::anchor<P> const& trust() const noexcept { return trust_; }

    /// What the cell holds; false at the first start. Errors: the cell's; store_corrupt.
    result<bool> recall() {
        schema::buffer_for<state_type> buffer;
        auto kept = cell_.load(buffer);
        if (!kept) return kept.error();
        if (kept->empty()) {
            state_ = {};
            state_.version = factory_version_;
            return false;
        }
        if (auto f = schema::decode_into(*kept, state_)) return fault{errc::store_corrupt, "device state", f.at};
        if (state_.management) {
            trust_.management = *state_.management;
            trust_.rotation = state_.rotation;
        }
        return true;
    }
    /// Errors: the cell's.
    fault save() {
        schema::buffer_for<state_type> buffer;
        return cell_.save(*schema::encode_into(buffer, state_));
    }

    /// The recovery key has put another management key in office. Errors: those of trust::follow_rotation.
    fault follow(transaction_of<P> const& rotation) {
        auto followed = trust_;
        if (auto f = trust::follow_rotation<P>(followed, rotation)) return f;
        believe(followed);
        return {};
    }
    void believe(trust::anchor<P> const& followed) {
        trust_ = followed;
        state_.management = followed.management;
        state_.rotation = followed.rotation;
    }

    /// Time is the larger of the durable floor and what the management key says about our own nonce. Errors: wrong_chain, replayed, bad_signature.
    fault take_time(signed_time<scheme> const& t, nonce128 const& nonce) {
        if (t.body.chain_id != trust_.chain_id) return {errc::wrong_chain, "time.chain_id"};
        if (t.body.nonce != nonce) return {errc::replayed, "time.nonce"};
        if (!verify<P>(trust_.management, t.body, t.signature)) return {errc::bad_signature, "time.signature"};
        state_.time_floor = std::max(state_.time_floor, t.body.time);
        return {};
    }
    /// What a bundle tells besides: who is in office, and what time has passed.
    template <class Admitted>
    void learn(Admitted const& in) {
        if (in.trust.rotation != 0) believe(in.trust);
        state_.time_floor = std::max<std::uint64_t>(state_.time_floor, in.head.time);
    }

private:
    Store& cell_;
    trust::anchor<P> trust_;
    std::uint64_t factory_version_;
    state_type state_{};
};

} // namespace daicho
