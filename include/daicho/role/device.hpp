#pragma once

#include <daicho/role/demanded_proof.hpp>
#include <daicho/role/device_memory.hpp>
#include <daicho/role/device_messages.hpp>
#include <daicho/role/reply.hpp>
#include <daicho/role/slot_transfer.hpp>
#include <daicho/trust/release_rule.hpp>
#include <daicho/update/outcome.hpp>

#include <algorithm>

namespace daicho {

/// An IoT device (paper 2.3): asks its gateway at start, fetches what is newer, verifies it in the slot that does not run,
/// and reports only what a confirmed boot has shown. No heap, no exceptions, no clock: it compiles for a microcontroller.
///
/// A machine: poll() says what to send next, feed() takes the reply; update_once() loops it over a blocking link.
/// Platform supplies: image_store, state_store, link, signer, entropy, and `chunk`, the bytes of an image it asks for at once. One that
/// names a `light_client` as well installs nothing that its gateway cannot show to be in the ledger (docs/light-client.md).
template <class P, class Platform>
class device {
    static_assert(checked_protocol<P>);
    using image_store_type = image_store_of<Platform>;
    using state_store_type = state_store_of<Platform>;
    using link_type = link_of<Platform>;
    using signer_type = signer_of<P, Platform>;
    using entropy_type = entropy_of<Platform>;
    using messages_type = device_messages<P, state_store_type, signer_type, entropy_type>;

public:
    using scheme = scheme_of<P>;
    using state_type = update::device_state<scheme>;
    using proof_type = demanded_proof<P, Platform>;

    static constexpr std::size_t chunk_size = Platform::chunk;
    static_assert(chunk_size > 0 && chunk_size <= limits::chunk, "Platform::chunk lies between 1 and limits::chunk");
    static constexpr std::size_t request_size = std::max(messages_type::longest, proof_type::request_size);
    static constexpr std::size_t reply_size = std::max({schema::max_encoded<version_answer<scheme>>, chunk_size + 32,
                                                        schema::max_encoded<enrolled_answer<scheme>>, proof_type::reply_size});

    struct parts {
        model_name model;
        trust::anchor<P> trust;                ///< from the genesis this device pins
        std::uint64_t factory_version = 0;     ///< of the image it left the factory with
        image_store_type& images;
        state_store_type& state;
        link_type& uplink;
        signer_type& key;
        entropy_type& random;
        bool reports_unchanged = true;         ///< policy: tell the ledger about every look, or only about changes
        proof_type ledger = {};                ///< of a Platform with a light_client: its gate, and there is no default
    };

    explicit device(parts const& p)
        : images_(p.images), uplink_(p.uplink), ledger_(p.ledger), kept_(p.state, p.trust, p.factory_version), slot_(p.images), messages_(p.model, p.key, p.random),
          reports_unchanged_(p.reports_unchanged) {}

    node_id const& id() const noexcept { return messages_.id(); }
    state_type const& remembered() const noexcept { return kept_.state(); }
    /// Under what it checks whatever it is shown, the credential of its gateway too.
    trust::anchor<P> const& anchor() const noexcept { return kept_.trust(); }
    /// Bytes of the wanted image that are in the slot, and its size: for a progress bar.
    std::uint64_t received() const noexcept { return slot_.offset(); }
    std::uint64_t expected() const noexcept { return kept_->wanted.size; }

    /// Looks for an update once, over the link. A device calls it when it starts (paper 2.3), and after each reboot.
    /// Errors: those of the link, and why an offered release was refused (which it then has reported as `failed`).
    result<update::outcome> update_once() {
        return update_once([](std::uint64_t, std::uint64_t) {});
    }
    template <class Progress>
    result<update::outcome> update_once(Progress&& progress) {
        restart();
        std::array<byte, request_size> out;
        std::array<byte, reply_size> in;
        for (;;) {
            auto request = poll(out);
            if (!request) return request.error();
            if (request->empty()) break;
            auto reply = uplink_.exchange(*request, in);
            if (!reply) return reply.error();
            if (auto f = feed(*reply)) return f;
            if (step_ == step::fetch) progress(slot_.offset(), kept_->wanted.size);
        }
        if (refused_) return refused_;
        return outcome_;
    }

