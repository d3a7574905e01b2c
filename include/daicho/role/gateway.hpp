#pragma once

#include <daicho/role/continuations.hpp>
#include <daicho/role/file_shelves.hpp>
#include <daicho/role/ledger_client.hpp>
#include <daicho/role/note_text.hpp>
#include <daicho/role/release_prover.hpp>
#include <daicho/role/reply.hpp>
#include <daicho/role/work_prover.hpp>
#include <daicho/trust/release_rule.hpp>

namespace daicho::role {

/// Where a gateway learns of releases. The paper asks the management server; its future work asks the ledger.
enum class news : std::uint8_t { server, ledger, both };

/// The PC or access point in the local network (paper 2.1 to 2.3). Asks for news about once a day, fetches, checks and keeps the
/// newest file of each model and the one before, hands it to its devices, and carries what they signed to the ledger.
///
/// Platform supplies: block_store (a spool), artifact_cache, signer, entropy. One that names a `light_client` as well spreads nothing
/// that is not shown to be in the ledger, and shows that to its devices (docs/light-client.md).
template <class P, class Platform>
class gateway {
    static_assert(checked_protocol<P>);
    using store_type = block_store_of<Platform>;
    using cache_type = artifact_cache_of<Platform>;
    using signer_type = signer_of<P, Platform>;
    using entropy_type = entropy_of<Platform>;

public:
    using scheme = scheme_of<P>;
    using client_type = ledger_client<P, Platform>;
    using prover_type = release_prover<P, Platform>;

    struct options {
        typename client_type::options ledger;
        std::vector<model_name> models;              ///< of the devices behind this gateway
        role::news news = role::news::both;
        std::uint64_t check_seconds = 24 * 60 * 60;  ///< paper 2.3: about once a day
        std::uint64_t retry_seconds = 30;            ///< after a check or a fetch that failed
        std::uint64_t answer_seconds = 2;            ///< how long a device waits for the management server's time
        std::size_t per_device = 16;                 ///< a device's transactions waiting here
        typename prover_type::options proof = {};    ///< of a Platform with a light_client: whom it believes about the ledger
    };

    gateway(options o, signer_type& s, store_type& spool, cache_type& cache, entropy_type& e)
        : options_(std::move(o)), cache_(cache), entropy_(e), ledger_(options_.ledger, s, spool, out_), prover_(options_.proof, ledger_), shelves_(cache, options_.models) {}
    gateway(gateway const&) = delete;
    gateway& operator=(gateway const&) = delete;

    fault restore() {
        if (auto f = ledger_.restore()) return f;
        return prover_.restore();
    }
    prover_type const& prover() const noexcept { return prover_; }
    client_type const& ledger() const noexcept { return ledger_; }

    actions step(channel_event event, std::uint64_t now) {
        now_ = now;
        std::visit([this](auto& e) { this->on(e); }, event);
        ledger_.flush(now_);
        return std::exchange(out_, {});
    }

    using shelves_type = file_shelves<P, cache_type, typename prover_type::proven>;
    using kept = typename shelves_type::kept;
    /// The newest file kept for a model.
    kept const* newest(model_name const& m) const { return shelves_.newest(m); }

private:
    using shelf = typename shelves_type::shelf;

    // --- events ------------------------------------------------------------------------------------------------------
    void on(tick& e) {
        ledger_.on(e, now_);
        if (options_.news != news::ledger && now_ >= next_check_) {
            next_check_ = now_ + options_.check_seconds;
            for (auto& s : shelves_) check(s.model);
        }
        if (options_.news != news::server && ledger_.synced())
            for (auto& s : shelves_) read_ledger(s);
        for (auto& s : shelves_)
            if (s.claimed && !s.proving && now_ >= s.prove_at) prove(s);
        for (auto& s : shelves_)
            if (s.wanted && !s.fetching && now_ >= s.retry_at) start_fetch(s);
        std::erase_if(waiting_, [&](auto& w) {
            if (now_ < w.until) return false;
            answer_check(w, {});
            return true;
        });
    }
    void on(answered& e) { ledger_.on(e); }
    void on(committed& e) { ledger_.on(e); }
    void on(told& e) { asks_.resume(e.id, std::move(e.reply)); }
    void on(fetched& e) { fetches_.resume(e.id, e.outcome); }

    void on(asked& e) {
        auto request = decode<request_of<P>>(e.request);
        if (!request) return say(e.id, refuse(request.error()));
        bool const enrols = std::holds_alternative<enrol<scheme>>(*request);
        if (auto f = enrols ? ledger_.still_enrolled(e.from.id) : ledger_.check_member(e.from)) return say(e.id, refuse(f));
        std::visit([&](auto& r) { serve(e, r); }, *request);
    }

