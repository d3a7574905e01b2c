#pragma once

#include <daicho/ledger/validate.hpp>
#include <daicho/role/command_desk.hpp>
#include <daicho/role/continuations.hpp>
#include <daicho/role/fleet_desk.hpp>
#include <daicho/role/fork_book.hpp>
#include <daicho/role/page_desk.hpp>
#include <daicho/role/platform.hpp>
#include <daicho/role/proof_desk.hpp>
#include <daicho/role/query_desk.hpp>
#include <daicho/role/sealing_schedule.hpp>
#include <daicho/role/snapshot_desk.hpp>
#include <daicho/role/transaction_desk.hpp>
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
    using index_type = index_store_of<Platform>;
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

    static constexpr std::size_t most_waiting = command_desk<P, verifier_of<P, Platform>>::most_waiting;
    static constexpr std::uint64_t pause_seconds = sealing_schedule<P>::pause_seconds;

    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e)
        requires(std::default_initializable<tiles_type> && std::default_initializable<index_type>)
        : ledger_node(std::move(o), s, store, e, std::make_unique<tiles_type>(), nullptr, std::make_unique<index_type>(), nullptr) {}
    /// With tiles that outlive the process: what they hold is not computed again.
    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e, tiles_type& tiles)
        requires std::default_initializable<index_type>
        : ledger_node(std::move(o), s, store, e, nullptr, &tiles, std::make_unique<index_type>(), nullptr) {}
    /// And an index that does: what it holds is not filed again.
    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e, tiles_type& tiles, index_type& index)
        : ledger_node(std::move(o), s, store, e, nullptr, &tiles, nullptr, &index) {}

    ledger_node(ledger_node const&) = delete;
    ledger_node& operator=(ledger_node const&) = delete;

private:
    ledger_node(options o, signer_type& s, block_store_type& store, entropy_type& e, std::unique_ptr<tiles_type> own, tiles_type* tiles,
                std::unique_ptr<index_type> own_index, index_type* index)
        : options_(std::move(o)), signer_(s), store_(store), me_(id_of<P>(s.public_key())),
          kept_(options_.genesis, {.moved = [this] { schedule_.moved(); }, .settled = [this](auto& change, fault f) { settled(change, f); }}),
          schedule_(me_, options_.sealing, options_.message, [this](auto decision) { kept_.put(std::move(decision)); }, out_),
          circle_(kept_.chain(), me_, options_.peers, hearsay_,
                  {.now = [this] { return now_; },
                   .ask = [this](std::string const& url, http_request r, auto then) { call_peer(url, std::move(r), std::move(then)); },
                   .tell = [this](std::string event, std::string detail) { tell(std::move(event), std::move(detail)); },
                   .fill = [&e](byte_span out) { return e.fill(out); },
                   .keep_bans = [this](bytes cell) { keep_cell("bans", std::move(cell)); },
                   .met = [this](std::string const& url) { show_forks(url); }},
                  {.now = [this] { return now_; },
                   .ask = {},
                   .extend = [this](auto blocks) { return kept_.extend(blocks, "followed", now_); },
                   .replace = [this](std::uint64_t fork, auto const& blocks) { return replace(fork, blocks); },
                   .check = [this](auto const& claims) { return kept_.check(claims); },
                   .settled = [this] { return !kept_.settling(); },
                   .judge = {},
                   .foresee = [this](auto blocks) { return this->foresee(blocks); }}),
          door_(kept_, {.now = [this] { return now_; },
                        .say = [this](ticket t, http_response r) { say(t, std::move(r)); },
                        .tell = [this](std::string event, std::string detail) { tell(std::move(event), std::move(detail)); },
                        .heard = [this](digest const& id, bytes canonical) { hearsay_.add(id, std::move(canonical)); },
                        .spread = [this] { circle_.spread(); }}),
          commands_(kept_, circle_, me_, {options_.command_seconds, options_.mine_seconds, [this](std::string_view url) { return admitted(url); }},
                    {.now = [this] { return now_; },
                     .say = [this](ticket t, http_response r) { say(t, std::move(r)); },
                     .tell = [this](std::string event, std::string detail) { tell(std::move(event), std::move(detail)); },
                     .show_status = [this](http_request const& r, unsigned status) { return show(r, status, status_now()); },
                     .sealing = [this] { return schedule_.under_way(); }}),
          pages_(store, chain().chain_id()), snapshots_(store, options_.snapshots), own_tiles_(std::move(own)), own_index_(std::move(own_index)),
          desk_(store, tiles ? *tiles : *own_tiles_, index ? *index : *own_index_, log_origin<P>(options_.genesis, chain().chain_id()), options_.note),
          queries_(desk_.blocks(), desk_.index(), chain().chain_id()) {}

