#pragma once

#include <daicho/role/claim_book.hpp>
#include <daicho/role/ledger_client.hpp>
#include <daicho/role/note_text.hpp>
#include <daicho/trust/release_rule.hpp>

namespace daicho::role {

/// The management server (paper 2.1, 2.3): takes a publisher's notice, checks the release, has it recorded, answers version
/// checks, vouches for the time, enrols devices, registers ledger nodes with each other and asks them for consensus.
///
/// Platform supplies: block_store (a spool), signer (the management key).
template <class P, class Platform>
class management_server {
    static_assert(checked_protocol<P>);
    using store_type = block_store_of<Platform>;
    using signer_type = signer_of<P, Platform>;

public:
    using scheme = scheme_of<P>;
    using client_type = ledger_client<P, Platform>;
    using body_type = typename client_type::body_type;

    struct options {
        typename client_type::options ledger;
        std::vector<claim_code> claims;              ///< not yet used, as far as the caller knows
        std::vector<transaction_of<P>> enrolments;   ///< members that shall be on the ledger; put there when they are not. A new
                                                     ///< management key's own enrolment, by the recovery key, is one of them
        std::optional<std::uint64_t> distrust_from;  ///< whom a replaced key enrolled at this height or above is expelled, not renewed
        std::uint64_t resolve_seconds = 60;          ///< between two requests for consensus
    };

    management_server(options o, signer_type& s, store_type& spool)
        : options_(std::move(o)), claims_(std::move(options_.claims)), signer_(s), ledger_(options_.ledger, s, spool, out_) {}
    management_server(management_server const&) = delete;
    management_server& operator=(management_server const&) = delete;

    /// Reads back what waits for the ledger and which claim codes were used.
    fault restore() {
        if (auto f = ledger_.restore()) return f;
        for (auto& tx : options_.enrolments) {
            if (tx.body.sender == ledger_.id()) ledger_.sequence_used(tx.body.sequence);
            if (tx.body.recipient == ledger_.id()) ledger_.follow(tx);
        }
        auto const spent = ledger_.cell("claims");
        return spent ? claims_.restore(*spent) : spent.error();
    }
    client_type const& ledger() const noexcept { return ledger_; }

    actions step(channel_event event, std::uint64_t now) {
        now_ = now;
        std::visit([this](auto& e) { this->on(e); }, event);
        ledger_.flush(now_);
        return std::exchange(out_, {});
    }

private:
    // --- events ------------------------------------------------------------------------------------------------------
    void on(tick& e) {
        ledger_.on(e, now_);
        if (!ledger_.synced()) return;
        if (!std::exchange(introduced_, true)) introduce();
        if (now_ >= next_resolve_) {
            next_resolve_ = now_ + options_.resolve_seconds;
            for (auto& node : ledger_.nodes()) ledger_.command(node, node_command::resolve, now_);
        }
        expire_offers();
        renew_members();
    }
    void on(answered& e) { ledger_.on(e); }
    void on(committed& e) { ledger_.on(e); }
    void on(told&) {}
    void on(fetched&) {}

    void on(asked& e) {
        auto request = decode<request_of<P>>(e.request);
        if (!request) return say(e.id, refuse(request.error()));
        if (auto f = ledger_.check_member(e.from)) return say(e.id, refuse(f));
        // Own transactions follow the founding ones, whose sequence numbers are lower: not before those are under way.
        bool const writes = std::holds_alternative<enrol<scheme>>(*request) || std::holds_alternative<announce<scheme>>(*request);
        if (writes && !introduced_) return say(e.id, refuse({errc::busy, "the ledger has not been read yet"}));
        std::visit([&](auto& r) { serve(e, r); }, *request);
    }

    // --- requests ----------------------------------------------------------------------------------------------------
    /// paper 2.3: the gateway checks with the server; version and hash are compared, in both directions.
    void serve(asked& e, version_check const& c) {
        if (c.sender != e.from.id) return say(e.id, refuse({errc::not_authenticated, "version_check.sender"}));
        version_answer<scheme> a{.nonce = c.nonce, .sender = ledger_.id()};
        if (auto const* entry = ledger_.members().newest(c.model)) {
            auto const& r = entry->release.body;
            if (c.ver > r.version || (c.ver == r.version && c.verifier != r.verifier))
                tell("mismatch", short_hex(c.sender) + " holds " + title_of(c.model, c.ver) + " that the ledger does not know");
            if (auto const* publisher = ledger_.credential(r.publisher); publisher && ledger_.counts(*publisher)) {
                a.release = entry->release;
                a.publisher = *publisher;
            }
        }
        time_body const t{ledger_.chain().chain_id(), c.nonce, now_};
        auto signature = sign<P>(signer_, t);
        if (!signature) return say(e.id, refuse(signature.error()));
        a.time = signed_time<scheme>{t, *signature};
        if (auto const* rotated = ledger_.rotation()) a.management = *rotated;
        say(e.id, a);
    }