    // --- devices -----------------------------------------------------------------------------------------------------
    /// paper 2.3: a device asks when it starts; version and hash are compared.
    void serve(asked& e, version_check const& c) {
        if (c.sender != e.from.id) return say(e.id, refuse({errc::not_authenticated, "version_check.sender"}));
        pending_check w{e.id, c, now_ + options_.answer_seconds};
        bool const server_lives = options_.news != news::ledger && now_ >= server_silent_until_;
        if (!server_lives) return answer_check(w, {});
        // The device's own nonce goes to the management server, which signs the time over it.
        auto const* held = newest(c.model);
        version_check relayed{ledger_.id(), c.model, held ? held->release.body.version : 0, held ? held->release.body.verifier : digest{}, c.nonce};
        ask_server(encode(request_of<P>(relayed)), [this, id = e.id, c](result<bytes> reply) {
            auto it = std::find_if(waiting_.begin(), waiting_.end(), [&](auto& x) { return x.id == id; });
            if (it == waiting_.end()) return;
            auto const asked_for = *it;
            waiting_.erase(it);
            auto a = open_answer(reply, c.nonce);
            if (!a) return answer_check(asked_for, {});
            take_news(c.model, *a);
            // A server that was replaced may still be on the line: its time would make the device refuse the whole answer.
            bool const vouched = a->time && verify<P>(ledger_.anchor().management, a->time->body, a->time->signature);
            answer_check(asked_for, vouched ? a->time : std::nullopt);
        });
        waiting_.push_back(w);
    }

    struct pending_check {
        ticket id;
        version_check check;
        std::uint64_t until;
    };

    void answer_check(pending_check const& w, std::optional<signed_time<scheme>> const& time) {
        version_answer<scheme> a{.nonce = w.check.nonce, .sender = ledger_.id()};
        if (auto const* k = newest(w.check.model); k && still_good(*k)) {
            auto const* credential = ledger_.credential(k->release.body.publisher);  // renewed, perhaps, since the file was kept
            if (!credential) credential = &k->publisher;
            if (ledger_.counts(*credential)) {  // else the device could not believe it yet
                a.release = k->release;
                a.publisher = *credential;
            }
        }
        if (auto const* rotated = ledger_.rotation()) a.management = *rotated;
        a.time = time;
        say(w.id, a);
    }

    /// Not withdrawn, and its publisher not expelled, as far as the chain says.
    bool still_good(kept const& k) const {
        auto const& r = k.release.body;
        auto const* entry = ledger_.members().find_release(r.model, r.version);
        return !(entry && entry->withdrawn) && !ledger_.still_enrolled(r.publisher);
    }

    void serve(asked& e, chunk_request const& c) {
        auto const* k = shelves_.find(c.verifier);
        if (!k) return say(e.id, refuse({errc::not_found, "chunk_request.verifier"}));
        auto const size = k->release.body.size;
        if (c.length == 0 || c.length > limits::chunk || c.offset >= size) return say(e.id, refuse({errc::out_of_range, "chunk_request.offset"}));
        // Hashed again whenever somebody starts to fetch it: what lay on the disk may have changed since.
        if (c.offset == 0)
            if (auto f = shelves_.check(k->release.body)) {
                tell("refused", "file of " + title_of(k->release.body) + ": " + reason_of(f));
                shelves_.lose(c.verifier, [this](shelf& s) { start_fetch(s); });
                return say(e.id, refuse(f));
            }
        bytes content(std::size_t(std::min<std::uint64_t>(c.length, size - c.offset)));
        if (auto f = cache_.read(c.verifier, c.offset, content)) return say(e.id, refuse(f));
        chunk reply{c.offset, {content}};
        say(e.id, reply);
    }

    /// A device that demands proof says how much of the ledger it has seen.
    void serve(asked& e, bundle_request const& c) {
        auto const* k = shelves_.find(c.verifier);
        if (!k) return say(e.id, refuse({errc::not_found, "bundle_request.verifier"}));
        if constexpr (follows_ledger<Platform>) {
            if (!prover_.demands()) return say(e.id, refuse({errc::not_found, "bundle"}));
            prover_.show(k->proof, c.seen, [this, t = e.id, verifier = c.verifier](result<bytes> bundle, typename prover_type::proven const& now_shown) {
                if (!bundle) return say(t, refuse(bundle.error()));
                if (auto* still = shelves_.find(verifier)) still->proof = now_shown;
                out_.push_back(answer{t, std::move(*bundle)});
            });
        } else {
            say(e.id, refuse({errc::not_found, "bundle"}));
        }
    }

