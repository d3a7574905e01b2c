#pragma once

#include <daicho/record/message.hpp>
#include <daicho/role/demanded_proof.hpp>
#include <daicho/role/platform.hpp>
#include <daicho/trust/release_rule.hpp>
#include <daicho/update/device_state.hpp>
#include <daicho/update/digest_in_parts.hpp>
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

public:
    using scheme = scheme_of<P>;
    using state_type = update::device_state<scheme>;
    using proof_type = demanded_proof<P, Platform>;

    static constexpr std::size_t chunk_size = Platform::chunk;
    static_assert(chunk_size > 0 && chunk_size <= limits::chunk, "Platform::chunk lies between 1 and limits::chunk");
    static constexpr std::size_t request_size =
        std::max({schema::max_encoded<version_check>, schema::max_encoded<carry<scheme>>, schema::max_encoded<enrol<scheme>>, proof_type::request_size});
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

    explicit device(parts p) : parts_(p), me_(id_of<P>(p.key.public_key())) {}

    node_id const& id() const noexcept { return me_; }
    state_type const& remembered() const noexcept { return state_; }
    /// Under what it checks whatever it is shown, the credential of its gateway too.
    trust::anchor<P> const& anchor() const noexcept { return parts_.trust; }
    /// Bytes of the wanted image that are in the slot, and its size: for a progress bar.
    std::uint64_t received() const noexcept { return offset_; }
    std::uint64_t expected() const noexcept { return state_.wanted.size; }

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
            auto reply = parts_.uplink.exchange(*request, in);
            if (!reply) return reply.error();
            if (auto f = feed(*reply)) return f;
            if (step_ == step::fetch) progress(offset_, state_.wanted.size);
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
        auto const in = gate.admit(parts_.trust, bundle, {parts_.model, state_.version, state_.verifier}, state_.time_floor);
        if (!in) return in.error();
        if (in->runs_already) return outcome_;
        if (in->body.verifier == state_.bad) return fault{errc::boot_failed, "bundle.release", in->body.version};
        learn(*in);
        state_.gateway = in->body.publisher;  // who served it, as far as anybody knows
        if (auto f = begin({in->body.version, in->body.size, in->body.verifier})) return f;
        std::array<byte, chunk_size> piece;
        while (step_ == step::fetch) {
            auto const part = byte_span(piece).first(std::size_t(std::min<std::uint64_t>(chunk_size, state_.wanted.size - offset_)));
            if (auto f = read(offset_, part)) return f;
            if (auto f = take_piece(part)) return f;
        }
        if (refused_) return refused_;
        return outcome_;
    }

    /// Tells the ledger that this device runs, and what (the paper's future work: operating state on the ledger).
    fault report_running() {
        restart();
        if (auto f = look()) return f;
        if (!state_.report) state_.report = update::unreported{state::running, state_.version, state_.verifier};
        std::array<byte, request_size> out;
        std::array<byte, reply_size> in;
        auto request = say_report(out);
        if (!request) return request.error();
        auto reply = parts_.uplink.exchange(*request, in);
        if (!reply) return reply.error();
        return take_receipt(*reply);
    }

    /// Asks to be enrolled with the claim code that came with the device. The credential is checked under the genesis.
    /// `claim`: HMAC of the code, see trust/claim.hpp. `channel`: this device's key of the secure channel.
    result<shown_credential<scheme>> enrol_with(digest const& claim, channel_key const& channel) {
        if (auto known = recall(); !known) return known.error();
        enrol<scheme> request{};
        request.body.chain_id = parts_.trust.chain_id;
        request.body.wanted = {.role = member_role::device, .algorithm = scheme::algorithm, .key = parts_.key.public_key(), .channel = channel, .models = {parts_.model}};
        request.body.claim = claim;
        if (auto f = parts_.random.fill(request.body.nonce)) return f;
        auto signature = sign<P>(parts_.key, request.body);
        if (!signature) return signature.error();
        request.signature = *signature;
        std::array<byte, request_size> out;
        std::array<byte, reply_size> in;
        auto reply = parts_.uplink.exchange(*schema::encode_into(out, request), in);
        if (!reply) return reply.error();
        auto answer = expect<enrolled_answer<scheme>>(*reply);
        if (!answer) return answer.error();
        if (answer->management)  // remembered with the first version check
            if (auto f = trust::follow_rotation<P>(parts_.trust, *answer->management)) return f;
        if (auto f = trust::check_credential<P>(parts_.trust, answer->credential, member_role::device)) return f;
        if (answer->credential.body.recipient != me_) return fault{errc::wrong_recipient, "credential.recipient"};
        return shown_credential<scheme>{answer->credential, answer->management};
    }

    // --- the machine -------------------------------------------------------------------------------------------------
    /// Forgets what was only in memory: what a reset does.
    void restart() {
        step_ = step::look;
        refused_ = {};
        outcome_ = update::outcome::unchanged;
        offset_ = 0;
    }

    /// The next request, in `out` (request_size bytes); empty when this look has ended.
    result<byte_view> poll(byte_span out) {
        if (step_ == step::look)
            if (auto f = look()) return f;
        if (step_ == step::report && !state_.report) step_ = step::check;
        switch (step_) {
        case step::report:
        case step::last_report: return say_report(out);
        case step::check: return say_check(out);
        case step::prove: return say_prove(out);
        case step::fetch: return say_fetch(out);
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

    /// What it remembers over a power cut; false at the first start.
    result<bool> recall() {
        schema::buffer_for<state_type> buffer;
        auto kept = parts_.state.load(buffer);
        if (!kept) return kept.error();
        if (kept->empty()) {
            state_ = {};
            state_.version = parts_.factory_version;
            return false;
        }
        if (auto f = schema::decode_into(*kept, state_)) return fault{errc::store_corrupt, "device state", f.at};
        if (state_.management) {
            parts_.trust.management = *state_.management;
            parts_.trust.rotation = state_.rotation;
        }
        return true;
    }

    /// After a start: what did the last boot show?
    fault look() {
        auto const known = recall();
        if (!known) return known.error();
        if (auto f = parts_.ledger.recall()) return f;
        auto const boots = parts_.images.state();
        if (boots == boot_state::trial) {
            outcome_ = update::outcome::on_trial;
            step_ = step::done;
            return {};
        }
        auto running = digest_of_slot([this](std::uint64_t at, byte_span to) { return parts_.images.read_running(at, to); }, parts_.images.running_size());
        if (!running) return running.error();
        if (!*known) {
            state_.verifier = *running;
            if (auto f = save()) return f;
        }
        step_ = step::report;
        if (state_.phase == update::phase::marked) return judge_boot(boots, *running);
        if (*running != state_.verifier) return {errc::slot_failed, "running slot"};  // nobody but an update changes it
        return {};
    }

    /// The slot was marked before the reset. Which image runs is read from the slot, never assumed.
    fault judge_boot(boot_state boots, digest const& running) {
        if (running == state_.wanted.verifier) {
            state_.version = state_.wanted.version;  // the floor rises only now
            state_.verifier = running;
            state_.report = update::unreported{state::installed, state_.version, running};
            outcome_ = update::outcome::installed;
        } else if (boots == boot_state::reverted) {
            state_.bad = state_.wanted.verifier;
            state_.report = update::unreported{state::rolled_back, state_.wanted.version, state_.wanted.verifier};
            outcome_ = update::outcome::rolled_back;
        } else {  // power went between saving and marking, or nobody has booted it yet
            if (auto f = parts_.images.mark()) return f;
            outcome_ = update::outcome::reboot;
            step_ = step::done;
            return {};
        }
        state_.phase = update::phase::idle;
        return save();
    }

    // --- report ------------------------------------------------------------------------------------------------------
    result<byte_view> say_report(byte_span out) {
        carry<scheme> message{};
        auto& b = message.carried.body;
        auto const& r = *state_.report;
        b.chain_id = parts_.trust.chain_id;
        b.state = r.state;
        b.recipient = state_.gateway;
        b.sender = me_;
        b.model = parts_.model;
        b.ver = r.ver;
        b.verifier = r.verifier;
        b.sequence = ++state_.sequence;
        b.time = state_.time_floor;
        if (auto f = save()) return f;  // a sequence number is spent before it is seen
        auto signature = sign<P>(parts_.key, b);
        if (!signature) return signature.error();
        message.carried.signature = *signature;
        return schema::encode_into(out, message);
    }

    fault take_receipt(byte_view reply) {
        auto got = expect<receipt>(reply);
        if (!got) return got.error();
        state_.report.reset();
        return save();
    }

    // --- version check (paper 2.3) -----------------------------------------------------------------------------------
    result<byte_view> say_check(byte_span out) {
        version_check message{.sender = me_, .model = parts_.model, .ver = state_.version, .verifier = state_.verifier};
        if (auto f = parts_.random.fill(nonce_)) return f;
        message.nonce = nonce_;
        return schema::encode_into(out, message);
    }

    fault take_answer(byte_view reply) {
        auto got = expect<version_answer<scheme>>(reply);
        if (!got) return got.error();
        auto const& a = *got;
        if (a.nonce != nonce_) return {errc::replayed, "version_answer.nonce"};
        state_.gateway = a.sender;
        if (a.management) {
            auto followed = parts_.trust;
            if (auto f = trust::follow_rotation<P>(followed, *a.management)) return f;
            believe(followed);
        }
        if (a.time) {
            if (auto f = take_time(*a.time)) return f;
        }
        if (!a.release) return settle(update::outcome::unchanged);
        auto const& r = a.release->body;
        update::wanted_image const offered{r.version, r.size, r.verifier};
        if (!a.publisher) return refuse({errc::missing_field, "version_answer.publisher"}, offered);
        if (auto f = trust::check_authentic<P>(parts_.trust, *a.release, *a.publisher)) return refuse(f, offered);
        auto const f = trust::check_applicable(r, running(), state_.time_floor);
        if (f == errc::duplicate) return settle(update::outcome::unchanged);
        if (f) return refuse(f, offered);
        if (r.verifier == state_.bad) return settle(outcome_);  // it failed here before: wait for another
        if constexpr (proof_type::demanded) {
            parts_.ledger.demand(offered);
            step_ = step::prove;
            return {};
        } else {
            return begin(offered);
        }
    }

    // --- proof (docs/light-client.md) --------------------------------------------------------------------------------
    result<byte_view> say_prove(byte_span out) {
        if constexpr (proof_type::demanded) return parts_.ledger.ask(out);
        else return fault{errc::out_of_range, "device.step"};
    }

    /// Signed is not enough: is it in the ledger that everybody sees? What the ledger has become is durable before anything is begun.
    fault take_bundle(byte_view reply) {
        if constexpr (proof_type::demanded) {
            auto const more = parts_.ledger.read_part(reply);
            if (!more) return refuse(more.error(), parts_.ledger.offered());
            if (*more) return {};  // asks again, from further on
            auto const in = parts_.ledger.judge(parts_.trust, reply, running(), state_.time_floor);
            if (!in) return refuse(in.error(), parts_.ledger.offered());
            if (auto f = parts_.ledger.keep(*in)) return f;
            learn(*in);
            return begin(parts_.ledger.offered());
        } else {
            return {errc::out_of_range, "device.step", reply.size()};
        }
    }

    /// What a bundle tells besides: who is in office, and what time has passed.
    template <class Admitted>
    void learn(Admitted const& in) {
        if (in.trust.rotation != 0) believe(in.trust);
        state_.time_floor = std::max<std::uint64_t>(state_.time_floor, in.head.time);
    }

    trust::running_image running() const { return {parts_.model, state_.version, state_.verifier}; }

    /// From now on, and once saved for good.
    void believe(trust::anchor<P> const& followed) {
        parts_.trust = followed;
        state_.management = followed.management;
        state_.rotation = followed.rotation;
    }

    /// Time is the larger of the durable floor and what the management key says about our own nonce.
    fault take_time(signed_time<scheme> const& t) {
        if (t.body.chain_id != parts_.trust.chain_id) return {errc::wrong_chain, "time.chain_id"};
        if (t.body.nonce != nonce_) return {errc::replayed, "time.nonce"};
        if (!verify<P>(parts_.trust.management, t.body, t.signature)) return {errc::bad_signature, "time.signature"};
        state_.time_floor = std::max(state_.time_floor, t.body.time);
        return {};
    }

    /// Nothing to do: say so when the policy wants it.
    fault settle(update::outcome o) {
        if (outcome_ == update::outcome::unchanged) outcome_ = o;
        if (outcome_ != update::outcome::unchanged || !parts_.reports_unchanged) {
            step_ = step::done;
            return save();
        }
        state_.report = update::unreported{state::unchanged, state_.version, state_.verifier};
        step_ = step::last_report;
        return save();
    }

    /// Keeps why, reports `failed`, and goes on with what runs. `for_good`: once, and this image is not tried again.
    fault refuse(fault why, update::wanted_image const& r, bool for_good = false) {
        refused_ = why;
        bool const known = r.verifier == state_.bad;
        if (for_good) state_.bad = r.verifier;
        if (known) {
            step_ = step::done;
            return save();
        }
        state_.report = update::unreported{state::failed, r.version, r.verifier};
        step_ = step::last_report;
        return save();
    }

    /// Of an image that was begun, which an enrolled publisher really signed: elsewhere a forger could name a good one as bad.
    fault give_up(fault why, update::wanted_image const& r) {
        return refuse(why, r, why == errc::slot_failed || why == errc::store_full);
    }

    // --- fetch -------------------------------------------------------------------------------------------------------
    fault begin(update::wanted_image const& wanted) {
        bool const resumes = state_.phase == update::phase::fetching && state_.wanted == wanted;
        offset_ = 0;
        if (resumes) offset_ = parts_.images.written();
        if (offset_ > wanted.size) offset_ = 0;
        if (offset_ == 0)
            if (auto f = parts_.images.begin(wanted.size)) return give_up(f, wanted);
        state_.phase = update::phase::fetching;
        state_.wanted = wanted;
        if (auto f = save()) return f;
        step_ = step::fetch;
        return offset_ == wanted.size ? complete() : fault{};
    }

    result<byte_view> say_fetch(byte_span out) {
        chunk_request const message{state_.wanted.verifier, offset_,
                                    std::uint32_t(std::min<std::uint64_t>(chunk_size, state_.wanted.size - offset_))};
        return schema::encode_into(out, message);
    }

    fault take_chunk(byte_view reply) {
        auto got = expect<chunk>(reply);
        if (!got) return got.error();
        auto const asked = std::min<std::uint64_t>(chunk_size, state_.wanted.size - offset_);
        if (got->offset != offset_) return {errc::replayed, "chunk.offset", got->offset};
        if (got->content.size() == 0 || got->content.size() > asked) return {errc::wrong_size, "chunk.content", got->content.size()};
        return take_piece(got->content);
    }

    fault take_piece(byte_view piece) {
        if (auto f = parts_.images.write(offset_, piece)) return f;
        offset_ += piece.size();
        return offset_ == state_.wanted.size ? complete() : fault{};
    }

    /// All bytes are in the slot: verify them there, remember that, verify again and mark.
    fault complete() {
        auto const wanted = state_.wanted;
        if (auto f = verify_slot(wanted)) {
            state_.phase = update::phase::idle;
            return give_up(f, wanted);
        }
        state_.phase = update::phase::marked;
        if (auto f = save()) return f;
        if (auto f = verify_slot(wanted)) return f;
        if (auto f = parts_.images.mark()) return f;
        outcome_ = update::outcome::reboot;
        step_ = step::done;
        return {};
    }

    fault verify_slot(update::wanted_image const& wanted) {
        auto const there = digest_of_slot([this](std::uint64_t at, byte_span to) { return parts_.images.read(at, to); }, wanted.size);
        if (!there) return there.error();
        return *there == wanted.verifier ? fault{} : fault{errc::wrong_digest, "slot"};
    }

    template <class Read>
    static result<digest> digest_of_slot(Read read, std::uint64_t size) {
        std::array<byte, 512> block;
        return update::digest_in_parts<hash_of<P>>(block, size, read);
    }

    // --- small things ------------------------------------------------------------------------------------------------
    /// The expected record, or the refusal that came in its place.
    template <record T>
    static result<T> expect(byte_view reply) {
        T wanted{};
        auto const f = schema::decode_into(reply, wanted);
        if (!f) return wanted;
        refusal no{};
        if (f == errc::wrong_schema && !schema::decode_into(reply, no))
            return fault{no.code == errc::ok ? errc::not_permitted : no.code, "the gateway refused"};
        return f;
    }

    fault save() {
        schema::buffer_for<state_type> buffer;
        return parts_.state.save(*schema::encode_into(buffer, state_));
    }

    parts parts_;
    node_id me_;
    state_type state_{};
    nonce128 nonce_{};
    std::uint64_t offset_ = 0;
    fault refused_{};
    update::outcome outcome_ = update::outcome::unchanged;
    step step_ = step::look;
};

} // namespace daicho
