#pragma once

#include <daicho/concept/entropy.hpp>
#include <daicho/ledger/pool.hpp>
#include <daicho/role/action.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/outbox.hpp>
#include <daicho/role/peer.hpp>
#include <daicho/role/sealing.hpp>

#include <map>
#include <set>

namespace daicho::role {

/// Keeps the chain (paper 3.2). Answers the five requests over HTTP, seals, tells its peers, and follows whichever of
/// them has the preferred branch. What it acknowledged is durable; what it holds was checked in full.
///
/// Platform supplies: block_store (read here, written by the runner through `persist`), signer, entropy.
template <class P, class Platform>
class ledger_node {
    using block_store_type = typename Platform::block_store;
    using signer_type = typename Platform::signer;
    using entropy_type = typename Platform::entropy;
    static_assert(protocol<P>, "a Protocol names hash, signature, consensus and limits: docs/architecture.md");
    static_assert(block_store<block_store_type>, "Platform::block_store must be a block_store: docs/concepts/block_store.md");
    static_assert(signer<signer_type, scheme_of<P>>, "Platform::signer must sign with Protocol::signature: docs/concepts/signer.md");
    static_assert(entropy<entropy_type>, "Platform::entropy must be an entropy: docs/concepts/entropy.md");

public:
    using proof_type = proof_of<P>;
    using event_type = event<proof_type>;
    using block_type = block_of<P>;
    using transaction_type = transaction_of<P>;

    struct options {
        genesis_of<P> genesis;
        inline_string<limits::message> message;          ///< goes into every block sealed here (table 2)
        sealing_policy sealing{};
        std::vector<peer> peers{};                       ///< known from the start
        /// May this address be called at all? The default knows loopback and private networks are not for everybody:
        /// it admits only the hosts of `peers`.
        std::function<bool(std::string_view url)> admits{};
        std::uint64_t sync_seconds = 5;                  ///< between two looks at each peer
        std::uint64_t command_seconds = 300;             ///< how old a command may be
        std::uint64_t mine_seconds = 30;                 ///< how long a mining request may wait
    };

    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e)
        : options_(std::move(o)), signer_(s), store_(store), entropy_(e), me_(id_of<P>(s.public_key())), chain_(options_.genesis),
          pool_(chain_), peers_(options_.peers) {}

    ledger_node(ledger_node const&) = delete;
    ledger_node& operator=(ledger_node const&) = delete;

    /// Reads everything back from the store and checks it again. Errors: store_corrupt with the height, or the store's own.
    fault restore(std::uint64_t now) {
        std::uint64_t const stored = store_.height();
        for (std::uint64_t h = 1; h <= stored; ++h) {
            auto raw = store_.read(h);
            if (!raw) return raw.error();
            auto block = decode<block_type>(*raw);
            if (!block) return {errc::store_corrupt, "block", h};
            fault refused;
            (void)pool_.around([&] { refused = chain_.push(*block, std::max(now, block->head().time)); });
            if (refused) return {errc::store_corrupt, refused.where, h};
        }
        stored_height_ = stored;
        std::vector<digest> stale;
        auto f = store_.pending([&](digest const& id, byte_view raw) {
            auto tx = decode<transaction_type>(raw);
            if (!tx || pool_.submit(*tx, std::max(now, tx->body.time))) stale.push_back(id);
        });
        if (f) return f;
        if (!stale.empty()) outbox_.put({.batch = {.drop_pending = std::move(stale)}});
        if (auto cell = store_.cell("commands"); cell && !cell->empty()) {
            auto marks = decode<command_marks>(*cell);
            if (!marks) return {errc::store_corrupt, "commands"};
            for (auto& m : marks->marks) commands_[m.sender] = m.sequence;
        }
        if (auto cell = store_.cell("slot"); cell && cell->size() >= 8) last_slot_ = load_be64(cell->data());
        return {};
    }