    /// A device's transaction: checked here, kept durably, handed to the ledger later. The device is told when it is kept.
    void serve(asked& e, carry<scheme> const& c) {
        auto const& b = c.carried.body;
        if (b.sender != e.from.id) return say(e.id, refuse({errc::not_authenticated, "transaction.sender"}));
        if (b.chain_id != ledger_.chain().chain_id()) return say(e.id, refuse({errc::wrong_chain, "transaction.chain_id"}));
        auto const* m = ledger_.members().active(b.sender);
        if (m) {
            if (b.sequence <= m->sequence) return say(e.id, refuse({errc::repeated_sequence, "transaction.sequence", m->sequence}));
            if (!verify<P>(m->key, b, c.carried.signature)) return say(e.id, refuse({errc::bad_signature, "transaction.signature"}));
        }
        auto& count = carried_[b.sender];
        if (ledger_.waiting() == 0) carried_.clear();
        else if (count >= options_.per_device) return say(e.id, refuse({errc::over_quota, "transaction.sender", count}));
        ++carried_[b.sender];
        digest const id = digest_of<hash_of<P>>(c.carried);
        tell("carries", std::string(schema::name_of(b.state)) + " v" + std::to_string(b.ver) + " of " + short_hex(b.sender));
        ledger_.carry(c.carried, [this, t = e.id, id](fault f) {
            if (f) say(t, refuse(f));
            else say(t, receipt{id});
        });
    }

    /// Only passed on: the management server decides, and the device checks its answer under the genesis.
    void serve(asked& e, enrol<scheme> const& r) {
        if (id_of<P>(r.body.wanted.key) != e.from.id) return say(e.id, refuse({errc::not_authenticated, "enrolment.key"}));
        ask_server(encode(request_of<P>(r)), [this, t = e.id](result<bytes> reply) {
            if (!reply) return say(t, refuse(reply.error()));
            out_.push_back(answer{t, std::move(*reply)});
            ledger_.look_soon();
        });
    }
    void serve(asked& e, announce<scheme> const&) { say(e.id, refuse({errc::not_permitted, "announce"})); }

    // --- news --------------------------------------------------------------------------------------------------------
    void check(model_name const& model) {
        version_check c{.sender = ledger_.id(), .model = model};
        if (auto const* held = newest(model)) {
            c.ver = held->release.body.version;
            c.verifier = held->release.body.verifier;
        }
        if (entropy_.fill(c.nonce)) return;
        ask_server(encode(request_of<P>(c)), [this, model, nonce = c.nonce](result<bytes> reply) {
            auto a = open_answer(reply, nonce);
            if (a) return take_news(model, *a);
            next_check_ = std::min(next_check_, now_ + options_.retry_seconds);
            tell("server", reason_of(a.error()));
        });
    }

    result<version_answer<scheme>> open_answer(result<bytes> const& reply, nonce128 const& nonce) {
        if (!reply) return reply.error();
        auto a = expect<version_answer<scheme>>(*reply, "the management server refused");
        if (!a) return a;
        if (a->nonce != nonce) return fault{errc::replayed, "version_answer.nonce"};
        if (a->management) ledger_.follow(*a->management);
        return a;
    }

    void take_news(model_name const& model, version_answer<scheme> const& a) {
        auto* s = shelves_.of(model);
        if (!s || !a.release || !a.publisher) return;
        consider(*s, {*a.release, *a.publisher}, "server");
    }

    void read_ledger(shelf& s) {
        auto const* entry = ledger_.members().newest(s.model);
        if (!entry) return;
        auto const* publisher = ledger_.credential(entry->release.body.publisher);
        if (publisher) consider(s, {entry->release, *publisher}, "ledger");
    }

    /// Is this a release to fetch? Authentic under the genesis, newer than what is kept, and nothing the chain speaks against.
    void consider(shelf& s, kept const& k, char const* from) {
        auto const& r = k.release.body;
        if (s.newest && r.version <= s.newest->release.body.version) return;
        if (s.wanted && r.version <= s.wanted->release.body.version) return;
        if (s.claimed && r.version <= s.claimed->release.body.version && on_chain(*s.claimed)) return;  // what only the server knows hides nothing
        if (s.claimed && s.claimed->release == k.release) return;
        fault f = trust::check_authentic<P>(ledger_.anchor(), k.release, k.publisher);
        if (!f && !(r.model == s.model)) f = {errc::wrong_model, "release.model"};
        if (!f && now_ >= r.expires) f = {errc::expired, "release.expires"};
        if (!f && !still_good(k)) f = {errc::withdrawn_release, "release"};
        if (f) {
            if (!(f == last_refusal_)) tell("refused", title_of(r) + " from the " + from + ": " + reason_of(f));
            last_refusal_ = f;
            return;
        }
        last_refusal_ = {};
        tell("news", title_of(r) + " from the " + from);
        if (!prover_.demands()) return want(s, k);
        s.claimed = k;
        s.prove_at = 0;
        if (!s.proving) prove(s);
    }

