#pragma once

#include <daicho/base/url.hpp>
#include <daicho/ledger/pool.hpp>
#include <daicho/ledger/remembering_verifier.hpp>
#include <daicho/ledger/validate.hpp>
#include <daicho/role/command_book.hpp>
#include <daicho/role/outbox.hpp>
#include <daicho/role/peer_circle.hpp>
#include <daicho/role/platform.hpp>
#include <daicho/role/proof_desk.hpp>
#include <daicho/role/sealing.hpp>
#include <daicho/role/snapshot_desk.hpp>
#include <daicho/role/verifier.hpp>

namespace daicho::role {

/// Keeps the chain (paper 3.2). Answers the five requests over HTTP, seals, tells its peers, and follows whichever of
/// them has the preferred branch. What it acknowledged is durable; what it holds was checked in full.
///
/// Platform supplies: block_store (read here, written by the runner through `persist`), signer, entropy; and, when it has one that
/// is faster than one signature after another, a verifier.
/// The runner answers every call, if only with timed_out, and every persist.
template <class P, class Platform>
class ledger_node {
    static_assert(checked_protocol<P>);
    using block_store_type = block_store_of<Platform>;
    using signer_type = signer_of<P, Platform>;
    using entropy_type = entropy_of<Platform>;
    using tiles_type = tile_store_of<Platform>;
    static_assert(batch_verifier<verifier_of<P, Platform>, scheme_of<P>>,
                  "Platform::verifier must be a batch_verifier of Protocol::signature: docs/concepts/batch_verifier.md");

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
        std::uint64_t mine_seconds = 30;                 ///< how long a request for mining or consensus may wait
        note_signer note{};                              ///< signs checkpoints of the final history; none: /checkpoint is 404
        snapshot_policy snapshots{};
    };

    static constexpr std::size_t most_waiting = 256;     ///< requests for mining and consensus at once
    static constexpr std::uint64_t pause_seconds = 2;    ///< before sealing again when it failed

    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e)
        requires std::default_initializable<tiles_type>
        : ledger_node(std::move(o), s, store, e, std::make_unique<tiles_type>()) {}
    /// With tiles that outlive the process: what they hold is not computed again.
    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e, tiles_type& tiles)
        : ledger_node(std::move(o), s, store, e, nullptr, &tiles) {}

    ledger_node(ledger_node const&) = delete;
    ledger_node& operator=(ledger_node const&) = delete;

private:
    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e, std::unique_ptr<tiles_type> own, tiles_type* tiles = nullptr)
        : options_(std::move(o)), signer_(s), store_(store), me_(id_of<P>(s.public_key())), chain_(options_.genesis), pool_(chain_),
          durable_{0, chain_.chain_id()},
          circle_(
              chain_, options_.peers, [this](std::string const& url, http_request r, auto then) { call_peer(url, std::move(r), std::move(then)); },
              [this](std::uint64_t fork, auto const& blocks) { return fork == chain_.height() ? extend(blocks, "followed") : replace(fork, blocks); },
              [this](std::string event, std::string detail) { tell(std::move(event), std::move(detail)); },
              [&e](byte_span out) { return e.fill(out); }, hearsay_),
          snapshots_(store, options_.snapshots), own_tiles_(std::move(own)), desk_(store, tiles ? *tiles : *own_tiles_, log_origin<P>(options_.genesis, chain_.chain_id()), options_.note) {}