    node_id const& id() const noexcept { return me_; }
    ledger::chain<P> const& chain() const noexcept { return chain_; }
    std::size_t pending() const noexcept { return pool_.size(); }

    actions step(event_type event, std::uint64_t now) {
        now_ = now;
        std::visit([this](auto& e) { on(e); }, event);
        consider_sealing();
        if (auto p = outbox_.next(stored_height_)) {
            stored_height_ = std::min(stored_height_, p->batch.keep) + p->batch.blocks.size();
            out_.push_back(std::move(*p));
        }
        return std::exchange(out_, {});
    }

private:
    // --- events ------------------------------------------------------------------------------------------------------
    void on(arrived& e) {
        auto const& r = e.request;
        bool const get = r.method == "GET" || r.method == "HEAD", post = r.method == "POST";
        if (get && r.path == "/") return say(e.id, json_text(200, index_text()));
        if (get && r.path == "/status") return say(e.id, show(r, 200, status_now()));
        if (get && r.path == "/chain") return serve_chain(e.id, r);
        if (get && r.path == "/identity") return serve_identity(e.id, r);
        if (post && r.path == "/transactions/new") return take_transaction(e.id, r);
        if (post && r.path == "/blocks/new") return take_block(e.id, r);
        if (post && r.path == "/mine") return take_command(e.id, r, node_command::mine);
        if (post && r.path == "/nodes/register") return take_command(e.id, r, node_command::register_node);
        if (post && r.path == "/nodes/resolve") return take_command(e.id, r, node_command::resolve);
        for (auto known : {"/", "/status", "/chain", "/identity", "/transactions/new", "/blocks/new", "/mine", "/nodes/register", "/nodes/resolve"})
            if (r.path == known) return say(e.id, http_refusal(405, {errc::not_permitted, "method"}));
        say(e.id, http_refusal(404, {errc::not_found, "path"}));
    }

    void on(answered& e) {
        auto const it = calls_.find(e.id);
        if (it == calls_.end()) return;
        auto then = std::move(it->second);
        calls_.erase(it);
        then(std::move(e.response));
    }

    void on(committed& e) {
        if (auto f = outbox_.finish(e.id, e.outcome)) {
            out_.push_back(halt{f});
            return;
        }
        if (e.outcome) {
            stored_height_ = store_.height();
            tell("refused", std::string("the store: ") + std::string(message(e.outcome.code)));
        }
    }

    void on(sealed<proof_type>& e) {
        if (!sealing_ || e.epoch != epoch_) return;  // the tip moved on meanwhile
        sealing_ = false;
        if (!e.proof) return tell("seal", std::string(message(e.proof.error().code)));
        block_type block;
        block.sealed = {job_.body, *e.proof};
        block.transactions = std::move(template_);
        if (auto f = extend({block}, "sealed")) tell("seal", std::string(message(f.code)));
    }

    void on(tick&) {
        for (auto& p : peers_) {
            if (p.busy || now_ < p.next) continue;
            p.next = now_ + options_.sync_seconds;
            p.proven ? look_at(p.url) : prove(p.url);
        }
        std::erase_if(miners_, [&](auto& m) {
            if (pool_.size() == 0 && !sealing_) say(m.id, show(m.asked, 200, status_now()));
            else if (now_ >= m.until) say(m.id, http_refusal({errc::busy, "mine"}));
            else return false;
            return true;
        });
        if (miners_.empty()) mine_wanted_ = false;
    }

