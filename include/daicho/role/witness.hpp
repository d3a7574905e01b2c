#pragma once

#include <daicho/concept/observer.hpp>
#include <daicho/concept/state_store.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/record/witnessed.hpp>
#include <daicho/role/http_error.hpp>
#include <daicho/tlog/add_checkpoint.hpp>
#include <daicho/trust/forked_log.hpp>

#include <algorithm>

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
/// Trusts nobody. What it signs is in its cell before it is signed, with the log's own note, so that no crash makes it sign two trees of one
/// size, or lets a log off that did; who takes that cell away makes it forget.
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
    /// oversized (an origin that it could not remember), the cell's, store_corrupt (no memory of a witness, or a note that is of another tree).
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
        for (auto& t : memory_.trees)
            if (!is_of(t)) return {errc::store_corrupt, "witness memory.note", t.size};
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
        if (r.path == "/forks" && r.method == "GET") return {.content_type = "application/cbor", .body = encode(forked_logs{memory_.forks})};
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
            accuse(*log, last, asked->note);
            return conflict(last);
        }
        if (auto f = continues(last, *tree, *asked)) {
            observer_.note("refused", log->origin + " at " + std::to_string(tree->size) + ": " + std::string(message(f.code)));
            return http_refusal(422, f);
        }
        return cosign(*log, last, *tree, *note, now);
    }

private:
    static fault signed_by(watched_log const& log, tlog::note const& n) {
        fault why{errc::not_authenticated, "note.signatures"};
        for (auto& key : log.keys)
            if (why = tlog::verify_note<Ed25519>(n, key); why != errc::not_authenticated) return why;
        return why;
    }

    /// A tree that it remembers, and the note that it remembers of it; none at all is no fault.
    static bool is_of(cosigned_tree const& t) {
        if (t.note.empty()) return true;
        auto const note = tlog::note::parse(as_text(t.note));
        if (!note) return false;
        auto const said = tlog::checkpoint::parse(note->text());
        return said && said->origin == t.origin.view() && said->size == t.size && said->root == t.root;
    }

    /// With the log's own note of the tree that it cosigned.
    void accuse(watched_log const& log, cosigned_tree const& before, std::string_view note) {
        if (before.note.empty()) return;
        auto next = memory_;
        for (auto& key : log.keys) {
            if (next.forks.size() == witness_memory::fork_list::bound || accused(log, key)) continue;
            auto e = trust::fork_of<Ed25519>(key, as_text(before.note), note);
            if (e.empty()) continue;
            observer_.note("evidence", "against " + key.text());
            next.forks.emplace_back(std::move(e));
        }
        if (next.forks.size() == memory_.forks.size()) return;
        (void)cell_.save(schema::encode(next));  // a disk that refuses costs it over the next start: the log is refused all the same
        memory_ = std::move(next);
    }
    bool accused(watched_log const& log, tlog::note_key const& key) const {
        return std::any_of(memory_.forks.begin(), memory_.forks.end(), [&](auto& canonical) {
            forked_log e{};
            if (schema::decode_into(canonical, e) || e.signer != key.key) return false;
            auto const one = tlog::note::parse(as_text(e.first));
            return one && one->text().starts_with(log.origin + '\n');
        });
    }

    /// What to remember of a note: the text, and lines of the log's keys, those too that stood under the same text before.
    static bytes own_lines(watched_log const& log, tlog::note const& n, cosigned_tree const& last) {
        auto const before = tlog::note::parse(as_text(last.note));
        bool const same = before && before->text() == n.text();
        std::string out(n.text());
        bool any = false;
        for (auto& key : log.keys) {
            auto line = n.find(key.name.view(), key.id());
            if (!line && same) line = before->find(key.name.view(), key.id());
            if (!line) continue;
            auto const text = (any ? "" : "\n") + std::string(tlog::signature_dash) + std::string(line->key_name) + ' ' + std::string(line->encoded) + '\n';
            if (out.size() + text.size() > cosigned_tree::note_type::bound) break;
            out += text;
            any = true;
        }
        return any ? bytes(out.begin(), out.end()) : bytes();
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
    http_response cosign(watched_log const& log, cosigned_tree const& last, tlog::checkpoint const& tree, tlog::note const& n, std::uint64_t now) {
        auto next = last;
        next.note = own_lines(log, n, last);
        next.size = tree.size;
        next.root = tree.root;
        next.time = std::max(now, last.time);
        if (auto f = remember(next)) return http_refusal(f);
        auto const line = tlog::cosign<Ed25519>(key_, options_.name, n.text(), next.time);
        if (!line) return http_refusal(500, line.error());
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
    bool restored_ = false;
};

} // namespace daicho::role