public:
    /// Reads back what the store holds, and checks again what came after the newest good snapshot, with the threads of `pool`.
    /// `progress` is told the height up to which all is well. Errors: store_corrupt with the height, pruned (no snapshot is good, and blocks before it are gone), the store's.
    fault restore(std::uint64_t now) {
        same_thread here;
        return restore(now, here);
    }
    template <executor Executor>
    fault restore(std::uint64_t now, Executor& threads, std::function<void(std::uint64_t height)> progress = {}) {
        std::uint64_t const stored = store_.height();
        fault unread;
        std::uint64_t unreadable = 0;
        auto read = [&](std::uint64_t h) -> result<std::optional<bytes>> {
            if (h > stored) return std::optional<bytes>();
            auto raw = store_.read(h);
            if (raw) return std::optional(std::move(*raw));
            unreadable = h;
            return unread = raw.error();
        };
        auto begun = snapshots_.restore(options_.genesis);
        if (!begun) return begun.error();
        auto checked = ledger::validate<P>(std::move(*begun), read, [] { return verifier_of<P, Platform>(); }, threads,
                                           {.now = now, .own = true, .progress = std::move(progress)}, [](block_type const&) {});
        if (checked.refused && checked.height == unreadable) return unread;
        if (checked.refused) return {errc::store_corrupt, checked.refused.where, checked.height};
        (void)pool_.around([&] { chain_ = std::move(checked.chain); });
        durable_ = {chain_.height(), chain_.head()};
        if (auto f = desk_.open(chain_); f && f != errc::pruned) return f;  // without tiles of what was pruned it proves nothing
        std::vector<digest> stale;
        std::vector<transaction_type> kept;
        if (auto f = store_.pending([&](digest const& id, byte_view raw) {
                auto tx = decode<transaction_type>(raw);
                tx && digest_of<hash_of<P>>(*tx) == id ? kept.push_back(std::move(*tx)) : stale.push_back(id);
            }))
            return f;
        verify_together(kept);
        for (auto& id : pool_.resume_all(std::move(kept), claiming())) stale.push_back(id);
        for (auto h = chain_.final_height() + 1; h <= chain_.height(); ++h)
            if (auto const b = chain_.recent(h))
                for (auto& tx : b->transactions) hearsay_.add(digest_of<hash_of<P>>(tx), encode(tx));
        for (auto& w : pool_.all()) hearsay_.add(w.id, encode(w.transaction));
        if (!stale.empty()) outbox_.put({.batch = {.drop_pending = std::move(stale)}, .done = {}, .undo = {}});
        return restore_cells();
    }

    node_id const& id() const noexcept { return me_; }
    ledger::chain<P> const& chain() const noexcept { return chain_; }
    std::size_t pending() const noexcept { return pool_.size(); }
    /// What verifies signatures here, and what it remembers.
    auto const& verifier() const noexcept { return verifier_; }
    std::vector<peer> const& peers() const noexcept { return circle_.all(); }

    /// What will be stepped next, when several wait: the signatures of transactions among them are verified together, and
    /// remembered. Says and changes nothing else.
    void foresee(std::span<event_type const> events) {
        std::vector<transaction_type> transactions;
        for (auto& e : events) {
            auto const* a = std::get_if<arrived>(&e);
            if (!a || halted_ || a->request.method != "POST" || a->request.path != "/transactions/new") continue;
            auto tx = body_of<transaction_type>(a->request.content_type, a->request.body);
            if (tx && !pool_.admissible(*tx, now_) && !pool_.holds(digest_of<hash_of<P>>(*tx))) transactions.push_back(std::move(*tx));
        }
        if (transactions.size() > 1) verify_together(transactions);
    }

    actions step(event_type event, std::uint64_t now) {
        now_ = now;
        std::visit([this](auto& e) { this->on(e); }, event);
        consider_sealing();
        if (auto f = desk_.follow(chain_); f && !std::exchange(mute_, true)) tell("history", std::string(message(f.code)));
        snapshots_.follow(chain_, outbox_, own_tiles_ ? 1 : desk_.height_needed());
        if (auto p = halted_ ? std::nullopt : outbox_.next(durable_.height)) {
            travelling_ = {chain_.height(), chain_.head()};
            out_.push_back(std::move(*p));
        }
        return std::exchange(out_, {});
    }

