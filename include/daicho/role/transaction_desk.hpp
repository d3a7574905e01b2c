#pragma once

#include <daicho/record/batch.hpp>
#include <daicho/role/kept_chain.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/note_text.hpp>

#include <unordered_map>

namespace daicho::role {

/// Takes transactions in, one a request or several (docs/adr/0034-transactions-come-in-batches.md). What comes together is
/// verified together, becomes durable together, and each is answered for itself, when it is durable.
template <class P, class Verifier>
class transaction_desk {
public:
    using transaction_type = transaction_of<P>;
    using kept_type = kept_chain<P, Verifier>;
    using candidate = typename kept_type::candidate;

    static constexpr std::string_view one_path = "/transactions/new", batch_path = "/transactions/batch";
    static constexpr std::size_t most_foreseen = 4096;   ///< transactions that are read before their turn

    /// What it needs of the node.
    struct seams {
        std::function<std::uint64_t()> now;
        std::function<void(ticket, http_response)> say;
        std::function<void(std::string event, std::string detail)> tell;
        std::function<void(digest const& id, bytes canonical)> heard;          ///< durable, so it may be told to others
        std::function<void()> spread;                                         ///< there is something to tell
    };

    transaction_desk(kept_type& kept, seams node) : kept_(kept), node_(std::move(node)) {}
    transaction_desk(transaction_desk const&) = delete;

    static bool serves(http_request const& r) { return r.method == "POST" && (r.path == one_path || r.path == batch_path); }

    /// What will be taken next, when several wait: their signatures are verified together, and remembered. Says and changes nothing else.
    template <class Event>
    void foresee(std::span<Event const> events) {
        read_.clear();
        std::vector<candidate*> all;
        std::size_t n = 0;
        for (auto& e : events) {
            auto const* a = std::get_if<arrived>(&e);
            if (!a || !serves(a->request) || n >= most_foreseen) continue;
            auto read = letter(a->request);
            if (!read) continue;
            n += read->size();
            auto& kept = read_.insert_or_assign(a->id, std::move(*read)).first->second;
            find_unverified(kept, all);
        }
        if (all.size() > 1) verify(all);
    }

    void take(ticket t, http_request const& r) {
        auto all = letter(t, r);
        if (!all) return node_.say(t, http_refusal(all.error()));
        if (r.path == batch_path && all->size() > 1) verify(*all);
        auto const sent = std::make_shared<std::vector<candidate>>(std::move(*all));
        bool const many = r.path == batch_path;
        auto const answer = [this, t, sent, many, accept = r.accept](fault f) {
            f ? node_.say(t, http_refusal(f)) : many ? answer_all(t, accept, *sent) : answer_one(t, sent->front());
        };
        if (!admit(sent, answer)) answer({});
    }

    /// One of the node's own. Errors: those of pool::submit.
    fault take_own(transaction_type tx) {
        auto const one = std::make_shared<std::vector<candidate>>();
        one->push_back(candidate_of(std::move(tx)));
        (void)admit(one, [](fault) {});
        return one->front().refused;
    }

private:
    static candidate candidate_of(transaction_type tx) {
        bytes canonical = encode(tx);
        auto const id = hash_bytes<hash_of<P>>(canonical);
        return {std::make_shared<transaction_type const>(std::move(tx)), id, std::move(canonical)};
    }
    /// Canonical bytes are the only ones that decode, so they need not be made again.
    static candidate candidate_of(bytes canonical) {
        auto tx = decode<transaction_type>(canonical);
        if (!tx) return {nullptr, {}, {}, tx.error()};
        auto const id = hash_bytes<hash_of<P>>(canonical);
        return {std::make_shared<transaction_type const>(std::move(*tx)), id, std::move(canonical)};
    }

    /// What a request carries; one at least. Errors: of the request as a whole.
    static result<std::vector<candidate>> letter(http_request const& r) {
        std::vector<candidate> all;
        if (r.path == batch_path) {
            auto batch = body_of<transaction_batch>(r.content_type, r.body);
            if (!batch) return batch.error();
            if (batch->transactions.empty()) return fault{errc::missing_field, "transactions"};
            for (auto& raw : batch->transactions) all.push_back(candidate_of(std::move(raw)));
            return all;
        }
        auto tx = body_of<transaction_type>(r.content_type, r.body);
        if (!tx) return tx.error();
        all.push_back(candidate_of(std::move(*tx)));
        return all;
    }
    result<std::vector<candidate>> letter(ticket t, http_request const& r) {
        auto const it = read_.find(t);
        if (it == read_.end()) return letter(r);
        auto all = std::move(it->second);
        read_.erase(it);
        return all;
    }

    /// Those of one request; what was foreseen is known already.
    void verify(std::vector<candidate>& letter) {
        std::vector<candidate*> all;
        find_unverified(letter, all);
        verify(all);
    }
    void verify(std::vector<candidate*> const& all) {
        std::vector<transaction_type const*> transactions;
        for (auto* c : all) transactions.push_back(c->transaction.get());
        auto const good = kept_.verify_together(transactions);
        for (std::size_t i = 0; i != all.size(); ++i) all[i]->verified = good[i];
    }
    /// Those of a letter whose signature decides: the pool would take them, and holds them not yet.
    void find_unverified(std::vector<candidate>& letter, std::vector<candidate*>& to) const {
        for (auto& c : letter)
            if (!c.refused && !c.verified && !kept_.pool().admissible(*c.transaction, node_.now()) && !kept_.pool().holds(c.id)) to.push_back(&c);
    }

    bool admit(std::shared_ptr<std::vector<candidate>> const& sent, std::function<void(fault)> then) {
        bool const any = kept_.admit(*sent, node_.now(), [this, sent, then = std::move(then)](fault f) {
            then(f);
            if (f) return;
            for (auto& c : *sent)
                if (!c.refused) node_.heard(c.id, std::move(c.canonical));
            node_.spread();
        });
        for (auto& c : *sent) report(c);
        return any;
    }
    void report(candidate const& c) {
        if (!c.transaction) return;
        auto const& b = c.transaction->body;
        if (c.refused) node_.tell("refused", "transaction from " + short_hex(b.sender) + ": " + reason_of(c.refused));
        else node_.tell("transaction", std::string(schema::name_of(b.state)) + " " + title_of(b.model, b.ver) + " from " + short_hex(b.sender));
    }

    void answer_one(ticket t, candidate const& c) {
        auto const f = c.refused;
        if (f) return node_.say(t, http_refusal(f == errc::not_found ? 422 : status_of(f.code), f));
        node_.say(t, json_text(201, "{\"id\":\"" + to_hex(c.id) + "\",\"block\":" + std::to_string(kept_.chain().height() + 1) + "}"));
    }
    void answer_all(ticket t, std::string const& accept, std::vector<candidate> const& sent) {
        batch_answer out{.block = kept_.chain().height() + 1};
        for (auto& c : sent) out.verdicts.push_back({c.refused.code, batch_verdict::where_type::cut(c.refused.where)});
        node_.say(t, show({.accept = accept}, 200, out));
    }

    kept_type& kept_;
    seams node_;
    std::unordered_map<ticket, std::vector<candidate>> read_;  // foreseen, until their turn comes
};

} // namespace daicho::role