    /// Installs what a bundle brings, with no network at all (docs/light-client.md): `gate`, a trust::bundle_gate, decides under the
    /// genesis and the ledger as this device last saw it; `read(offset, out) -> fault` gives the image, which is checked in the slot like
    /// any other. The outcome is reported at the next look. What the gate refuses leaves everything as it was.
    /// Errors: the gate's, those of `read`, boot_failed (this image failed here before), and why the image was refused.
    template <class Gate, class Read>
    result<update::outcome> install_from(Gate& gate, byte_view bundle, Read&& read) {
        restart();
        if (auto f = look()) return f;
        if (step_ == step::done) return outcome_;  // on trial, or marked: it boots first
        if (auto f = gate.recall()) return f;
        auto const in = gate.admit(kept_.trust(), bundle, running(), kept_->time_floor);
        if (!in) return in.error();
        if (in->runs_already) return outcome_;
        if (in->body.verifier == kept_->bad) return fault{errc::boot_failed, "bundle.release", in->body.version};
        kept_.learn(*in);
        kept_->gateway = in->body.publisher;  // who served it, as far as anybody knows
        if (auto f = begin({in->body.version, in->body.size, in->body.verifier})) return f;
        std::array<byte, chunk_size> piece;
        while (step_ == step::fetch) {
            auto const part = byte_span(piece).first(std::size_t(std::min<std::uint64_t>(chunk_size, kept_->wanted.size - slot_.offset())));
            if (auto f = read(slot_.offset(), part)) return f;
            if (auto f = slot_.take(part)) return f;
            if (slot_.filled(kept_->wanted))
                if (auto f = complete()) return f;
        }
        if (refused_) return refused_;
        return outcome_;
    }

    /// Tells the ledger that this device runs, and what (the paper's future work: operating state on the ledger).
    fault report_running() {
        restart();
        if (auto f = look()) return f;
        if (!kept_->report) kept_->report = update::unreported{state::running, kept_->version, kept_->verifier};
        std::array<byte, request_size> out;
        std::array<byte, reply_size> in;
        auto request = messages_.report(kept_, out);
        if (!request) return request.error();
        auto reply = uplink_.exchange(*request, in);
        if (!reply) return reply.error();
        return take_receipt(*reply);
    }

    /// Asks to be enrolled with the claim code that came with the device. The credential is checked under the genesis.
    /// `claim`: HMAC of the code, see trust/claim.hpp. `channel`: this device's key of the secure channel.
    result<shown_credential<scheme>> enrol_with(digest const& claim, channel_key const& channel) {
        if (auto known = kept_.recall(); !known) return known.error();
        std::array<byte, request_size> out;
        std::array<byte, reply_size> in;
        auto request = messages_.enrolment(kept_.trust().chain_id, claim, channel, out);
        if (!request) return request.error();
        auto reply = uplink_.exchange(*request, in);
        if (!reply) return reply.error();
        auto answer = expect<enrolled_answer<scheme>>(*reply, gateway_refused);
        if (!answer) return answer.error();
        if (answer->management)  // remembered with the first version check
            if (auto f = kept_.follow(*answer->management)) return f;
        if (auto f = trust::check_credential<P>(kept_.trust(), answer->credential, member_role::device)) return f;
        if (answer->credential.body.recipient != id()) return fault{errc::wrong_recipient, "credential.recipient"};
        return shown_credential<scheme>{answer->credential, answer->management};
    }

    // --- the machine -------------------------------------------------------------------------------------------------
    /// Forgets what was only in memory: what a reset does.
    void restart() {
        step_ = step::look;
        refused_ = {};
        outcome_ = update::outcome::unchanged;
        slot_.forget();
    }

    /// The next request, in `out` (request_size bytes); empty when this look has ended.
    result<byte_view> poll(byte_span out) {
        if (step_ == step::look)
            if (auto f = look()) return f;
        if (step_ == step::report && !kept_->report) step_ = step::check;
        switch (step_) {
        case step::report:
        case step::last_report: return messages_.report(kept_, out);
        case step::check: return messages_.check(kept_, out);
        case step::prove: return say_prove(out);
        case step::fetch: return schema::encode_into(out, slot_.ask(kept_->wanted, chunk_size));
        default: return byte_view{};
        }
    }