    // --- the five requests -------------------------------------------------------------------------------------------
    void take_transaction(ticket t, http_request const& r) {
        auto tx = body_of<transaction_type>(r.content_type, r.body);
        if (!tx) return say(t, http_refusal(tx.error()));
        digest const id = digest_of<hash_of<P>>(*tx);
        if (pool_.holds(id))  // said again: acknowledged when the first is durable
            return outbox_.put({.batch = {}, .done = [this, t, id](fault f) { acknowledge(t, id, f); }, .undo = {}});
        if (auto f = pool_.submit(*tx, now_)) {
            tell("refused", "transaction from " + short_hex(tx->body.sender) + ": " + std::string(message(f.code)) + " (" + f.where + ")");
            return say(t, http_refusal(f));
        }
        tell("transaction", std::string(schema::name_of(tx->body.state)) + " " + std::string(tx->body.model) + " v" +
                                std::to_string(tx->body.ver) + " from " + short_hex(tx->body.sender));
        bytes canonical = encode(*tx);
        store_batch batch;
        batch.add_pending.emplace_back(id, canonical);
        outbox_.put({std::move(batch),
                     [this, t, id, canonical](fault f) {
                         acknowledge(t, id, f);
                         if (!f) to_peers("/transactions/new", canonical);
                     },
                     [this, id]() -> fault {
                         pool_.remove(id);
                         return {};
                     }});
    }

    void acknowledge(ticket t, digest const& id, fault f) {
        if (f) return say(t, http_refusal(f));
        say(t, json_text(201, "{\"id\":\"" + to_hex(id) + "\",\"block\":" + std::to_string(chain_.height() + 1) + "}"));
    }

    void take_command(ticket t, http_request const& r, node_command wanted) {
        auto c = body_of<command_of<P>>(r.content_type, r.body);
        if (!c) return say(t, http_refusal(c.error()));
        if (auto f = check_command(*c, wanted)) {
            tell("refused", "command from " + short_hex(c->body.sender) + ": " + std::string(message(f.code)));
            return say(t, http_refusal(f));
        }
        // Durable before it is done: a command never runs twice.
        auto const before = commands_[c->body.sender];
        commands_[c->body.sender] = c->body.sequence;
        store_batch batch;
        batch.cells.emplace_back("commands", encode(marks_now()));
        outbox_.put({std::move(batch),
                     [this, t, r, body = c->body](fault f) { f ? say(t, http_refusal(f)) : obey(t, r, body); },
                     [this, sender = c->body.sender, before]() -> fault {
                         commands_[sender] = before;
                         return {};
                     }});
    }

    fault check_command(command_of<P> const& c, node_command wanted) const {
        auto const& b = c.body;
        if (b.chain_id != chain_.chain_id()) return {errc::wrong_chain, "command.chain_id"};
        if (b.wanted != wanted) return {errc::out_of_range, "command.wanted"};
        if (b.recipient != me_) return {errc::wrong_recipient, "command.recipient"};
        auto const* m = chain_.members().find(b.sender);
        if (!m) return {errc::unknown_sender, "command.sender"};
        if (m->expelled) return {errc::expelled_sender, "command.sender"};
        // paper 3.2: gateways request mining, the management server the addition of nodes and consensus
        bool const may = m->role == member_role::management || (wanted == node_command::mine && m->role == member_role::gateway);
        if (!may) return {errc::not_permitted, "command.sender"};
        if (b.time + options_.command_seconds < now_) return {errc::time_too_old, "command.time", b.time};
        if (b.time > now_ + limits_of<P>::ahead) return {errc::time_too_new, "command.time", b.time};
        if (!verify<P>(m->key, b, c.signature)) return {errc::bad_signature, "command.signature"};
        auto const last = commands_.find(b.sender);
        if (last != commands_.end() && b.sequence <= last->second) return {errc::replayed, "command.sequence", last->second};
        if (last == commands_.end() && commands_.size() >= command_marks::list_type::bound) return {errc::busy, "command.sender"};
        if (wanted == node_command::register_node) {
            auto const* subject = chain_.members().active(b.subject);
            if (!subject || !seals_or_keeps(subject->role)) return {errc::unknown_sender, "command.subject"};
            if (!admitted(b.address)) return {errc::not_permitted, "command.address"};
        }
        return {};
    }

    static bool seals_or_keeps(member_role r) {
        return r == member_role::ledger_node || r == member_role::signer || r == member_role::gateway;
    }