    /// paper 2.1: the developer's notice begins the update. Checked in full before anything is recorded.
    void serve(asked& e, announce<scheme> const& a) {
        auto const& r = a.announced.body;
        if (r.publisher != e.from.id) return say(e.id, refuse({errc::not_permitted, "release.publisher"}));
        auto const* publisher = ledger_.credential(r.publisher);
        if (!publisher) return say(e.id, refuse({errc::unknown_sender, "release.publisher"}));
        if (!ledger_.counts(*publisher)) return say(e.id, refuse({errc::busy, "the publisher is being renewed"}));
        if (auto f = trust::check_authentic<P>(ledger_.anchor(), a.announced, *publisher)) return decline(e, r, f);
        if (auto const* entry = ledger_.members().newest(r.model); entry && r.version <= entry->release.body.version) {
            if (entry->release == a.announced) return say(e.id, receipt{r.verifier});  // said again
            return decline(e, r, {errc::stale_version, "release.version", entry->release.body.version});
        }
        if (now_ >= r.expires) return decline(e, r, {errc::expired, "release.expires", r.expires});
        if (r.time > now_ + limits_of<P>::ahead) return decline(e, r, {errc::time_too_new, "release.time", r.time});
        body_type body{};
        body.state = state::released;
        body.recipient = r.publisher;
        body.model = r.model;
        body.ver = r.version;
        body.verifier = r.verifier;
        body.release = a.announced;
        tell("release", title_of(r) + ", " + std::to_string(r.size) + " bytes, by " + short_hex(r.publisher));
        record_it(e.id, std::move(body), receipt{r.verifier});
    }

    void decline(asked& e, release const& r, fault f) {
        tell("refused", title_of(r) + ": " + reason_of(f));
        say(e.id, refuse(f));
    }

    void serve(asked& e, bundle_request const&) { say(e.id, refuse({errc::not_permitted, "bundle_request"})); }

    /// A device shows a claim code's HMAC and a signature by the key it wants enrolled.
    void serve(asked& e, enrol<scheme> const& r) {
        auto const& w = r.body.wanted;
        auto const device = id_of<P>(w.key);
        if (r.body.chain_id != ledger_.chain().chain_id()) return say(e.id, refuse({errc::wrong_chain, "enrol.chain_id"}));
        if (w.role != member_role::device || w.algorithm != scheme::algorithm || w.models.size() != 1)
            return say(e.id, refuse({errc::not_permitted, "enrol.role"}));
        if (!verify<P>(w.key, r.body, r.signature)) return say(e.id, refuse({errc::bad_signature, "enrol.signature"}));
        if (auto const* done = credential_of(device); done && ledger_.counts(*done)) return say_enrolled(e.id, *done);  // said again
        if (auto f = ledger_.still_enrolled(device)) return say(e.id, refuse(f));
        if (auto const* known = ledger_.members().find(device)) {  // enrolled by a key that was replaced: it needs no second code
            if (known->role != member_role::device || !(known->models == w.models)) return say(e.id, refuse({errc::not_permitted, "enrol.wanted"}));
            return enrol_device(e.id, w, {});
        }
        auto spent = claims_.spend(r.body.claim, r.body.chain_id, w.models[0], w.key);
        if (!spent) {
            tell("refused", "enrolment of " + short_hex(device) + ": no such claim code");
            return say(e.id, refuse({errc::already_claimed, "enrol.claim"}));
        }
        enrol_device(e.id, w, {{"claims", std::move(*spent)}});  // one code, one key, durably: it is spent together with the transaction that it bought
    }

    /// `cells` become durable with it.
    void enrol_device(ticket t, enrolment_of<P> const& w, std::vector<std::pair<std::string, bytes>> cells) {
        auto const device = id_of<P>(w.key);
        body_type body{};
        body.state = state::enrolled;
        body.recipient = device;
        body.model = w.models[0];
        body.enrolment = w;
        tell("enrolled", short_hex(device) + " as " + std::string(w.models[0]));
        auto tx = ledger_.sign_and_carry(std::move(body), now_, [this, t, device](fault f) {
            auto const* done = credential_of(device);
            if (f || !done) return say(t, refuse(f ? f : fault{errc::io_failed, "enrol"}));
            say_enrolled(t, *done);
        }, std::move(cells));
        if (!tx) return say(t, refuse(tx.error()));
        offered_.push_back({device, *tx});
    }
    void say_enrolled(ticket t, transaction_of<P> const& credential) {
        enrolled_answer<scheme> a{.credential = credential, .management = {}};
        if (auto const* rotated = ledger_.rotation()) a.management = *rotated;
        say(t, a);
    }

