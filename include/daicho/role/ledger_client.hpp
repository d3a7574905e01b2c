#pragma once

#include <daicho/record/batch.hpp>
#include <daicho/role/branch_pull.hpp>
#include <daicho/role/continuations.hpp>
#include <daicho/role/note_text.hpp>
#include <daicho/role/outbox.hpp>
#include <daicho/role/peer.hpp>
#include <daicho/role/platform.hpp>
#include <daicho/trust/credential.hpp>

#include <deque>
#include <map>
#include <set>

namespace daicho::role {

/// How a role that keeps no ledger uses one: follows the chain and checks all of it, spools transactions durably and hands
/// them to a node in order, signs its own with a sequence that survives a restart, and gives commands.
/// Part of a machine: what it wants done goes to the `out` it was made with.
///
/// Platform supplies: block_store (its spool: pending transactions and cells, never a block), signer.
template <class P, class Platform>
class ledger_client {
    static_assert(checked_protocol<P>);
    using store_type = block_store_of<Platform>;
    using signer_type = signer_of<P, Platform>;

public:
    using transaction_type = transaction_of<P>;
    using body_type = transaction_body<scheme_of<P>>;
    using then_type = std::function<void(fault)>;

    struct options {
        genesis_of<P> genesis;
        std::vector<peer> nodes;              ///< ledger nodes, the preferred first
        std::uint64_t sync_seconds = 5;       ///< between two looks at the chain
        bool mines = false;                   ///< asks its node to seal when it has handed something over (paper 3.2)
    };

    ledger_client(options o, signer_type& s, store_type& spool, actions& out)
        : options_(std::move(o)), signer_(s), spool_(spool), out_(out), me_(id_of<P>(s.public_key())), chain_(options_.genesis),
          anchor_(trust::anchor<P>::of(options_.genesis)),
          pull_(
              chain_, [this](std::string const& url, http_request r, auto then) { call_node(url, std::move(r), std::move(then)); },
              [this](std::uint64_t fork, auto const& blocks) { return take(fork, blocks); }) {}
    ledger_client(ledger_client const&) = delete;
    ledger_client& operator=(ledger_client const&) = delete;

    /// Reads the spool back. The chain itself is read again from the nodes.
    fault restore() {
        if (auto cell = spool_.cell("sequence"); !cell) return cell.error();
        else if (cell->size() == 8) sequence_ = load_be64(cell->data());
        else if (!cell->empty()) return {errc::store_corrupt, "sequence"};
        if (auto cell = spool_.cell("rotation"); !cell) return cell.error();
        else if (!cell->empty()) {
            auto const tx = decode<transaction_type>(*cell);
            if (!tx || trust::follow_rotation<P>(anchor_, *tx)) return {errc::store_corrupt, "rotation"};
            rotation_ = *tx;
        }
        fault f;
        auto const g = spool_.pending([&](digest const& id, byte_view raw) {
            if (auto tx = decode<transaction_type>(raw)) waiting_.push_back({id, std::move(*tx)});
            else f = {errc::store_corrupt, "spool", tx.error().at};
        });
        return g ? g : f;
    }

    result<bytes> cell(std::string_view name) const { return spool_.cell(name); }

    node_id const& id() const noexcept { return me_; }
    ledger::chain<P> const& chain() const noexcept { return chain_; }
    ledger::registry<P> const& members() const noexcept { return chain_.members(); }
    trust::anchor<P> const& anchor() const noexcept { return anchor_; }
    bool synced() const noexcept { return synced_; }
    std::size_t waiting() const noexcept { return waiting_.size(); }
    /// Sequence numbers up to here were used elsewhere, say when the chain was founded.
    void sequence_used(std::uint64_t up_to) noexcept { sequence_ = std::max(sequence_, up_to); }