    bool admitted(std::string_view url) const {
        if (options_.admits) return options_.admits(url);
        return std::any_of(options_.peers.begin(), options_.peers.end(), [&](auto& p) { return p.url == url; });
    }

    void obey(ticket t, http_request const& asked, command_body const& b) {
        switch (b.wanted) {
        case node_command::mine:
            if (pool_.size() == 0 && !sealing_) return say(t, http_refusal({errc::nothing_to_seal, "pool"}));
            mine_wanted_ = true;
            miners_.push_back({t, asked, now_ + options_.mine_seconds});
            return;
        case node_command::register_node: {
            auto known = std::find_if(peers_.begin(), peers_.end(), [&](auto& p) { return p.url == std::string_view(b.address); });
            if (known == peers_.end() && peers_.size() >= 64) return say(t, http_refusal({errc::busy, "peers", peers_.size()}));
            if (known == peers_.end()) peers_.push_back({b.subject, std::string(b.address)});
            else if (known->id != b.subject) *known = {b.subject, std::string(b.address)};
            // Registered, not believed: it is asked for its identity before anything else.
            prove(std::string(b.address), [this, t, asked](fault f) { f ? say(t, http_refusal(502, f)) : say(t, show(asked, 201, status_now())); });
            return;
        }
        case node_command::resolve: {
            struct round {
                std::size_t open = 0;
                digest head;
            };
            auto r = std::make_shared<round>(round{0, chain_.head()});
            auto finish = [this, t, r] {
                if (r->open != 0 && --r->open != 0) return;
                auto const& s = status_now();
                say(t, json_text(200, std::string("{\"replaced\":") + (r->head == s.head ? "false" : "true") +
                                          ",\"length\":" + std::to_string(s.height) + ",\"head\":\"" + to_hex(s.head) + "\"}"));
            };
            for (auto& p : peers_)
                if (p.proven && !p.busy && now_ >= p.banned_until) ++r->open;
            if (r->open == 0) return finish();
            for (auto& p : std::vector<peer>(peers_))
                if (p.proven && !p.busy && now_ >= p.banned_until) look_at(p.url, [finish](fault) { finish(); });
            return;
        }
        }
    }

    void serve_chain(ticket t, http_request const& r) {
        auto from = number_in(r.query, "from", 1), limit = number_in(r.query, "limit", 100);
        if (!from || !limit) return say(t, http_refusal(400, {errc::out_of_range, "query"}));
        page p{.chain_id = chain_.chain_id(), .height = std::min(stored_height_, std::uint64_t(store_.height())), .head = chain_.head(), .from = std::max<std::uint64_t>(*from, 1)};
        std::size_t total = 0;
        for (auto h = p.from; h <= p.height && p.blocks.size() < std::min<std::uint64_t>(*limit, limits::page); ++h) {
            auto raw = store_.read(h);
            if (!raw) return say(t, http_refusal(raw.error()));
            if (!p.blocks.empty() && total + raw->size() > limits::http_body / 2) break;
            total += raw->size();
            p.blocks.emplace_back(std::move(*raw));
        }
        if (says(r.accept, cbor_type)) return say(t, show(r, 200, p));
        // For people: in the shape of the paper's base, {"chain": [...], "length": n}.
        std::string text = "{\"chain\":[";
        for (auto& raw : p.blocks) {
            auto block = decode<block_type>(raw);
            if (!block) return say(t, http_refusal({errc::store_corrupt, "block"}));
            if (text.back() != '[') text += ',';
            text += schema::to_json(*block);
        }
        text += "],\"length\":" + std::to_string(p.height) + ",\"from\":" + std::to_string(p.from) + ",\"head\":\"" + to_hex(p.head) + "\"}";
        say(t, json_text(200, std::move(text)));
    }