public:
    /// Reads back what the store holds, and checks again what came after the newest good snapshot, with the threads of `pool`.
    /// `progress` is told the height up to which all is well. Errors: those of note_owners::refused (the genesis); store_corrupt with the height, pruned (no snapshot is good, and blocks before it are gone), the store's.
    fault restore(std::uint64_t now) {
        same_thread here;
        return restore(now, here);
    }
    template <executor Executor>
    fault restore(std::uint64_t now, Executor& threads, std::function<void(std::uint64_t height)> progress = {}) {
        if (auto f = chain().members().note_owners().refused()) return f;
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
        kept_.restore(std::move(checked.chain));
        if (auto f = desk_.open(chain()); f && f != errc::pruned) return f;  // without tiles of what was pruned it proves nothing
        std::vector<digest> stale;
        std::vector<transaction_type> kept;
        if (auto f = store_.pending([&](digest const& id, byte_view raw) {
                auto tx = decode<transaction_type>(raw);
                tx && digest_of<hash_of<P>>(*tx) == id ? kept.push_back(std::move(*tx)) : stale.push_back(id);
            }))
            return f;
        for (auto& id : kept_.resume(std::move(kept))) stale.push_back(id);
        for (auto h = chain().final_height() + 1; h <= chain().height(); ++h)
            if (auto const b = chain().recent(h)) learn(*b);
        for (auto& w : pool().all()) hearsay_.add(w.id, encode(w.transaction()));
        if (!stale.empty()) kept_.put({.batch = {.drop_pending = std::move(stale)}, .done = {}, .undo = {}});
        return restore_cells();
    }

    /// From now on signatures of blocks to come are verified by `others` too, which live until verify_alone(). What is decided stays the
    /// same, whatever they are and however they run.
    void verify_with(executor_ref others) { kept_.verify_with(std::move(others)); }
    void verify_alone() { kept_.verify_alone(); }

    node_id const& id() const noexcept { return me_; }
    ledger::chain<P> const& chain() const noexcept { return kept_.chain(); }
    std::size_t pending() const noexcept { return pool().size(); }
    /// Up to which height the chain is on the disk: all that this node shows.
    std::uint64_t durable_height() const noexcept { return kept_.durable().height; }
    /// What verifies signatures here, and what it remembers.
    auto const& verifier() const noexcept { return kept_.verifier(); }
    std::vector<peer> const& peers() const noexcept { return circle_.all(); }
    /// How it comes by what other nodes hold.
    catch_up<P> const& pull() const noexcept { return circle_.pull(); }

    /// What will be stepped next, when several wait: the signatures of transactions among them are verified together, and
    /// remembered. Says and changes nothing else.
    void foresee(std::span<event_type const> events) {
        if (!halted_) door_.foresee(events);
    }

    actions step(event_type event, std::uint64_t now) {
        now_ = now;
        std::visit([this](auto& e) { this->on(e); }, event);
        return conclude();
    }
    /// Events that came together: what is decided about them becomes durable together (group commit).
    actions step(std::vector<event_type> events, std::uint64_t now) {
        now_ = now;
        if (events.size() > 1) foresee(events);
        for (auto& event : events) std::visit([this](auto& e) { this->on(e); }, event);
        return conclude();
    }