    void want(shelf& s, kept const& k) {
        s.wanted = k;
        s.retry_at = 0;
        if (!s.fetching) start_fetch(s);
    }

    /// Signed is not enough: the ledger that everybody sees must hold it. Until it does, nothing is fetched.
    void prove(shelf& s) {
        if constexpr (follows_ledger<Platform>) {
            s.proving = true;
            prover_.prove(s.claimed->release.body, 0, [this, model = s.model, version = s.claimed->release.body.version](auto proven) {
                auto& here = *shelves_.of(model);
                here.proving = false;
                if (!here.claimed || here.claimed->release.body.version != version) return;  // something newer came meanwhile
                if (!proven) {
                    auto const f = proven.error();
                    if (!(f == here.unproved))
                        tell("unproved", title_of(model, version) + ": " + reason_of(f));
                    here.unproved = f;
                    here.prove_at = now_ + options_.retry_seconds;
                    return;
                }
                here.unproved = {};
                auto k = *std::exchange(here.claimed, std::nullopt);
                k.proof = std::move(*proven);
                tell("logged", title_of(model, version) + ", " + k.proof.where());
                want(here, k);
            });
        }
    }

    bool on_chain(kept const& k) const { return ledger_.released(k.release.body.model, k.release.body.version) != nullptr; }

    // --- files -------------------------------------------------------------------------------------------------------
    void start_fetch(shelf& s) {
        s.fetching = true;
        auto const& r = s.wanted->release.body;
        out_.push_back(fetch{fetches_.keep([this, model = s.model, version = r.version](fault outcome) { take_file(model, version, outcome); }), r});
    }

    void take_file(model_name const& model, std::uint64_t version, fault outcome) {
        auto* s = shelves_.of(model);
        if (!s) return;
        s->fetching = false;
        if (!s->wanted || s->wanted->release.body.version != version) return;  // something newer came meanwhile
        release const r = s->wanted->release.body;  // a copy: its place is about to change
        fault f = outcome;
        if (!f) f = shelves_.check(r);
        if (f) {
            tell("refused", "file of " + title_of(model, version) + ": " + reason_of(f));
            if (f == errc::wrong_digest || f == errc::wrong_size) (void)cache_.drop(r.verifier);
            s->retry_at = now_ + options_.retry_seconds;
            return;
        }
        bool const first_time = shelves_.place(*s);
        tell("cached", title_of(model, version) + ", " + std::to_string(r.size) + " bytes");
        typename client_type::body_type body{};
        body.state = state::cached;
        body.recipient = r.publisher;
        body.model = r.model;
        body.ver = r.version;
        body.verifier = r.verifier;
        auto const* said = ledger_.members().find_device(ledger_.id());  // before a restart, perhaps
        if (first_time && !(said && said->verifier == r.verifier)) (void)ledger_.sign_and_carry(std::move(body), now_, [](fault) {});
    }

    // --- small things ------------------------------------------------------------------------------------------------
    template <record T>
    void say(ticket t, T const& reply) {
        out_.push_back(answer{t, encode(reply)});
    }
    void tell(std::string event, std::string detail) { out_.push_back(note{std::move(event), std::move(detail)}); }
    void ask_server(bytes request, std::function<void(result<bytes>)> then) {
        auto const t = asks_.keep([this, then = std::move(then)](result<bytes> reply) {
            server_silent_until_ = reply ? 0 : now_ + options_.retry_seconds;
            then(std::move(reply));
        });
        out_.push_back(ask{t, std::move(request)});
    }

    options options_;
    cache_type& cache_;
    entropy_type& entropy_;
    actions out_;
    client_type ledger_;
    prover_type prover_;
    shelves_type shelves_;
    std::vector<pending_check> waiting_;
    continuations<result<bytes>> asks_;
    continuations<fault> fetches_;
    std::map<node_id, std::size_t> carried_;
    std::uint64_t next_check_ = 0;
    std::uint64_t server_silent_until_ = 0;
    std::uint64_t now_ = 0;
    fault last_refusal_{};
};

} // namespace daicho::role