    // --- peers -------------------------------------------------------------------------------------------------------
    void serve_identity(ticket t, http_request const& r) {
        identity<scheme_of<P>> answer{};
        answer.body = {.chain_id = chain_.chain_id(), .node = me_};
        if (auto f = from_hex(text_in(r.query, "nonce"), answer.body.nonce)) return say(t, http_refusal(400, {f.code, "query.nonce"}));
        auto signature = sign<P>(signer_, answer.body);
        if (!signature) return say(t, http_refusal(signature.error()));
        answer.signature = *signature;
        say(t, show(r, 200, answer));
    }

    peer* find_peer(std::string_view url) {
        auto it = std::find_if(peers_.begin(), peers_.end(), [&](auto& p) { return p.url == url; });
        return it == peers_.end() ? nullptr : &*it;
    }

    /// Asks who is there, over a fresh nonce. `then` hears how it went.
    void prove(std::string const& url, std::function<void(fault)> then = {}) {
        auto* p = find_peer(url);
        if (!p) return;
        nonce128 nonce;
        if (auto f = entropy_.fill(nonce)) {
            if (then) then(f);
            return;
        }
        p->busy = true;
        http_request r{.path = "/identity", .query = "nonce=" + to_hex(nonce), .accept = std::string(cbor_type)};
        ask(url, std::move(r), [this, url, nonce, then](result<http_response> answer) {
            auto* asked = find_peer(url);
            if (!asked) return;
            asked->busy = false;
            fault const f = check_identity(answer, asked->id, nonce);
            if (!f && !asked->proven) tell("peer", short_hex(asked->id) + " at " + url);
            asked->proven = !f;
            if (then) then(f);
            if (!f) look_at(url);
        });
    }

    fault check_identity(result<http_response> const& answer, node_id const& expected, nonce128 const& nonce) const {
        if (!answer) return answer.error();
        if (answer->status != 200) return {errc::not_authenticated, "identity.status", answer->status};
        auto who = decode<identity<scheme_of<P>>>(answer->body);
        if (!who) return who.error();
        if (who->body.chain_id != chain_.chain_id()) return {errc::foreign_genesis, "identity.chain_id"};
        if (who->body.node != expected || who->body.nonce != nonce) return {errc::not_authenticated, "identity.node"};
        auto const* m = chain_.members().find(expected);
        // A node that has not yet read its peer's enrolment believes it for following only: every block is checked anyway.
        if (m && (m->expelled || !verify<P>(m->key, who->body, who->signature))) return {errc::not_authenticated, "identity.signature"};
        return {};
    }

    /// Compares heads with a peer, and pulls what we lack.
    void look_at(std::string const& url, std::function<void(fault)> then = {}) {
        auto* p = find_peer(url);
        if (!p || p->busy || now_ < p->banned_until) {
            if (then) then({errc::busy, "peer"});
            return;
        }
        p->busy = true;
        ask(url, {.path = "/status", .accept = std::string(cbor_type)}, [this, url, then](result<http_response> answer) {
            auto s = opened<status>(answer);
            if (!s) return part(url, then, s.error());
            if (s->chain_id != chain_.chain_id()) return part(url, then, {errc::foreign_genesis, "status.chain_id"});
            if (s->head == chain_.head() || s->height <= chain_.final_height()) return part(url, then, {});
            pull(url, {chain_.final_height(), {}}, chain_.final_height() + 1, s->height, then);
        });
    }

    struct collected {
        std::uint64_t fork_point;
        std::vector<block_type> blocks;
    };
    static constexpr std::size_t longest_branch = 4096;