    void serve(asked& e, chunk_request const&) { say(e.id, refuse({errc::not_permitted, "chunk_request"})); }
    /// A gateway may hand a transaction here when it reaches no ledger node.
    void serve(asked& e, carry<scheme> const& c) {
        digest const id = digest_of<hash_of<P>>(c.carried);
        ledger_.carry(c.carried, [this, t = e.id, id](fault f) {
            if (f) say(t, refuse(f));
            else say(t, receipt{id});
        });
    }

    // --- the ledger --------------------------------------------------------------------------------------------------
    /// paper 3.2: adding nodes is the management server's request.
    void introduce() {
        for (auto& tx : options_.enrolments)
            if (!ledger_.members().find(tx.body.recipient)) ledger_.carry(tx, [](fault) {});
        for (auto& node : ledger_.nodes())
            for (auto& other : ledger_.nodes())
                if (node.url != other.url) ledger_.command(node, node_command::register_node, now_, other);
    }

    /// After the recovery key has put this key in office: members that others know by their credential alone are enrolled again, in
    /// the channel key and models that the ledger has for them. Gateways first, since devices ask for theirs before anything else.
    /// A device needs none: its gateway looks on the ledger.
    void renew_members() {
        if (!introduced_ || !ledger_.rotation() || !in_office() || now_ < next_renewal_) return;
        next_renewal_ = now_ + renewal_seconds;
        std::vector<std::pair<int, node_id>> due;
        for (auto& [id, m] : ledger_.members().members()) {
            auto const* credential = ledger_.credential(id);
            bool const by_other = credential && !ledger_.counts(*credential) && m.role != member_role::management;
            if (m.expelled || !by_other) continue;
            bool const distrusted = options_.distrust_from && m.since >= *options_.distrust_from;
            if (m.role == member_role::device && !distrusted) continue;
            auto const last = renewals_.find(id);
            if (last != renewals_.end() && now_ < last->second + renewal_patience) continue;  // on its way
            due.emplace_back(distrusted ? 0 : m.role == member_role::gateway ? 1 : m.role == member_role::publisher ? 2 : 3, id);
        }
        std::sort(due.begin(), due.end());
        if (due.size() > renewals_at_once) due.resize(renewals_at_once);
        for (auto& [order, id] : due) {
            renewals_[id] = now_;
            auto const& m = *ledger_.members().find(id);
            body_type body{};
            body.recipient = id;
            body.state = order == 0 ? state::expelled : state::enrolled;
            if (order != 0) body.enrolment = enrolment_of<P>{m.role, scheme::algorithm, m.key, m.channel, m.models};
            if (!ledger_.sign_and_carry(std::move(body), now_, [](fault) {})) return;
            tell(order == 0 ? "expelled" : "renewed", std::string(schema::name_of(m.role)) + ' ' + short_hex(id));
        }
    }
    bool in_office() const { return id_of<P>(ledger_.anchor().management) == ledger_.id(); }

    template <record T>
    void record_it(ticket t, body_type body, T const& reply) {
        auto tx = ledger_.sign_and_carry(std::move(body), now_, [this, t, reply](fault f) {
            if (f) say(t, refuse(f));
            else say(t, reply);
        });
        if (!tx) say(t, refuse(tx.error()));
    }

    /// On the chain, or signed a moment ago and on its way there.
    transaction_of<P> const* credential_of(node_id const& id) const {
        if (auto const* c = ledger_.credential(id)) return c;
        for (auto& [offered, tx] : offered_)
            if (offered == id) return &tx;
        return nullptr;
    }
    void expire_offers() {
        std::erase_if(offered_, [&](auto& o) { return ledger_.credential(o.first) != nullptr; });
    }

    template <record T>
    void say(ticket t, T const& reply) {
        out_.push_back(answer{t, encode(reply)});
    }
    void tell(std::string event, std::string detail) { out_.push_back(note{std::move(event), std::move(detail)}); }

    static constexpr std::uint64_t renewal_seconds = 5;    // between two looks for who is to be renewed
    static constexpr std::size_t renewals_at_once = 256;
    static constexpr std::uint64_t renewal_patience = 60;  // until one that has not come onto the ledger is signed again

    options options_;
    claim_book<P> claims_;
    signer_type& signer_;
    actions out_;
    client_type ledger_;
    std::vector<std::pair<node_id, transaction_of<P>>> offered_;
    std::map<node_id, std::uint64_t> renewals_;  // when each was last signed
    std::uint64_t next_resolve_ = 0;
    std::uint64_t next_renewal_ = 0;
    std::uint64_t now_ = 0;
    bool introduced_ = false;
};

} // namespace daicho::role