    /// A member's enrolment as the management key signed it, once the chain has shown it.
    transaction_type const* credential(node_id const& id) const {
        auto const it = credentials_.find(id);
        return it == credentials_.end() ? nullptr : &it->second;
    }
    /// The transaction that recorded a release, as the chain last showed it; whether it is final is another question.
    transaction_type const* released(model_name const& model, std::uint64_t version) const {
        auto const it = releases_.find({model, version});
        return it == releases_.end() ? nullptr : &it->second;
    }
    /// The enrolment of the management key in force, when it is not genesis's.
    transaction_type const* rotation() const { return rotation_ ? &*rotation_ : nullptr; }
    /// Follows the recovery key to another management key. Durable soon, so that the replaced one counts no more after a restart
    /// either, before the chain has been read again.
    void follow(transaction_type const& tx) {
        auto const before = anchor_.rotation;
        if (trust::follow_rotation<P>(anchor_, tx) || anchor_.rotation == before) return;
        rotation_ = tx;
        store_batch batch;
        batch.cells.emplace_back("rotation", encode(tx));
        outbox_.put({std::move(batch), {}, {}});
        out_.push_back(note{"management", short_hex(tx.body.recipient) + " is in office, by the recovery key"});
        out_.push_back(renewed{});
    }
    /// Did the management key in force sign this enrolment? One that was replaced signed the others: they count no more.
    bool counts(transaction_type const& enrolled) const { return enrolled.body.sender == id_of<P>(anchor_.management); }
    /// What this member shows now, once the chain has shown an enrolment of it that counts.
    std::optional<shown_credential_of<P>> shown() const {
        auto const* own = credential(me_);
        if (!own || !counts(*own)) return std::nullopt;
        return trust::present<P>(*own, rotation());
    }

    /// Is this a member still? A credential says that it was enrolled; the chain says who was expelled.
    fault still_enrolled(node_id const& id) const {
        auto const* m = members().find(id);
        return m && m->expelled ? fault{errc::expelled_sender, "member"} : fault{};
    }
    /// May this one ask for more than to be enrolled? The channel has proved its key. Whom its credential does not vouch for, because
    /// a replaced key signed that, the chain still knows.
    fault check_member(requester const& from) const {
        if (auto f = still_enrolled(from.id)) return f;
        return from.enrolled || members().find(from.id) ? fault{} : fault{errc::unknown_sender, "only enrolment is served"};
    }

    /// Asks a node, or whoever else speaks HTTP.
    void ask(std::string const& url, http_request r, std::function<void(result<http_response>)> then) { call_node(url, std::move(r), std::move(then)); }
    /// A cell of the spool. `then` hears when it is durable.
    void keep(std::string name, bytes content, then_type then) {
        store_batch batch;
        batch.cells.emplace_back(std::move(name), std::move(content));
        outbox_.put({std::move(batch), std::move(then), {}});
    }

    // --- transactions ------------------------------------------------------------------------------------------------
    /// Spools a transaction that somebody else signed. `then` hears when it is durable here.
    void carry(transaction_type tx, then_type then) {
        digest const id = digest_of<hash_of<P>>(tx);
        for (auto& w : waiting_)
            if (w.id == id) return outbox_.put({{}, std::move(then), {}});
        if (waiting_.size() >= limits_of<P>::pool) return then({errc::pool_full, "spool", waiting_.size()});
        store_batch batch;
        batch.add_pending.emplace_back(id, encode(tx));
        spool(id, std::move(tx), std::move(batch), std::move(then));
    }

    /// Completes, signs and spools an own transaction. Its sequence is durable before anybody sees it.
    /// `cells` become durable with it.
    result<transaction_type> sign_and_carry(body_type body, std::uint64_t now, then_type then,
                                            std::vector<std::pair<std::string, bytes>> cells = {}) {
        body.chain_id = chain_.chain_id();
        body.sender = me_;
        auto const* known = members().find(me_);
        sequence_ = std::max(sequence_, known ? known->sequence : 0) + 1;
        body.sequence = sequence_;
        body.time = now;
        auto signature = sign<P>(signer_, body);
        if (!signature) return signature.error();
        transaction_type tx{std::move(body), *signature};
        digest const id = digest_of<hash_of<P>>(tx);
        store_batch batch;
        batch.add_pending.emplace_back(id, encode(tx));
        batch.cells = std::move(cells);
        batch.cells.emplace_back("sequence", sequence_cell());
        spool(id, tx, std::move(batch), std::move(then));
        return tx;
    }