    void pull(std::string const& url, collected have, std::uint64_t from, std::uint64_t until, std::function<void(fault)> then) {
        http_request r{.path = "/chain",
                       .query = "from=" + std::to_string(from) + "&limit=" + std::to_string(limits::page),
                       .accept = std::string(cbor_type)};
        ask(url, std::move(r), [this, url, have = std::move(have), from, until, then](result<http_response> answer) mutable {
            auto p = opened<page>(answer);
            if (!p) return part(url, then, p.error());
            if (p->from != from) return part(url, then, {errc::wrong_index, "page.from", p->from});
            for (auto& raw : p->blocks) {
                auto block = decode<block_type>(raw);
                if (!block) return part(url, then, block.error());
                if (have.blocks.empty() && block->head().index == have.fork_point + 1) {
                    auto ours = chain_.recent(block->head().index);
                    if (ours && ours->sealed == block->sealed) {
                        ++have.fork_point;
                        continue;
                    }
                }
                have.blocks.push_back(std::move(*block));
            }
            std::uint64_t const next = from + p->blocks.size();
            bool const last = p->blocks.empty() || next > until;
            // What simply continues our tip is taken page by page; a fork is judged when it is whole.
            bool const continues = have.fork_point == chain_.height();
            if (!have.blocks.empty() && (last || continues)) {
                auto taken = std::move(have.blocks);
                have.blocks.clear();
                fault const f = continues ? extend(taken, "followed") : replace(have.fork_point, taken);
                if (f) return part(url, then, f);
                have.fork_point = chain_.height();
            }
            if (last) return part(url, then, {});
            if (have.blocks.size() > longest_branch) return part(url, then, {errc::oversized, "branch", have.blocks.size()});
            pull(url, std::move(have), next, until, then);
        });
    }

    /// Ends a conversation. Who sent what no honest node sends is left alone for a while.
    void part(std::string const& url, std::function<void(fault)> const& then, fault f) {
        if (auto* p = find_peer(url)) {
            p->busy = false;
            bool const lied = f && f.code < errc::not_found && !honest(f.code);
            if (lied) p->banned_until = now_ + 60;
            if (f.code == errc::unreachable || f.code == errc::timed_out || f.code == errc::disconnected) p->proven = false;
            if (lied) tell("peer", url + " is ignored for a minute: " + std::string(message(f.code)) + " (" + f.where + ")");
        }
        if (then) then(f);
    }

    /// What an honest peer may cause: it moved on between two answers, its clock differs, ours is the better branch.
    static bool honest(errc code) {
        return code == errc::not_preferred || code == errc::unlinked_block || code == errc::wrong_index || code == errc::time_too_new;
    }

    template <record T>
    static result<T> opened(result<http_response> const& answer) {
        if (!answer) return answer.error();
        if (answer->status != 200) return fault{errc::not_found, "status", answer->status};
        return decode<T>(answer->body);
    }

    void take_block(ticket t, http_request const& r) {
        auto block = body_of<block_type>(r.content_type, r.body);
        if (!block) return say(t, http_refusal(block.error()));
        auto const known = chain_.recent(block->head().index);
        if (known && known->sealed == block->sealed) return say(t, json_text(200, "{\"known\":true}"));
        if (block->head().previous_hash != chain_.head()) {
            // Not ours to judge from one block: look at the peers' whole branches.
            for (auto& p : std::vector<peer>(peers_))
                if (p.proven && !p.busy) look_at(p.url);
            return say(t, http_refusal(202, {errc::unlinked_block, "block.previous_hash", block->head().index}));
        }
        std::vector<block_type> one;
        one.push_back(std::move(*block));
        auto answer = [this, t](fault f) { f ? say(t, http_refusal(f)) : say(t, json_text(201, "{\"known\":false}")); };
        if (auto f = extend(one, "received", answer)) say(t, http_refusal(f));
    }

    // --- the chain ---------------------------------------------------------------------------------------------------
    auto known_good() const {
        return [this](digest const& id) { return verified_.count(id) != 0; };
    }