    /// The reply to the last request.
    fault feed(byte_view reply) {
        switch (step_) {
        case step::report:
        case step::last_report: {
            if (auto f = take_receipt(reply)) return f;
            step_ = step_ == step::report ? step::check : step::done;
            return {};
        }
        case step::check: return take_answer(reply);
        case step::prove: return take_bundle(reply);
        case step::fetch: return take_chunk(reply);
        default: return {errc::out_of_range, "device.step"};
        }
    }

private:
    enum class step : std::uint8_t { look, report, check, prove, fetch, last_report, done };

    /// After a start: what did the last boot show?
    fault look() {
        auto const known = kept_.recall();
        if (!known) return known.error();
        if (auto f = ledger_.recall()) return f;
        auto const boots = images_.state();
        if (boots == boot_state::trial) {
            outcome_ = update::outcome::on_trial;
            step_ = step::done;
            return {};
        }
        auto const running = slot_.running();
        if (!running) return running.error();
        if (!*known) {
            kept_->verifier = *running;
            if (auto f = kept_.save()) return f;
        }
        step_ = step::report;
        if (kept_->phase == update::phase::marked) return judge_boot(boots, *running);
        if (*running != kept_->verifier) return {errc::slot_failed, "running slot"};  // nobody but an update changes it
        return {};
    }

    /// The slot was marked before the reset. Which image runs is read from the slot, never assumed.
    fault judge_boot(boot_state boots, digest const& running) {
        if (running == kept_->wanted.verifier) {
            kept_->version = kept_->wanted.version;  // the floor rises only now
            kept_->verifier = running;
            kept_->report = update::unreported{state::installed, kept_->version, running};
            outcome_ = update::outcome::installed;
        } else if (boots == boot_state::reverted) {
            kept_->bad = kept_->wanted.verifier;
            kept_->report = update::unreported{state::rolled_back, kept_->wanted.version, kept_->wanted.verifier};
            outcome_ = update::outcome::rolled_back;
        } else {  // power went between saving and marking, or nobody has booted it yet
            if (auto f = images_.mark()) return f;
            outcome_ = update::outcome::reboot;
            step_ = step::done;
            return {};
        }
        kept_->phase = update::phase::idle;
        return kept_.save();
    }

    // --- report ------------------------------------------------------------------------------------------------------
    fault take_receipt(byte_view reply) {
        auto got = expect<receipt>(reply, gateway_refused);
        if (!got) return got.error();
        kept_->report.reset();
        return kept_.save();
    }

    // --- version check (paper 2.3) -----------------------------------------------------------------------------------
    fault take_answer(byte_view reply) {
        auto got = expect<version_answer<scheme>>(reply, gateway_refused);
        if (!got) return got.error();
        auto const& a = *got;
        if (a.nonce != messages_.nonce()) return {errc::replayed, "version_answer.nonce"};
        kept_->gateway = a.sender;
        if (a.management)
            if (auto f = kept_.follow(*a.management)) return f;
        if (a.time)
            if (auto f = kept_.take_time(*a.time, messages_.nonce())) return f;
        if (!a.release) return settle(update::outcome::unchanged);
        auto const& r = a.release->body;
        update::wanted_image const offered{r.version, r.size, r.verifier};
        if (!a.publisher) return refuse({errc::missing_field, "version_answer.publisher"}, offered);
        if (auto f = trust::check_authentic<P>(kept_.trust(), *a.release, *a.publisher)) return refuse(f, offered);
        auto const f = trust::check_applicable(r, running(), kept_->time_floor);
        if (f == errc::duplicate) return settle(update::outcome::unchanged);
        if (f) return refuse(f, offered);
        if (r.verifier == kept_->bad) return settle(outcome_);  // it failed here before: wait for another
        if constexpr (proof_type::demanded) {
            ledger_.demand(offered);
            step_ = step::prove;
            return {};
        } else {
            return begin(offered);
        }
    }

