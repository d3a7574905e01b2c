#pragma once

#include <daicho/role/platform.hpp>
#include <daicho/role/reply.hpp>
#include <daicho/trust/bundle_gate.hpp>
#include <daicho/update/device_state.hpp>

namespace daicho {

/// What a device asks for before it believes that an offered release is in the ledger. Its Platform decides: one that names no
/// `light_client` demands nothing, and this takes no room.
template <class P, class Platform>
struct demanded_proof {
    static constexpr bool demanded = false;
    static constexpr std::size_t request_size = 0, reply_size = 0;

    fault recall() const noexcept { return {}; }
};

/// One that does follows the ledger: it shows the gateway how far, and takes a bundle that continues it. Never allocates, never throws.
template <class P, class Platform>
    requires follows_ledger<Platform>
class demanded_proof<P, Platform> {
    using client_type = light_client_of<Platform>;

public:
    using gate_type = trust::bundle_gate<P, client_type, state_store_of<Platform>>;
    using admitted_type = trust::admitted<P, client_type>;
    static constexpr bool demanded = true;
    static constexpr std::size_t request_size = schema::max_encoded<bundle_request>, reply_size = gate_type::bundle_size;

    /// From the gate, which outlives it.
    demanded_proof(gate_type& gate) noexcept : gate_(&gate) {}
    template <class Forgotten = P>
    demanded_proof() {
        static_assert(!sizeof(Forgotten), "a device whose Platform names a light_client is made with its gate, .ledger = gate: docs/light-client.md");
    }

    /// What was kept before a reset. Errors: the cell's; store_corrupt.
    fault recall() { return gate_->recall(); }

    void demand(update::wanted_image const& offered) noexcept { offered_ = offered; }
    update::wanted_image const& offered() const noexcept { return offered_; }
    result<byte_view> ask(byte_span out) const { return schema::encode_into(out, bundle_request{offered_.verifier, gate_->head().reached()}); }

    /// Decides about the gateway's reply; nothing is kept yet. Errors: what the gateway refuses with, those of bundle_gate::judge, and
    /// wrong_digest (a good bundle of another release than the one that was offered).
    result<admitted_type> judge(trust::anchor<P> const& a, byte_view reply, trust::running_image const& runs, std::uint64_t now) const {
        auto in = gate_->judge(a, reply, runs, now);
        if (!in) return refused_or(in.error(), reply, "the gateway refused");
        if (!(update::wanted_image{in->body.version, in->body.size, in->body.verifier} == offered_)) return fault{errc::wrong_digest, "bundle.release", in->body.version};
        return in;
    }

    /// Where headers are the proof, the gateway may send some that come before the bundle: then it is asked again. False for another reply.
    /// Errors: those of bundle_gate::advance; each part leads on, so that no gateway keeps a device reading without work.
    result<bool> read_part([[maybe_unused]] byte_view reply) {
        if constexpr (gate_type::reads_parts) {
            auto const f = gate_->advance(reply);
            if (f == errc::wrong_schema) return false;
            if (f) return f;
            return true;
        } else {
            return false;
        }
    }

    /// Durable before anything is done with the release: a crash between the two costs a second look. Errors: the cell's.
    fault keep(admitted_type const& in) { return gate_->keep(in.head); }

private:
    gate_type* gate_ = nullptr;
    update::wanted_image offered_{};
};

} // namespace daicho