    /// Puts blocks on the tip, in memory now and durably soon.
    fault extend(std::vector<block_type> const& blocks, char const* how, std::function<void(fault)> then = {}) {
        std::uint64_t const before = chain_.height();
        fault f;
        remember_pool();
        auto gone = pool_.around([&] {
            for (auto& b : blocks)
                if ((f = chain_.push(b, now_, known_good()))) break;
        });
        verified_.clear();
        if (chain_.height() == before) return f;
        store_batch batch;
        for (std::size_t i = 0; i != chain_.height() - before; ++i) batch.blocks.push_back(encode(blocks[i]));
        batch.drop_pending = gone;
        moved();
        settle_decision(std::move(batch), before, {}, how, std::move(then));
        return f;
    }

    /// Replaces the tail by a preferred branch; what was in it and is still valid waits again.
    fault replace(std::uint64_t fork_point, std::vector<block_type> const& blocks) {
        std::vector<std::shared_ptr<block_type const>> displaced;
        for (auto h = fork_point + 1; h <= chain_.height(); ++h) displaced.push_back(chain_.recent(h));
        fault f;
        remember_pool();
        auto gone = pool_.around([&] { f = chain_.adopt(fork_point, blocks, now_, known_good()); });
        verified_.clear();
        if (f) return f;
        store_batch batch{.keep = fork_point, .blocks = {}, .add_pending = {}, .drop_pending = std::move(gone), .cells = {}};
        for (auto& b : blocks) batch.blocks.push_back(encode(b));
        for (auto& old : displaced)
            for (auto& tx : old->transactions)
                if (!pool_.submit(tx, now_)) batch.add_pending.emplace_back(digest_of<hash_of<P>>(tx), encode(tx));
        tell("reorganised", "from height " + std::to_string(fork_point) + ", " + std::to_string(displaced.size()) + " blocks replaced by " +
                                std::to_string(blocks.size()));
        moved();
        settle_decision(std::move(batch), fork_point, std::move(displaced), "adopted", {});
        return {};
    }

    void settle_decision(store_batch batch, std::uint64_t before, std::vector<std::shared_ptr<block_type const>> displaced, char const* how,
                         std::function<void(fault)> then) {
        outbox_.put({std::move(batch),
                     [this, how, then, height = chain_.height()](fault f) {
                         if (then) then(f);
                         if (f) return;
                         auto tip = chain_.recent(height);
                         if (!tip) return;
                         tell("block", std::to_string(height) + " " + short_hex(ledger::hash_of_block<P>(tip->sealed)) + " " + how + ", " +
                                           std::to_string(tip->transactions.size()) + " transactions");
                         to_peers("/blocks/new", encode(*tip));
                         for (auto& m : std::exchange(miners_, {})) say(m.id, show(m.asked, 201, status_now()));
                         mine_wanted_ = false;
                     },
                     [this, before, displaced]() -> fault {
                         fault f;
                         (void)pool_.around([&] {
                             if ((f = chain_.unwind(before))) return;
                             for (auto& b : displaced)
                                 if ((f = chain_.push(*b, std::max(now_, b->head().time)))) return;
                         });
                         moved();
                         return f;
                     }});
    }

    /// The signatures in the pool were checked at its door; a block of them need not check again.
    void remember_pool() {
        for (auto& w : pool_.all()) verified_.insert(w.id);
    }

    /// The tip is another one: whatever is being sealed is stale.
    void moved() {
        ++epoch_;
        if (!std::exchange(sealing_, false)) return;
        out_.push_back(stop_sealing{});
    }

    // --- sealing -----------------------------------------------------------------------------------------------------
    bool sealing_due() const {
        auto const& policy = options_.sealing;
        if (pool_.size() != 0) {
            if (mine_wanted_) return true;
            if (policy.size != 0 && pool_.size() >= policy.size) return true;
            if (policy.interval != 0 && now_ >= tip_time() + policy.interval) return true;
            return false;
        }
        return policy.settle && policy.interval != 0 && now_ >= tip_time() + policy.interval && unsettled();
    }
    std::uint64_t tip_time() const { return chain_.depth() == 0 ? chain_.genesis().time : chain_.at(0).body.time; }
    bool unsettled() const {
        for (auto h = chain_.height(); h > chain_.final_height(); --h)
            if (auto b = chain_.recent(h); b && !b->transactions.empty()) return true;
        return false;
    }