    // --- proof (docs/light-client.md) --------------------------------------------------------------------------------
    result<byte_view> say_prove(byte_span out) {
        if constexpr (proof_type::demanded) return ledger_.ask(out);
        else return fault{errc::out_of_range, "device.step"};
    }

    /// Signed is not enough: is it in the ledger that everybody sees? What the ledger has become is durable before anything is begun.
    fault take_bundle(byte_view reply) {
        if constexpr (proof_type::demanded) {
            auto const more = ledger_.read_part(reply);
            if (!more) return refuse(more.error(), ledger_.offered());
            if (*more) return {};  // asks again, from further on
            auto const in = ledger_.judge(kept_.trust(), reply, running(), kept_->time_floor);
            if (!in) return refuse(in.error(), ledger_.offered());
            if (auto f = ledger_.keep(*in)) return f;
            kept_.learn(*in);
            return begin(ledger_.offered());
        } else {
            return {errc::out_of_range, "device.step", reply.size()};
        }
    }

    trust::running_image running() const { return {messages_.model(), kept_->version, kept_->verifier}; }

    /// Nothing to do: say so when the policy wants it.
    fault settle(update::outcome o) {
        if (outcome_ == update::outcome::unchanged) outcome_ = o;
        if (outcome_ != update::outcome::unchanged || !reports_unchanged_) {
            step_ = step::done;
            return kept_.save();
        }
        kept_->report = update::unreported{state::unchanged, kept_->version, kept_->verifier};
        step_ = step::last_report;
        return kept_.save();
    }

    /// Keeps why, reports `failed`, and goes on with what runs. `for_good`: once, and this image is not tried again.
    fault refuse(fault why, update::wanted_image const& r, bool for_good = false) {
        refused_ = why;
        bool const known = r.verifier == kept_->bad;
        if (for_good) kept_->bad = r.verifier;
        if (known) {
            step_ = step::done;
            return kept_.save();
        }
        kept_->report = update::unreported{state::failed, r.version, r.verifier};
        step_ = step::last_report;
        return kept_.save();
    }

    /// Of an image that was begun, which an enrolled publisher really signed: elsewhere a forger could name a good one as bad.
    fault give_up(fault why, update::wanted_image const& r) {
        return refuse(why, r, why == errc::slot_failed || why == errc::store_full);
    }

    // --- fetch -------------------------------------------------------------------------------------------------------
    fault begin(update::wanted_image const& wanted) {
        bool const resumes = kept_->phase == update::phase::fetching && kept_->wanted == wanted;
        if (auto f = slot_.begin(wanted, resumes)) return give_up(f, wanted);
        kept_->phase = update::phase::fetching;
        kept_->wanted = wanted;
        if (auto f = kept_.save()) return f;
        step_ = step::fetch;
        return slot_.filled(wanted) ? complete() : fault{};
    }

    fault take_chunk(byte_view reply) {
        auto got = expect<chunk>(reply, gateway_refused);
        if (!got) return got.error();
        if (auto f = slot_.take(*got, slot_.ask(kept_->wanted, chunk_size))) return f;
        return slot_.filled(kept_->wanted) ? complete() : fault{};
    }

    /// All bytes are in the slot: verify them there, remember that, verify again and mark.
    fault complete() {
        auto const wanted = kept_->wanted;
        if (auto f = slot_.verify(wanted)) {
            kept_->phase = update::phase::idle;
            return give_up(f, wanted);
        }
        kept_->phase = update::phase::marked;
        if (auto f = kept_.save()) return f;
        if (auto f = slot_.verify(wanted)) return f;
        if (auto f = images_.mark()) return f;
        outcome_ = update::outcome::reboot;
        step_ = step::done;
        return {};
    }

    static constexpr char const* gateway_refused = "the gateway refused";

    image_store_type& images_;
    link_type& uplink_;
    proof_type ledger_;
    device_memory<P, state_store_type> kept_;
    slot_transfer<P, image_store_type> slot_;
    messages_type messages_;
    fault refused_{};
    update::outcome outcome_ = update::outcome::unchanged;
    step step_ = step::look;
    bool reports_unchanged_;
};

} // namespace daicho
