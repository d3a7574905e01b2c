#pragma once

#include <daicho/concept/observer.hpp>
#include <daicho/concept/state_store.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/record/witnessed.hpp>
#include <daicho/role/http_error.hpp>
#include <daicho/tlog/add_checkpoint.hpp>
#include <daicho/trust/forked_log.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace daicho::role {

/// A log that a witness watches: its checkpoints' first line, and who signs them.
struct watched_log {
    std::string origin;
    std::vector<tlog::note_key> keys;
};

struct witness_options {
    std::string name;                             ///< of its own key (C2SP signed-note), such as witness.example/w1
    std::vector<watched_log> logs;
};

/// A machine that has seen a log grow and says so (C2SP tlog-witness), so that nobody can be shown another history than the rest.
///   POST /add-checkpoint   200 with its cosignature; 400 malformed; 403 not signed by the log; 404 unknown log; 409 with the size it
///                          knows: the request is about another, or about another tree of that size; 422 the proof does not hold
///   GET /forks             evidence against logs that showed it two trees of one size: a forked_logs, to hand to the nodes of that ledger
/// Trusts nobody. What it signs is in its cell before it is signed, so that no crash makes it sign two trees of one size; who takes
/// that cell away makes it forget.
template <class Ed25519, class Signer, class State, class Observer = silent_observer>
class witness {
    static_assert(tlog::note_scheme<Ed25519>, "a witness signs and verifies with a model of Ed25519: docs/light-client.md");
    static_assert(signer<Signer, Ed25519>, "Signer must be a signer of Ed25519: docs/concepts/signer.md");
    static_assert(state_store<State>, "State must be a state_store: docs/concepts/state_store.md");
    static_assert(daicho::observer<Observer>, "Observer must be an observer: docs/concepts/observer.md");

public:
    witness(witness_options o, Signer& key, State& cell, Observer observer = {})
        : options_(std::move(o)), key_(key), cell_(cell), observer_(std::move(observer)) {}

    /// What it signed before it was started; nothing is cosigned before that. Errors: invalid_text (its name is none of a key),
    /// oversized (an origin that it could not remember), the cell's, store_corrupt.
    fault restore() {
        if (!tlog::key_name(options_.name)) return {errc::invalid_text, "witness.name"};
        for (auto& log : options_.logs)
            if (log.origin.size() > cosigned_tree::origin_type::bound) return {errc::oversized, "witness.origin", log.origin.size()};
        bytes buffer(schema::max_encoded<witness_memory>);
        auto const kept = cell_.load(buffer);
        if (!kept) return kept.error();
        memory_ = {};
        if (!kept->empty())
            if (auto f = schema::decode_into(*kept, memory_)) return {errc::store_corrupt, "witness memory", f.at};
        restored_ = true;
        return {};
    }

    /// The largest tree that it has cosigned of a log; of an unknown one, the empty tree.
    cosigned_tree known(std::string_view origin) const {
        for (auto& t : memory_.trees)
            if (t.origin == origin) return t;
        cosigned_tree nothing{};
        nothing.origin.assign(origin);
        nothing.root = sha256{}.finish();
        return nothing;
    }

    /// The key to configure where this witness is believed.
    tlog::note_key public_key() const {
        tlog::note_key k{.type = tlog::signature_type::cosignature, .key = key_.public_key()};
        k.name.assign(std::string_view(options_.name));
        return k;
    }