    // --- commands (paper 3.2) ----------------------------------------------------------------------------------------
    void command(peer const& node, node_command wanted, std::uint64_t now, peer const& subject = {},
                 std::function<void(result<http_response>)> then = [](auto&&) {}) {
        command_of<P> c{};
        c.body.chain_id = chain_.chain_id();
        c.body.sender = me_;
        c.body.recipient = node.id;
        c.body.wanted = wanted;
        c.body.address = address::cut(subject.url);
        c.body.subject = subject.id;
        c.body.sequence = ++sequence_;
        c.body.time = now;
        auto signature = sign<P>(signer_, c.body);
        if (!signature) return then(signature.error());
        c.signature = *signature;
        store_batch batch;
        batch.cells.emplace_back("sequence", sequence_cell());
        static constexpr char const* paths[] = {"/mine", "/nodes/register", "/nodes/resolve"};
        outbox_.put({std::move(batch),
                     [this, url = node.url, path = paths[std::size_t(wanted)], body = encode(c), then](fault f) {
                         if (f) return then(f);
                         call_node(url, {.method = "POST", .path = path, .accept = std::string(json_type), .content_type = std::string(cbor_type), .body = body}, then);
                     },
                     {}});
    }
    std::vector<peer> const& nodes() const noexcept { return options_.nodes; }

    // --- events the owner passes on --------------------------------------------------------------------------------
    void on(answered& e) { calls_.resume(e.id, std::move(e.response)); }
    void on(committed& e) {
        if (auto f = outbox_.finish(e.id, e.outcome)) out_.push_back(halt{f});
    }
    void on(tick&, std::uint64_t now) {
        now_ = now;
        if (!looking_ && now >= next_look_ && !options_.nodes.empty()) {
            looking_ = true;
            next_look_ = now + (now < eager_until_ ? 1 : options_.sync_seconds);
            pull_.look(preferred().url, [this](fault f) {
                looking_ = false;
                if (f && f.code != errc::not_preferred) return prefer_another(f);
                synced_ = true;
            });
        }
        if (now >= retry_at_) deliver();
    }
    /// Looks at the chain at the next tick and every second for a while, whenever that was due: something is on its way.
    void look_soon() {
        next_look_ = 0;
        eager_until_ = now_ + 10;
    }

    /// To be called at the end of each step: what was decided becomes durable.
    void flush(std::uint64_t now) {
        now_ = now;
        if (auto p = outbox_.next(0)) out_.push_back(std::move(*p));
    }

private:
    struct spooled {
        digest id;
        transaction_type transaction;
    };

    void spool(digest const& id, transaction_type tx, store_batch batch, then_type then) {
        outbox_.put({std::move(batch),
                     [this, id, tx = std::move(tx), then = std::move(then)](fault f) {
                         if (!f) waiting_.push_back({id, tx});
                         then(f);
                         if (!f) deliver();
                     },
                     {}});
    }
    bytes sequence_cell() const {
        bytes cell(8);
        store_be64(cell.data(), sequence_);
        return cell;
    }

    /// Hands over the oldest, several at once where several wait, and the next when that is done: a sender's sequence must arrive in order.
    void deliver() {
        if (delivering_ || waiting_.empty() || options_.nodes.empty()) return;
        delivering_ = true;
        std::size_t const n = std::exchange(singly_, false) ? 1 : std::min(waiting_.size(), batch_of<transaction_type>);
        std::vector<digest> ids;
        for (std::size_t i = 0; i != n; ++i) ids.push_back(waiting_[i].id);
        call_node(preferred().url, n == 1 ? handing_over(waiting_.front().transaction) : handing_over(n), [this, ids = std::move(ids)](result<http_response> answer) {
            delivering_ = false;
            for (std::size_t i = 0; i != ids.size(); ++i)
                if (i >= waiting_.size() || waiting_[i].id != ids[i]) return;
            if (!answer) {
                retry_at_ = now_ + 1;
                return prefer_another(answer.error());
            }
            delivered(ids.size() == 1 ? std::vector{outcome{answer->status, std::string(as_text(answer->body))}} : outcomes(*answer, ids.size()));
        });
    }
    static http_request handing_over(transaction_type const& tx) {
        return {.method = "POST", .path = "/transactions/new", .accept = std::string(json_type), .content_type = std::string(cbor_type), .body = encode(tx)};
    }
    http_request handing_over(std::size_t n) const {
        transaction_batch batch;
        for (std::size_t i = 0; i != n; ++i) batch.transactions.push_back(encode(waiting_[i].transaction));
        return {.method = "POST", .path = "/transactions/batch", .accept = std::string(cbor_type), .content_type = std::string(cbor_type), .body = encode(batch)};
    }