private:
    struct tip {
        std::uint64_t height;
        digest head;
    };
    struct waiter {
        ticket id;
        http_request asked;
        std::uint64_t until;
    };
    struct round {  // of looking at every peer
        ticket id;
        std::uint64_t until;
        digest head;
        bool over = false;
    };
    using seen_block = std::shared_ptr<block_type const>;
    using waiting = typename ledger::pool<P>::waiting;

    // --- events ------------------------------------------------------------------------------------------------------
    void on(arrived& e) {
        if (halted_) return say(e.id, http_refusal({errc::io_failed, "store"}));
        auto const& r = e.request;
        bool const get = r.method == "GET" || r.method == "HEAD", post = r.method == "POST";
        if (get && r.path == "/") return say(e.id, json_text(200, index_text()));
        if (get && r.path == "/status") return say(e.id, show(r, 200, status_now()));
        if (get && r.path == "/chain") return serve_chain(e.id, r);
        if (get && r.path == "/identity") return serve_identity(e.id, r);
        if (get)
            if (auto shown = desk_.answer(r)) return say(e.id, std::move(*shown));
        if (post && r.path == "/transactions/new") return take_transaction(e.id, r);
        if (post && r.path == "/blocks/new") return take_block(e.id, r);
        if (post && r.path == "/mine") return take_command(e.id, r, node_command::mine);
        if (post && r.path == "/nodes/register") return take_command(e.id, r, node_command::register_node);
        if (post && r.path == "/nodes/resolve") return take_command(e.id, r, node_command::resolve);
        for (auto known : {"/", "/status", "/chain", "/identity", "/checkpoint", "/proof", "/proof/consistency", "/transactions/new", "/blocks/new", "/mine", "/nodes/register", "/nodes/resolve"})
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
        if (!outbox_.waits_for(e.id) || halted_) return;
        if (!e.outcome) durable_ = travelling_;
        else tell("refused", std::string("the store: ") + std::string(message(e.outcome.code)));
        auto f = outbox_.finish(e.id, e.outcome);
        // A store that refuses has changed nothing; after any other failure nobody knows which of the two it holds.
        bool const refusal = e.outcome == errc::store_full || e.outcome == errc::oversized;
        if (!f && (!e.outcome || refusal)) return;
        halted_ = true;
        out_.push_back(halt{f ? f : e.outcome});
    }

    void on(sealed<proof_type>& e) {
        if (!sealing_ || e.epoch != epoch_) return;  // the tip moved on meanwhile
        sealing_ = false;
        fault f = e.proof.error();
        if (!f) {
            std::vector<block_type> one(1);
            one[0].sealed = {job_.body, *e.proof};
            one[0].transactions = std::move(template_);
            f = extend(one, "sealed");
        }
        if (!f) return;
        seal_again_ = now_ + pause_seconds;
        tell("seal", std::string(message(f.code)) + " (" + f.where + ")");
    }

    void on(tick&) {
        circle_.tick(now_, options_.sync_seconds);
        std::erase_if(miners_, [&](auto& m) {
            if (pool_.size() == 0 && !sealing_ && settling_ == 0) say(m.id, show(m.asked, 200, status_now()));
            else if (now_ >= m.until) say(m.id, http_refusal({errc::busy, "mine"}));
            else return false;
            return true;
        });
        std::erase_if(rounds_, [&](auto& r) {
            if (now_ >= r->until) end_round(r);
            return r->over;
        });
    }

    // --- the five requests -------------------------------------------------------------------------------------------
    void take_transaction(ticket t, http_request const& r) {
        auto tx = body_of<transaction_type>(r.content_type, r.body);
        if (!tx) return say(t, http_refusal(tx.error()));
        digest const id = digest_of<hash_of<P>>(*tx);
        if (pool_.holds(id))  // said again: acknowledged when the first is durable
            return outbox_.put({.batch = {}, .done = [this, t, id](fault f) { acknowledge(t, id, f); }, .undo = {}});
        if (auto f = pool_in(*tx, id, [this, t, id](fault outcome) { acknowledge(t, id, outcome); })) {
            tell("refused", "transaction from " + short_hex(tx->body.sender) + ": " + std::string(message(f.code)) + " (" + f.where + ")");
            say(t, http_refusal(f == errc::not_found ? 422 : status_of(f.code), f));
        }
    }

    /// Lets a transaction wait for a block; `then` is told when that is durable, or not to be.
    fault pool_in(transaction_type const& tx, digest const& id, std::function<void(fault)> then) {
        if (auto f = pool_.submit(tx, now_, claiming())) return f;
        tell("transaction", std::string(schema::name_of(tx.body.state)) + " " + std::string(tx.body.model) + " v" +
                                std::to_string(tx.body.ver) + " from " + short_hex(tx.body.sender));
        bytes canonical = encode(tx);
        store_batch batch;
        batch.add_pending.emplace_back(id, canonical);
        outbox_.put({std::move(batch),
                     [this, then = std::move(then), id, canonical](fault f) {
                         then(f);
                         if (f) return;
                         hearsay_.add(id, canonical);
                         circle_.spread();
                     },
                     [this, id]() -> fault {
                         (void)pool_.remove(id);
                         return {};
                     }});
        return {};
    }

    /// Shows everybody the signer that sealed this beside another block of the same slot that is on the chain here.
    void accuse_signer(typename block_type::sealed_type const& sealed) {
        if constexpr (requires { consensus_of<P>::equivocation(sealed, chain_); }) {
            auto found = consensus_of<P>::equivocation(sealed, chain_);
            auto const* me = chain_.members().active(me_);
            if (!found || !me || !keeps_a_chain(me->role)) return;
            tell("evidence", short_hex(sealed.proof.signer) + " sealed two blocks for slot " + std::to_string(found->slot));
            transaction_type tx{};
            tx.body = {.chain_id = chain_.chain_id(), .state = state::expelled, .recipient = sealed.proof.signer, .sender = me_,
                       .sequence = me->sequence + 1, .time = now_, .evidence = std::move(found)};
            fault f;
            if (auto signature = sign<P>(signer_, tx.body)) tx.signature = *signature, f = pool_in(tx, digest_of<hash_of<P>>(tx), [](fault) {});
            else f = signature.error();
            if (f) tell("evidence", std::string(message(f.code)) + " (" + f.where + ")");
        }
    }

    /// What is in new blocks, or was in replaced ones and waits again, is worth telling too, unless it is old.
    void learn(std::vector<seen_block> const& added, bool replaced) {
        for (auto& b : added)
            if (b->head().time + limits_of<P>::ahead >= now_)
                for (auto& tx : b->transactions) hearsay_.add(digest_of<hash_of<P>>(tx), encode(tx));
        if (replaced)
            for (auto& w : pool_.all()) hearsay_.add(w.id, encode(w.transaction), true);
        circle_.spread();
    }

    void acknowledge(ticket t, digest const& id, fault f) {
        if (f) return say(t, http_refusal(f));
        say(t, json_text(201, "{\"id\":\"" + to_hex(id) + "\",\"block\":" + std::to_string(chain_.height() + 1) + "}"));
    }

    void take_command(ticket t, http_request const& r, node_command wanted) {
        auto c = body_of<command_of<P>>(r.content_type, r.body);
        if (!c) return say(t, http_refusal(c.error()));
        auto const oldest = now_ > options_.command_seconds ? now_ - options_.command_seconds : 0;
        fault f = commands_.check(*c, wanted, me_, chain_.members(), now_, oldest);
        if (!f && wanted == node_command::register_node) f = check_registration(c->body);
        if (!f && miners_.size() + rounds_.size() >= most_waiting) f = {errc::busy, "command"};
        if (f) {
            tell("refused", "command from " + short_hex(c->body.sender) + ": " + std::string(message(f.code)) + " (" + f.where + ")");
            return say(t, http_refusal(f));
        }
        // Durable before it is done: a command never runs twice.
        auto const before = commands_.take(c->body);
        store_batch batch;
        batch.cells.emplace_back("commands", commands_.cell());
        outbox_.put({std::move(batch),
                     [this, t, r, body = c->body](fault failed) { failed ? say(t, http_refusal(failed)) : obey(t, r, body); },
                     [this, sender = c->body.sender, before]() -> fault {
                         commands_.undo(sender, before);
                         return {};
                     }});
    }

    /// An address is called only when this node's owner admits it, and believed only when an enrolled key answers there.
    fault check_registration(command_body const& b) const {
        auto const* subject = chain_.members().active(b.subject);
        if (!subject || !keeps_a_chain(subject->role)) return {errc::unknown_sender, "command.subject"};
        if (b.subject == me_) return {errc::wrong_recipient, "command.subject"};
        auto const where = parse_url(b.address);
        if (!where) return {errc::invalid_text, "command.address", where.error().at};
        if (where->target != "/" || std::string_view(b.address).ends_with('/')) return {errc::invalid_text, "command.address"};
        return admitted(b.address) ? fault{} : fault{errc::not_permitted, "command.address"};
    }
    bool admitted(std::string_view url) const {
        if (options_.admits) return options_.admits(url);
        return std::any_of(options_.peers.begin(), options_.peers.end(), [&](auto& p) { return p.url == url; });
    }

    void obey(ticket t, http_request const& asked, command_body const& b) {
        switch (b.wanted) {
        case node_command::mine:
            if (pool_.size() == 0 && !sealing_ && settling_ == 0) return say(t, http_refusal({errc::nothing_to_seal, "pool"}));
            miners_.push_back({t, asked, now_ + options_.mine_seconds});
            return;
        case node_command::register_node: return enter_peer(t, asked, std::string(b.address), b.subject);
        case node_command::resolve: {
            auto r = std::make_shared<round>(round{t, now_ + options_.mine_seconds, chain_.head()});
            rounds_.push_back(r);
            circle_.look_at_all(now_, [this, r] { end_round(r); });
            return;
        }
        }
    }

    /// Asked for its identity before anything else is asked of it; kept, durably, when that is as registered.
    void enter_peer(ticket t, http_request const& asked, std::string const& url, node_id const& subject) {
        auto const* known = circle_.find(url);
        std::optional<node_id> const before = known ? std::optional(known->id) : std::nullopt;
        if (auto f = circle_.add(subject, url)) return say(t, http_refusal(f));
        auto const back = [this, url, before] {
            circle_.drop(url);
            if (before) (void)circle_.add(*before, url);
        };
        circle_.prove(url, now_, [this, t, asked, back, url, subject](fault f) {
            if (auto const* now = circle_.find(url); !f && (!now || now->id != subject)) f = {errc::not_authenticated, "command.subject"};
            if (f) {
                back();
                return say(t, http_refusal(502, f));
            }
            known_peers all;
            for (auto& p : circle_.all()) all.peers.push_back({p.id, known_peer::address_type::cut(p.url)});
            store_batch batch;
            batch.cells.emplace_back("peers", encode(all));
            outbox_.put({std::move(batch),
                         [this, t, asked](fault failed) { say(t, failed ? http_refusal(failed) : show(asked, 201, status_now())); },
                         [back]() -> fault {
                             back();
                             return {};
                         }});
        });
    }

    void end_round(std::shared_ptr<round> const& r) {
        if (std::exchange(r->over, true)) return;
        outbox_.put({{}, [this, r](fault f) {  // what was adopted is told when it is durable
                         if (f) return say(r->id, http_refusal(f));
                         say(r->id, json_text(200, std::string("{\"replaced\":") + (r->head == durable_.head ? "false" : "true") + ",\"length\":" +
                                                       std::to_string(durable_.height) + ",\"head\":\"" + to_hex(durable_.head) + "\"}"));
                     }, {}});
    }

    void serve_chain(ticket t, http_request const& r) {
        auto from = number_in(r.query, "from", 1), limit = number_in(r.query, "limit", 100);
        if (!from || !limit) return say(t, http_refusal(400, {errc::out_of_range, "query"}));
        page p{.chain_id = chain_.chain_id(), .height = durable_.height, .head = durable_.head, .from = std::max<std::uint64_t>(*from, 1)};
        std::size_t total = 0;
        for (auto h = p.from; h <= p.height && p.blocks.size() < std::min<std::uint64_t>(*limit, limits::page); ++h) {
            auto raw = store_.read(h);
            if (raw.error() == errc::not_found) {  // a shorter branch is being stored at this moment
                p.height = h - 1;
                break;
            }
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

    // --- peers ask -----------------------------------------------------------------------------------------------------
    void serve_identity(ticket t, http_request const& r) {
        identity<scheme_of<P>> answer{};
        answer.body = {.chain_id = chain_.chain_id(), .node = me_};
        answer.key = signer_.public_key();
        if (auto f = from_hex(text_in(r.query, "nonce"), answer.body.nonce)) return say(t, http_refusal(400, {f.code, "query.nonce"}));
        auto signature = sign<P>(signer_, answer.body);
        if (!signature) return say(t, http_refusal(signature.error()));
        answer.signature = *signature;
        say(t, show(r, 200, answer));
    }

    void take_block(ticket t, http_request const& r) {
        auto block = body_of<block_type>(r.content_type, r.body);
        if (!block) return say(t, http_refusal(block.error()));
        auto const& h = block->head();
        auto const known = chain_.recent(h.index);
        if (known && known->sealed == block->sealed) return say(t, json_text(200, "{\"known\":true}"));
        accuse_signer(block->sealed);
        if (h.index == 1 && h.previous_hash != chain_.chain_id()) return say(t, http_refusal({errc::foreign_genesis, "block.previous_hash", 1}));
        if (h.previous_hash != chain_.head()) {
            if (h.index <= chain_.final_height()) return say(t, http_refusal({errc::below_final, "block.index", h.index}));
            circle_.look_around(now_);  // not ours to judge from one block: look at whole branches
            return say(t, http_refusal(h.index > chain_.height() ? 202 : 409, {errc::unlinked_block, "block.previous_hash", h.index}));
        }
        std::vector<block_type> one;
        one.push_back(std::move(*block));
        auto answer = [this, t](fault f) { f ? say(t, http_refusal(f)) : say(t, json_text(201, "{\"known\":false}")); };
        if (auto f = extend(one, "received", answer)) {
            tell("refused", "block " + std::to_string(one[0].head().index) + ": " + std::string(message(f.code)) + " (" + f.where + ")");
            say(t, http_refusal(f == errc::not_found ? 422 : status_of(f.code), f));
        }
    }

    // --- the chain ---------------------------------------------------------------------------------------------------
    /// A block's signatures are verified together, except those that were at the pool's door.
    auto together() {
        return [this](ledger::claims<P> const& all) { return ledger::check(all, verifier_); };
    }
    /// One signature at the door, unless it was foreseen.
    auto claiming() {
        return [this](auto& key, auto& what, auto& signature, fault const& if_bad) {
            ledger::claims<P> one;
            one.add(key, what, signature, if_bad);
            return ledger::check(one, verifier_);
        };
    }
    /// Verifies together what will be asked for one by one. What is refused without a look at its signature is left out, and who
    /// is not yet a member; a bad signature is refused when its turn comes.
    void verify_together(std::vector<transaction_type> const& transactions) {
        ledger::claims<P> all;
        auto const height = chain_.height() + 1;
        for (auto& tx : transactions)
            if (!chain_.members().check(tx, height)) (void)chain_.members().claim_signatures(tx, height, all.noting());
        auto const verdicts = std::make_unique<bool[]>(all.size());
        verifier_.verify(all.messages(0, all.size()), {verdicts.get(), all.size()});
    }

    /// Puts blocks on the tip, in memory now and durably soon. Those before a bad one stay.
    fault extend(std::vector<block_type> const& blocks, char const* how, std::function<void(fault)> then = {}) {
        std::uint64_t const before = chain_.height();
        chain_.hold_final(true);
        fault f;
        auto gone = pool_.around([&] {
            for (auto& b : blocks)
                if ((f = chain_.push(b, now_, together()))) break;
        });
        if (chain_.height() == before) {
            if (settling_ == 0) chain_.hold_final(false);
            return f;
        }
        store_batch batch;
        for (std::size_t i = 0; i != chain_.height() - before; ++i) batch.blocks.push_back(encode(blocks[i]));
        for (auto& w : gone) batch.drop_pending.push_back(w.id);
        settle_decision(std::move(batch), before, {}, std::move(gone), how, std::move(then));
        return f;
    }

    /// Replaces the tail by a preferred branch; what was in the tail and is still valid waits again.
    fault replace(std::uint64_t fork_point, std::vector<block_type> const& blocks) {
        for (auto& b : blocks) accuse_signer(b.sealed);
        std::vector<seen_block> displaced;
        std::vector<waiting> returning;
        for (auto h = fork_point + 1; h <= chain_.height(); ++h) {
            displaced.push_back(chain_.recent(h));
            if (!displaced.back()) return {errc::below_final, "branch.fork_point", fork_point};
            for (auto& tx : displaced.back()->transactions) returning.push_back({digest_of<hash_of<P>>(tx), tx, 0});
        }
        fault f;
        chain_.hold_final(true);
        auto gone = pool_.around([&] { f = chain_.adopt(fork_point, blocks, now_, together()); }, returning);
        if (f) {
            if (settling_ == 0) chain_.hold_final(false);
            return f;
        }
        store_batch batch{.keep = fork_point, .blocks = {}, .add_pending = {}, .drop_pending = {}, .cells = {}};
        for (auto& b : blocks) batch.blocks.push_back(encode(b));
        for (auto& w : returning)
            if (pool_.holds(w.id)) batch.add_pending.emplace_back(w.id, encode(w.transaction));
        for (auto& w : gone) batch.drop_pending.push_back(w.id);
        tell("reorganised", "from height " + std::to_string(fork_point) + ", " + std::to_string(displaced.size()) + " blocks replaced by " +
                                std::to_string(blocks.size()));
        std::erase_if(gone, [](auto& w) { return w.arrival == 0; });  // these were in the tail: an undo puts them back there
        settle_decision(std::move(batch), fork_point, std::move(displaced), std::move(gone), "adopted", {});
        return {};
    }

    void settle_decision(store_batch batch, std::uint64_t before, std::vector<seen_block> displaced, std::vector<waiting> gone, char const* how,
                         std::function<void(fault)> then) {
        moved();
        ++settling_;
        std::vector<seen_block> added;
        for (auto h = before + 1; h <= chain_.height(); ++h) added.push_back(chain_.recent(h));
        bool const replaced = !displaced.empty();
        outbox_.put({std::move(batch),
                     [this, how, then, added = std::move(added), replaced](fault f) {
                         if (--settling_ == 0) chain_.hold_final(false);
                         if (then) then(f);
                         if (f || pool_.size() == 0 || std::string_view(how) == "sealed")
                             for (auto& m : std::exchange(miners_, {})) say(m.id, f ? http_refusal(f) : show(m.asked, 201, status_now()));
                         if (f) {
                             seal_again_ = now_ + pause_seconds;
                             return;
                         }
                         auto const& newest = added.back();
                         tell("block", std::to_string(newest->head().index) + " " + short_hex(ledger::hash_of_block<P>(newest->sealed)) + " " + how + ", " +
                                           std::to_string(newest->transactions.size()) + " transactions");
                         circle_.tell_block(encode(*newest));
                         learn(added, replaced);
                     },
                     [this, before, displaced = std::move(displaced), gone = std::move(gone)]() -> fault {
                         fault f;
                         (void)pool_.around(
                             [&] {
                                 if ((f = chain_.unwind(before))) return;
                                 for (auto& b : displaced)
                                     if ((f = chain_.push(*b, std::max(now_, b->head().time), together()))) return;
                             },
                             gone);
                         moved();
                         return f;
                     }});
    }

    /// The tip is another one: whatever is being sealed is stale.
    void moved() {
        ++epoch_;
        if (std::exchange(sealing_, false)) out_.push_back(stop_sealing{});
    }

    // --- sealing -----------------------------------------------------------------------------------------------------
    bool sealing_due() const {
        auto const& policy = options_.sealing;
        bool const in_time = policy.interval != 0 && now_ >= tip_time() + policy.interval;
        if (pool_.size() == 0) return policy.settle && policy.interval != 0 && (in_time || long_silent()) && unsettled();
        return !miners_.empty() || (policy.size != 0 && pool_.size() >= policy.size) || in_time;
    }
    /// A signer whose slots all come too soon after somebody else's block would never be heard, and finality needs its voice.
    bool long_silent() const {
        if (chain_.depth() == 0 || chain_.at(0).body.slot == 0) return false;
        auto const own = std::max(chain_.genesis().time, last_slot_ * chain_.genesis().slot_seconds);
        return now_ >= own + options_.sealing.interval * (chain_.signers().size() + 1);
    }
    std::uint64_t tip_time() const { return chain_.depth() == 0 ? chain_.genesis().time : chain_.at(0).body.time; }
    bool unsettled() const {
        for (auto h = chain_.height(); h > chain_.final_height(); --h)
            if (auto b = chain_.recent(h); b && !b->transactions.empty()) return true;
        return false;
    }

    void consider_sealing() {
        if (sealing_ || halted_ || now_ < seal_again_ || !sealing_due()) return;
        auto h = chain_.prepare(options_.message, now_, me_, last_slot_);
        if (!h || (h->slot != 0 && h->slot <= last_slot_)) return;  // not this machine's turn
        auto transactions = pool_.next_block(h->time);
        if (transactions.empty() && pool_.size() != 0) return;
        chain_.commit_to(*h, transactions);
        sealing_ = true;
        template_ = std::move(transactions);
        job_ = {++epoch_, *h, chain_.chain_id()};
        if (h->slot == 0) {
            out_.push_back(seal{job_});
            return;
        }
        // An authority's signature leaves only after (slot, hash) is durable, and with it the branch it vouches for: a crash
        // never makes it sign another header for this slot, or forget which branch it left.
        bytes cell(8);
        store_be64(cell.data(), h->slot);
        auto const d = digest_of<hash_of<P>>(*h);
        cell.insert(cell.end(), d.begin(), d.end());
        last_slot_ = h->slot;
        store_batch batch;
        batch.cells.emplace_back("slot", std::move(cell));
        outbox_.put({std::move(batch),
                     [this, epoch = job_.epoch](fault f) {
                         if (!sealing_ || epoch != epoch_) return;
                         if (f) sealing_ = false;
                         else out_.push_back(seal{job_});
                     },
                     {}});
    }

    // --- small things ------------------------------------------------------------------------------------------------
    fault restore_cells() {
        auto commands = store_.cell("commands"), slot = store_.cell("slot"), peers = store_.cell("peers");
        for (auto* cell : {&commands, &slot, &peers})
            if (!*cell) return cell->error();
        if (auto f = commands_.restore(*commands)) return f;
        if (!slot->empty() && slot->size() != 40) return {errc::store_corrupt, "slot"};
        if (!slot->empty()) last_slot_ = load_be64(slot->data());
        if (peers->empty()) return {};
        auto known = decode<known_peers>(*peers);
        if (!known) return {errc::store_corrupt, "peers"};
        for (auto& p : known->peers)
            if (admitted(p.url) && !circle_.find(p.url)) (void)circle_.add(p.id, p.url);  // whoever starts it may have changed its mind
        return {};
    }

    status status_now() const {
        return {.chain_id = chain_.chain_id(),
                .node = me_,
                .height = durable_.height,
                .head = durable_.head,
                .final_height = chain_.final_height(),
                .pending = pool_.size(),
                .peers = circle_.proven()};
    }
    static std::string index_text() {
        return R"({"daicho":"ledger_node","GET":["/status","/chain?from=1&limit=100","/identity?nonce=<32 hex digits>","/checkpoint","/tile/<L>/<N>","/tile/entries/<N>",)"
               R"("/proof?transaction=<id>","/proof?index=0&size=1","/proof/consistency?old=1&size=2"],)"
               R"("POST":["/transactions/new","/mine","/nodes/register","/nodes/resolve","/blocks/new"]})";
    }
    void say(ticket t, http_response r) { out_.push_back(respond{t, std::move(r)}); }
    void tell(std::string event, std::string detail) { out_.push_back(note{std::move(event), std::move(detail)}); }
    void call_peer(std::string const& url, http_request r, std::function<void(result<http_response>)> then) {
        calls_.emplace(++last_call_, std::move(then));
        out_.push_back(call{last_call_, url, std::move(r)});
    }

    options options_;
    signer_type& signer_;
    block_store_type& store_;
    node_id me_;
    ledger::chain<P> chain_;
    ledger::pool<P> pool_;
    ledger::remembering_verifier<P, verifier_of<P, Platform>> verifier_;
    outbox outbox_;
    tip durable_;                  // what the store holds
    tip travelling_{};             // what it will hold after the commit under way
    std::size_t settling_ = 0;     // decisions about blocks that are not yet durable
    hearsay hearsay_;
    peer_circle<P> circle_;
    snapshot_desk<P, block_store_type> snapshots_;
    std::unique_ptr<tiles_type> own_tiles_;
    proof_desk<P, block_store_type, tiles_type> desk_;
    command_book<P> commands_;
    std::map<ticket, std::function<void(result<http_response>)>> calls_;
    std::vector<waiter> miners_;
    std::vector<std::shared_ptr<round>> rounds_;
    std::vector<transaction_type> template_;
    seal_job job_{};
    std::uint64_t epoch_ = 0;
    std::uint64_t last_slot_ = 0;
    std::uint64_t seal_again_ = 0;
    std::uint64_t now_ = 0;
    ticket last_call_ = 0;
    bool sealing_ = false;
    bool halted_ = false;
    bool mute_ = false;            // the desk's fault was told
    actions out_;
};

} // namespace daicho::role