private:
    using kept_type = kept_chain<P, verifier_of<P, Platform>>;

    actions conclude() {
        if (!halted_) schedule_.consider(kept_.chain(), pool(), commands_.mining_asked(), now_);
        if (auto f = desk_.follow(chain()); f && !std::exchange(mute_, true)) tell("history", std::string(message(f.code)));
        desk_.keep(kept_.decisions());
        snapshots_.follow(chain(), kept_.decisions(), [this] { return own_tiles_ || own_index_ ? 1 : desk_.height_needed(); });
        if (auto p = halted_ ? std::nullopt : kept_.next()) out_.push_back(std::move(*p));
        return std::exchange(out_, {});
    }

    // --- events ------------------------------------------------------------------------------------------------------
    void on(arrived& e) {
        if (halted_) return say(e.id, http_refusal({errc::io_failed, "store"}));
        auto const& r = e.request;
        bool const get = r.method == "GET" || r.method == "HEAD", post = r.method == "POST";
        if (get && r.path == "/") return say(e.id, json_text(200, index_text()));
        if (get && r.path == "/status") return say(e.id, show(r, 200, status_now()));
        if (get && r.path == "/chain") return say(e.id, pages_.blocks(r, kept_.durable().height, kept_.durable().head));
        if (get && r.path == "/headers") return say(e.id, pages_.headers(r, kept_.durable().height, kept_.durable().head));
        if (get && r.path == "/identity") return serve_identity(e.id, r);
        if (get) {
            auto shown = desk_.answer(r);
            if (!shown) shown = queries_.answer(r);
            if (!shown) shown = fleet_desk_.answer(r);
            if (shown) return say(e.id, std::move(*shown));
        }
        if (post && circle_.from_banned(r, now_)) return say(e.id, http_refusal(403, {errc::not_permitted, "Authorization"}));
        if (door_.serves(r)) return door_.take(e.id, r);
        if (post && r.path == "/blocks/new") return take_block(e.id, r);
        if constexpr (decltype(forks_)::kept) {
            if (get && r.path == "/forks") return say(e.id, forks_.show(r));
            if (post && r.path == "/forks") return take_fork(e.id, r);
        }
        if (auto const wanted = commands_.wanted_by(r.path); post && wanted) return commands_.take(e.id, r, *wanted);
        for (auto known : {"/", "/status", "/chain", "/headers", "/identity", "/checkpoint", "/proof", "/proof/consistency", "/transactions", "/adoption", "/fleet/device", "/fleet/behind", "/forks", "/transactions/new", "/transactions/batch", "/blocks/new", "/mine", "/nodes/register", "/nodes/resolve"})
            if (r.path == known) return say(e.id, http_refusal(405, {errc::not_permitted, "method"}));
        say(e.id, http_refusal(404, {errc::not_found, "path"}));
    }

    void on(answered& e) { calls_.resume(e.id, std::move(e.response)); }

    void on(committed& e) {
        if (!kept_.waits_for(e.id) || halted_) return;
        if (e.outcome) tell("refused", std::string("the store: ") + std::string(message(e.outcome.code)));
        auto f = kept_.finish(e.id, e.outcome);
        // A store that refuses has changed nothing; after any other failure nobody knows which of the two it holds.
        bool const refusal = e.outcome == errc::store_full || e.outcome == errc::oversized;
        if (!f && (!e.outcome || refusal)) return circle_.go_on();
        halted_ = true;
        out_.push_back(halt{f ? f : e.outcome});
    }

    void on(sealed<proof_type>& e) {
        auto block = schedule_.completed(e.epoch, e.proof);
        if (block && !*block) return;  // the tip moved on meanwhile
        fault f = block.error();
        if (block) f = kept_.extend_by_own(std::move(**block), now_);
        if (!f) return;
        schedule_.pause(now_);
        tell("seal", std::string(message(f.code)) + " (" + f.where + ")");
    }

    void on(tick&) {
        circle_.tick(now_, options_.sync_seconds);
        accuse_owners();
        commands_.tick();
    }

    /// Shows everybody the signer that sealed this beside another block of the same slot that is on the chain here.
    void accuse_signer(typename block_type::sealed_type const& sealed) {
        if constexpr (requires { consensus_of<P>::equivocation(sealed, chain()); }) {
            auto const found = consensus_of<P>::equivocation(sealed, chain());
            if (found && keeps_chain()) accuse(sealed.proof.signer, *found, "sealed two blocks for slot " + std::to_string(found->slot));
        }
    }
    /// And the owner of a note key that was caught, until it is out: whatever became of an earlier accusation.
    void accuse_owners() {
        if constexpr (decltype(forks_)::kept) {
            for (auto& caught : forks_.trees()) {
                auto const* owner = chain().members().note_owners().owner(caught.log);
                if (owner && chain().members().active(*owner) && keeps_chain())  // one whose expulsion waits for its block is active no more
                    accuse(*owner, caught.tree, "signed two trees of size " + std::to_string(caught.tree.size));
            }
        }
    }
    bool keeps_chain() const {
        auto const* me = chain().members().active(me_);
        return me && keeps_a_chain(me->role);
    }
    void accuse(node_id const& whom, member_evidence<scheme_of<P>> found, std::string const& of_what) {
        transaction_type tx{};
        tx.body = {.chain_id = chain().chain_id(), .state = state::expelled, .recipient = whom, .sender = me_,
                   .sequence = chain().members().find(me_)->sequence + 1, .time = now_, .evidence = std::move(found)};
        if (chain().members().check(tx, chain().height() + 1)) return;  // the last signer stays: nobody could seal
        tell("evidence", short_hex(whom) + ' ' + of_what);
        fault f;
        if (auto signature = sign<P>(signer_, tx.body)) tx.signature = *signature, f = door_.take_own(std::move(tx));
        else f = signature.error();
        if (f) tell("evidence", std::string(message(f.code)) + " (" + f.where + ")");
    }

    /// Evidence against a log's or a witness's key: whoever brings it, it is kept and told to everybody, once a key.
    void take_fork(ticket t, http_request const& r)
        requires fork_book<note_scheme_of<P, Platform>>::kept
    {
        if (!says(r.content_type, cbor_type)) return say(t, http_refusal({errc::wrong_type, "Content-Type"}));
        auto const newly = forks_.take(r.body);
        if (!newly) return say(t, http_refusal(newly.error()));
        accuse_owners();
        if (*newly == 0) return say(t, json_text(200, "{\"known\":true}"));
        store_batch batch;
        batch.cells.emplace_back("forks", forks_.cell());
        auto kept = [this, t, whose = *newly, canonical = r.body](fault f) {
            if (f) return say(t, http_refusal(f));
            tell("evidence", forks_.names(whose) + " signed two trees of one size");
            hearsay_.add(hash_bytes<hash_of<P>>(canonical), canonical, false, "/forks");
            circle_.spread();
            say(t, json_text(201, "{\"known\":false}"));
        };
        auto back = [this, whose = *newly]() -> fault {
            forks_.undo(whose);
            return {};
        };
        kept_.put({std::move(batch), std::move(kept), std::move(back)});
    }
    /// Who was away hears of all of them.
    void show_forks(std::string const& url) {
        if constexpr (decltype(forks_)::kept)
            for (auto& e : forks_.all())
                call_peer(url, {.method = "POST", .path = "/forks", .accept = std::string(cbor_type), .content_type = std::string(cbor_type), .body = e}, [](auto&&) {});
    }

    /// What is in new blocks, or was in replaced ones and waits again, is worth telling too, unless it is old.
    void learn(typename kept_type::change const& c) {
        bool const own = std::string_view(c.how) == "sealed";  // of what was told when it came
        for (auto& b : c.added)
            if (!own && recent(b->head())) learn(*b);
        if (c.displaced != 0)
            for (auto& w : pool().all()) hearsay_.add(w.id, encode(w.transaction()), true);
        circle_.spread();
    }

    void learn(block_type const& b) {
        auto const ids = encoded_records(b.transactions).template digests<hash_of<P>>();
        for (std::size_t i = 0; i != ids.size(); ++i)
            if (!hearsay_.knows(ids[i])) hearsay_.add(ids[i], encode(b.transactions[i]));
    }

    bool recent(header const& h) const { return h.time + limits_of<P>::ahead >= now_; }

    bool admitted(std::string_view url) const {
        if (options_.admits) return options_.admits(url);
        return std::any_of(options_.peers.begin(), options_.peers.end(), [&](auto& p) { return p.url == url; });
    }

    // --- peers ask -----------------------------------------------------------------------------------------------------
    void serve_identity(ticket t, http_request const& r) {
        identity<scheme_of<P>> answer{};
        answer.body = {.chain_id = chain().chain_id(), .node = me_};
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
        auto const below = chain().height() - h.index;
        if (h.index <= chain().height() && below < chain().depth() && chain().at(below) == block->sealed) return say(t, json_text(200, "{\"known\":true}"));
        accuse_signer(block->sealed);
        if (h.index == 1 && h.previous_hash != chain().chain_id()) return say(t, http_refusal({errc::foreign_genesis, "block.previous_hash", 1}));
        if (h.previous_hash != chain().head()) {
            if (h.index <= chain().final_height()) return say(t, http_refusal({errc::below_final, "block.index", h.index}));
            circle_.look_around(now_);  // not ours to judge from one block: look at whole branches
            return say(t, http_refusal(h.index > chain().height() ? 202 : 409, {errc::unlinked_block, "block.previous_hash", h.index}));
        }
        auto answer = [this, t](fault f) { f ? say(t, http_refusal(f)) : say(t, json_text(201, "{\"known\":false}")); };
        if (auto f = kept_.extend(*block, "received", now_, answer)) {
            tell("refused", "block " + std::to_string(h.index) + ": " + std::string(message(f.code)) + " (" + f.where + ")");
            say(t, http_refusal(f == errc::not_found ? 422 : status_of(f.code), f));
        }
    }

    // --- the chain ---------------------------------------------------------------------------------------------------
    fault replace(std::uint64_t fork_point, std::vector<block_type> const& blocks) {
        for (auto& b : blocks) accuse_signer(b.sealed);
        auto const displaced = chain().height() - fork_point;
        auto const f = kept_.replace(fork_point, blocks, now_);
        if (!f)
            tell("reorganised", "from height " + std::to_string(fork_point) + ", " + std::to_string(displaced) + " blocks replaced by " +
                                    std::to_string(blocks.size()));
        return f;
    }

    typename catch_up<P>::foreseen foresee(std::span<typename catch_up<P>::examined const> blocks) {
        auto const w = kept_.foresee(blocks);
        if (!w) return {};
        return {[w] { return w->done(); }, [w](auto all) { w->finish(all); }};
    }

    void settled(typename kept_type::change const& c, fault f) {
        if (f || pool().size() == 0 || std::string_view(c.how) == "sealed")
            commands_.answer_miners(f);
        if (f) return schedule_.pause(now_);
        auto const& newest = c.added.back();
        tell("block", std::to_string(newest->head().index) + " " + short_hex(ledger::hash_of_block<P>(newest->sealed)) + " " + c.how + ", " +
                          std::to_string(newest->transactions.size()) + " transactions");
        bool const caught_up = std::string_view(c.how) == "followed" && !recent(newest->head());  // others have had it for long
        if (!caught_up && circle_.proven() != 0) circle_.tell_block(encode(*newest));
        learn(c);
    }

    // --- small things ------------------------------------------------------------------------------------------------
    ledger::pool<P> const& pool() const noexcept { return kept_.pool(); }

    fault restore_cells() {
        auto commands = store_.cell("commands"), slot = store_.cell("slot"), peers = store_.cell("peers"), bans = store_.cell("bans");
        for (auto* cell : {&commands, &slot, &peers, &bans})
            if (!*cell) return cell->error();
        if (auto f = commands_.restore(*commands)) return f;
        if (auto f = schedule_.restore(*slot)) return f;
        if (!peers->empty()) {
            auto known = decode<known_peers>(*peers);
            if (!known) return {errc::store_corrupt, "peers"};
            for (auto& p : known->peers)
                if (admitted(p.url) && !circle_.find(p.url)) (void)circle_.add(p.id, p.url);  // whoever starts it may have changed its mind
        }
        if constexpr (decltype(forks_)::kept) {
            auto const forks = store_.cell("forks");
            if (!forks) return forks.error();
            if (auto f = forks_.restore(*forks)) return f;
        }
        return circle_.restore_bans(*bans);
    }

    status status_now() const {
        return {.chain_id = chain().chain_id(),
                .node = me_,
                .height = kept_.durable().height,
                .head = kept_.durable().head,
                .final_height = chain().final_height(),
                .pending = pool().size(),
                .peers = circle_.proven()};
    }
    static std::string index_text() {
        return R"({"daicho":"ledger_node","GET":["/status","/chain?from=1&limit=100","/headers?from=1&limit=1024","/identity?nonce=<32 hex digits>","/checkpoint","/tile/<L>/<N>","/tile/entries/<N>",)"
               R"("/proof?transaction=<id>","/proof?index=0&size=1","/proof/consistency?old=1&size=2","/transactions?device=<id>","/adoption?model=<name>&version=1",)"
               R"("/fleet/device?id=<id>","/fleet/behind?model=<name>&version=2","/forks"],)"
               R"("POST":["/transactions/new","/transactions/batch","/mine","/nodes/register","/nodes/resolve","/blocks/new","/forks"],)"
               R"("limits":{"pool":)" +
               std::to_string(limits_of<P>::pool) + R"(,"per_sender":)" + std::to_string(limits_of<P>::per_sender) + R"(,"batch":)" + std::to_string(limits::batch) +
               R"(,"transaction_bytes":)" + std::to_string(limits::batched_transaction) + "}}";
    }
    void say(ticket t, http_response r) { out_.push_back(respond{t, std::move(r)}); }
    void tell(std::string event, std::string detail) { out_.push_back(note{std::move(event), std::move(detail)}); }
    void keep_cell(std::string name, bytes value) {
        store_batch batch;
        batch.cells.emplace_back(std::move(name), std::move(value));
        kept_.put({std::move(batch), {}, {}});
    }
    void call_peer(std::string const& url, http_request r, std::function<void(result<http_response>)> then) {
        out_.push_back(call{calls_.keep(std::move(then)), url, std::move(r)});
    }

    options options_;
    signer_type& signer_;
    block_store_type& store_;
    node_id me_;
    actions out_;
    kept_type kept_;
    sealing_schedule<P> schedule_;
    hearsay hearsay_;
    peer_circle<P> circle_;
    transaction_desk<P, verifier_of<P, Platform>> door_;
    command_desk<P, verifier_of<P, Platform>> commands_;
    page_desk<P, block_store_type> pages_;
    snapshot_desk<P, block_store_type> snapshots_;
    std::unique_ptr<tiles_type> own_tiles_;
    std::unique_ptr<index_type> own_index_;
    proof_desk<P, block_store_type, tiles_type, index_type> desk_;
    query_desk<P, block_store_type, index_type> queries_;
    fleet_desk<P> fleet_desk_{kept_.chain()};
    fork_book<note_scheme_of<P, Platform>> forks_{options_.genesis.watch};
    continuations<result<http_response>> calls_;
    std::uint64_t now_ = 0;
    bool halted_ = false;
    bool mute_ = false;            // the desk's fault was told
};

} // namespace daicho::role