    void consider_sealing() {
        if (sealing_ || !sealing_due()) return;
        auto transactions = pool_.next_block();
        auto h = chain_.prepare(transactions, options_.message, now_, me_);
        if (!h) return;  // not this machine's turn
        if (h->slot != 0 && h->slot <= last_slot_) return;
        sealing_ = true;
        template_ = std::move(transactions);
        job_ = {++epoch_, *h};
        if (h->slot == 0) {
            out_.push_back(seal{job_});
            return;
        }
        // An authority's signature leaves only after (slot, hash) is durable: a crash never makes it sign another header for
        // this slot.
        bytes cell(8);
        store_be64(cell.data(), h->slot);
        auto const d = digest_of<hash_of<P>>(*h);
        cell.insert(cell.end(), d.begin(), d.end());
        last_slot_ = h->slot;
        store_batch batch;
        batch.cells.emplace_back("slot", std::move(cell));
        outbox_.put({std::move(batch),
                     [this, epoch = job_.epoch](fault f) {
                         if (f) sealing_ = false;
                         else if (sealing_ && epoch == epoch_) out_.push_back(seal{job_});
                     },
                     {}});
    }

    // --- small things ------------------------------------------------------------------------------------------------
    status status_now() const {
        return {.chain_id = chain_.chain_id(),
                .node = me_,
                .height = chain_.height(),
                .head = chain_.head(),
                .final_height = chain_.final_height(),
                .pending = pool_.size(),
                .peers = std::uint64_t(std::count_if(peers_.begin(), peers_.end(), [](auto& p) { return p.proven; }))};
    }
    command_marks marks_now() const {
        command_marks m;
        for (auto& [sender, sequence] : commands_) m.marks.push_back({sender, sequence});
        return m;
    }
    static std::string index_text() {
        return R"({"daicho":"ledger_node","GET":["/status","/chain?from=1&limit=100","/identity?nonce=<32 hex digits>"],)"
               R"("POST":["/transactions/new","/mine","/nodes/register","/nodes/resolve","/blocks/new"]})";
    }
    void say(ticket t, http_response r) { out_.push_back(respond{t, std::move(r)}); }
    void tell(std::string event, std::string detail) { out_.push_back(note{std::move(event), std::move(detail)}); }
    void ask(std::string const& url, http_request r, std::function<void(result<http_response>)> then) {
        calls_.emplace(++last_call_, std::move(then));
        out_.push_back(call{last_call_, url, std::move(r)});
    }
    void to_peers(char const* path, bytes const& canonical) {
        for (auto& p : peers_) {
            if (!p.proven) continue;
            http_request r{.method = "POST", .path = path, .accept = std::string(cbor_type), .content_type = std::string(cbor_type), .body = canonical};
            ask(p.url, std::move(r), [](auto&&) {});
        }
    }

    struct miner {
        ticket id;
        http_request asked;
        std::uint64_t until;
    };

    options options_;
    signer_type& signer_;
    block_store_type& store_;
    entropy_type& entropy_;
    node_id me_;
    ledger::chain<P> chain_;
    ledger::pool<P> pool_;
    outbox outbox_;
    std::vector<peer> peers_;
    std::map<ticket, std::function<void(result<http_response>)>> calls_;
    std::map<node_id, std::uint64_t> commands_;
    std::vector<miner> miners_;
    std::set<digest> verified_;
    std::vector<transaction_type> template_;
    seal_job job_{};
    std::uint64_t epoch_ = 0;
    std::uint64_t last_slot_ = 0;
    std::uint64_t stored_height_ = 0;
    std::uint64_t now_ = 0;
    ticket last_call_ = 0;
    bool sealing_ = false;
    bool mine_wanted_ = false;
    actions out_;
};

} // namespace daicho::role