    struct outcome {
        unsigned status;
        std::string why;
        bool later() const noexcept { return status >= 500 || status == 429; }
    };
    /// Nothing when the batch as a whole was refused for good: nobody has judged a single one then.
    static std::vector<outcome> outcomes(http_response const& answer, std::size_t sent) {
        std::vector<outcome> all;
        auto const said = answer.status == 200 ? decode<batch_answer>(answer.body) : result<batch_answer>(fault{errc::wrong_type, "batch"});
        if (said && said->verdicts.size() == sent)
            for (auto& v : said->verdicts) all.push_back({status_of(v.code), std::string(message(v.code)) + " (" + std::string(v.where) + ")"});
        else if (outcome const whole{answer.status, {}}; whole.later()) all.assign(sent, whole);
        return all;
    }

    /// What became of the oldest. What may be taken later waits on: other senders first, its own sender's in their order.
    void delivered(std::vector<outcome> const& all) {
        if (all.empty()) return singly_ = true, deliver();
        std::deque<spooled> held, rest;
        std::set<node_id> holding;
        store_batch batch;
        bool taken = false;
        for (std::size_t i = 0; i != all.size(); ++i) {
            auto& w = waiting_[i];
            if (all[i].later()) {
                holding.insert(w.transaction.body.sender);
                held.push_back(std::move(w));
                continue;
            }
            report(w.transaction.body, all[i]);
            taken = taken || all[i].status < 300;
            batch.drop_pending.push_back(w.id);
        }
        for (auto i = all.size(); i != waiting_.size(); ++i)
            (holding.count(waiting_[i].transaction.body.sender) != 0 ? held : rest).push_back(std::move(waiting_[i]));
        waiting_ = std::move(rest);
        std::move(held.begin(), held.end(), std::back_inserter(waiting_));
        if (!batch.drop_pending.empty()) outbox_.put({std::move(batch), {}, {}});
        if (taken) look_soon();  // they will be in a block soon
        if (!holding.empty()) retry_at_ = now_ + 1;
        else if (!waiting_.empty()) return deliver();
        if (options_.mines && taken) command(preferred(), node_command::mine, now_);
    }
    void report(body_type const& b, outcome const& o) {
        auto const what = std::string(schema::name_of(b.state)) + " " + title_of(b.model, b.ver) + " of " + short_hex(b.sender);
        if (o.status < 300 || o.status == 409) out_.push_back(note{"recorded", what});
        else out_.push_back(note{"refused", what + " by the ledger: " + o.why});
    }

    fault take(std::uint64_t fork_point, std::vector<block_of<P>> const& blocks) {
        if (fork_point != chain_.height()) {
            if (auto f = chain_.adopt(fork_point, blocks, now_)) return f;
            for (auto& b : blocks) learn(b);
            return {};
        }
        for (auto& b : blocks) {
            if (auto f = chain_.push(b, now_)) return f;
            learn(b);
        }
        return {};
    }
    void learn(block_of<P> const& block) {
        for (auto& tx : block.transactions) {
            if (tx.body.state == state::released) releases_.insert_or_assign({tx.body.model, tx.body.ver}, tx);
            if (tx.body.state != state::enrolled) continue;
            credentials_[tx.body.recipient] = tx;
            if (tx.body.enrolment->role == member_role::management) follow(tx);
            if (tx.body.recipient == me_) out_.push_back(renewed{});
        }
    }

    peer const& preferred() const { return options_.nodes[node_ % options_.nodes.size()]; }
    void prefer_another(fault f) {
        out_.push_back(note{"ledger", preferred().url + ": " + reason_of(f)});
        ++node_;
    }
    void call_node(std::string const& url, http_request r, std::function<void(result<http_response>)> then) {
        out_.push_back(call{calls_.keep(std::move(then)), url, std::move(r)});
    }

    options options_;
    signer_type& signer_;
    store_type& spool_;
    actions& out_;
    node_id me_;
    ledger::chain<P> chain_;
    trust::anchor<P> anchor_;
    std::optional<transaction_type> rotation_;
    branch_pull<P> pull_;
    outbox outbox_;
    std::deque<spooled> waiting_;
    std::map<node_id, transaction_type> credentials_;
    std::map<std::pair<model_name, std::uint64_t>, transaction_type> releases_;
    continuations<result<http_response>> calls_;
    std::uint64_t sequence_ = 0;
    std::uint64_t next_look_ = 0;
    std::uint64_t eager_until_ = 0;
    std::uint64_t retry_at_ = 0;
    std::uint64_t now_ = 0;
    std::size_t node_ = 0;
    bool looking_ = false;
    bool delivering_ = false;
    bool singly_ = false;          // the next goes alone
    bool synced_ = false;
};

} // namespace daicho::role