    http_response handle(http_request const& r, std::uint64_t now) {
        if (r.path == "/forks" && r.method == "GET") return {.content_type = "application/cbor", .body = encode(forks_)};
        if (r.path != "/add-checkpoint") return http_refusal(404, {errc::not_found, "path"});
        if (r.method != "POST") {
            auto refused = http_refusal(405, {errc::not_permitted, "method"});
            refused.headers.emplace_back("Allow", "POST");
            return refused;
        }
        if (!restored_) return http_refusal({errc::busy, "witness"});
        auto const asked = tlog::add_checkpoint::parse(as_text(r.body));
        if (!asked) return http_refusal(400, asked.error());
        auto const note = tlog::note::parse(asked->note);
        if (!note) return http_refusal(400, note.error());
        auto const tree = tlog::checkpoint::parse(note->text());
        if (!tree) return http_refusal(400, tree.error());
        auto const log = std::find_if(options_.logs.begin(), options_.logs.end(), [&](auto& l) { return l.origin == tree->origin; });
        if (log == options_.logs.end()) return http_refusal(404, {errc::wrong_log, "checkpoint.origin"});
        if (auto f = signed_by(*log, *note)) return http_refusal(403, f);
        if (asked->old_size > tree->size) return http_refusal(400, {errc::out_of_range, "request.old", asked->old_size});
        auto const last = known(tree->origin);
        if (asked->old_size != last.size) return conflict(last);
        if (tree->size == last.size && tree->root != last.root) {
            observer_.note("fork", "of " + log->origin + " at " + std::to_string(last.size) + ": " + to_base64(last.root) + " and " + to_base64(tree->root));
            accuse(*log, asked->note);
            return conflict(last);
        }
        if (auto f = continues(last, *tree, *asked)) {
            observer_.note("refused", log->origin + " at " + std::to_string(tree->size) + ": " + std::string(message(f.code)));
            return http_refusal(422, f);
        }
        return cosign(last, *tree, *note, asked->note, now);
    }

private:
    static fault signed_by(watched_log const& log, tlog::note const& n) {
        fault why{errc::not_authenticated, "note.signatures"};
        for (auto& key : log.keys)
            if (why = tlog::verify_note<Ed25519>(n, key); why != errc::not_authenticated) return why;
        return why;
    }

    /// With what it saw before of that size, while it lives: a fork is refused without it too.
    void accuse(watched_log const& log, std::string_view note) {
        auto const before = notes_.find(log.origin);
        if (before == notes_.end()) return;
        for (auto& key : log.keys) {
            if (forks_.all.size() == forked_logs::list_type::bound || accused_.contains(key.text())) continue;
            auto e = trust::fork_of<Ed25519>(key, before->second, note);
            if (e.empty()) continue;
            observer_.note("evidence", "against " + key.text());
            accused_.insert(key.text());
            forks_.all.emplace_back(std::move(e));
        }
    }

    static fault continues(cosigned_tree const& last, tlog::checkpoint const& tree, tlog::add_checkpoint const& asked) {
        // Everything continues the empty tree, and there is nothing to prove.
        if (last.size == 0) return asked.proof.empty() ? fault{} : fault{errc::wrong_size, "request.proof", asked.proof.size()};
        return ledger::verify_consistency<sha256>(last.size, last.root, tree.size, tree.root, {asked.proof.data(), asked.proof.size()});
    }

    static http_response conflict(cosigned_tree const& last) {
        auto const line = std::to_string(last.size) + '\n';
        http_response r;
        r.status = 409;
        r.content_type = "text/x.tlog.size";
        r.body.assign(line.begin(), line.end());
        return r;
    }

    /// Durable first, then signed, then said. The clock may go back; what is signed does not.
    http_response cosign(cosigned_tree const& last, tlog::checkpoint const& tree, tlog::note const& n, std::string_view whole, std::uint64_t now) {
        auto next = last;
        next.size = tree.size;
        next.root = tree.root;
        next.time = std::max(now, last.time);
        if (auto f = remember(next)) return http_refusal(f);
        auto const line = tlog::cosign<Ed25519>(key_, options_.name, n.text(), next.time);
        if (!line) return http_refusal(500, line.error());
        notes_[std::string(next.origin.view())] = std::string(whole);
        observer_.note("cosigned", std::string(tree.origin) + " at " + std::to_string(tree.size));
        http_response r;
        r.content_type = "text/plain; charset=utf-8";
        r.body.assign(line->begin(), line->end());
        return r;
    }

    fault remember(cosigned_tree const& tree) {
        auto next = memory_;
        auto const at = std::find_if(next.trees.begin(), next.trees.end(), [&](auto& t) { return t.origin == tree.origin; });
        if (at != next.trees.end()) *at = tree;
        else if (next.trees.size() == witness_memory::list_type::bound) return {errc::store_full, "witness memory", next.trees.size()};
        else next.trees.push_back(tree);
        if (next == memory_) return {};
        if (auto f = cell_.save(schema::encode(next))) return f;
        memory_ = std::move(next);
        return {};
    }

    witness_options options_;
    Signer& key_;
    State& cell_;
    Observer observer_;
    witness_memory memory_;
    std::map<std::string, std::string> notes_;  // the last of each log, as it came
    std::set<std::string> accused_;             // keys, once each
    forked_logs forks_;
    bool restored_ = false;
};

} // namespace daicho::role
