#pragma once

#include <daicho/record/proof.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/opened.hpp>
#include <daicho/tlog/add_checkpoint.hpp>
#include <daicho/trust/bundle.hpp>

#include <memory>

namespace daicho::role {

/// Puts together what shows a transaction in the ledger: asks a node for its checkpoint and for proofs, and witnesses for their word.
/// Part of a machine, or of a program that waits: `ask` says how. Nothing is believed here, and nothing checked: who reads it does that.
template <class P>
class bundle_desk {
public:
    using answer_type = std::function<void(result<http_response>)>;
    using ask_type = std::function<void(std::string const& url, http_request, answer_type)>;
    template <class T>
    using then_type = std::function<void(result<T>)>;

    /// Where a transaction stands in a tree that a node signed.
    struct place {
        std::string note;                   ///< the checkpoint, with a line of each witness that cosigned it
        std::uint64_t size = 0;             ///< of that tree
        inclusion_proof inclusion{};
        std::vector<std::pair<std::string, fault>> silent;  ///< witnesses that did not, and why
    };

    explicit bundle_desk(ask_type ask) : ask_(std::move(ask)) {}

    /// Of a transaction, by its id, in a tree of `least` transactions at least. Witnesses that do not answer are left out: whether enough
    /// do is the reader's to judge. Errors: those of asking; stale_checkpoint (a smaller tree); not_found (the node does not know the
    /// transaction, or it is not final yet); what a checkpoint is refused for.
    void find(std::string const& node, digest const& transaction, std::uint64_t least, std::vector<std::string> witnesses, then_type<place> then) {
        checkpoint(node, [this, node, transaction, least, witnesses = std::move(witnesses), then](result<place> p) {
            if (!p) return then(p.error());
            if (p->size < least) return then(fault{errc::stale_checkpoint, "checkpoint.size", p->size});
            http_request r{.path = "/proof", .query = "size=" + std::to_string(p->size) + "&transaction=" + to_hex(transaction), .accept = std::string(cbor_type)};
            ask_(node, std::move(r), [this, node, witnesses, then, p = std::move(*p)](result<http_response> shown) mutable {
                auto const at = opened<inclusion_proof>(shown);
                if (!at) return then(at.error());
                p.inclusion = *at;
                cosign(node, std::move(p), std::move(witnesses), std::move(then));
            });
        });
    }

    /// The tree that a node signed last, alone. Errors: those of asking; not_found (it signs none); what a checkpoint is refused for.
    void checkpoint(std::string const& node, then_type<place> then) {
        ask_(node, {.path = "/checkpoint"}, [then](result<http_response> answer) {
            place p;
            if (auto f = read_checkpoint(answer, p)) return then(f);
            then(std::move(p));
        });
    }

    /// Asks witnesses for their word about a tree.
    void cosign(std::string const& node, place p, std::vector<std::string> witnesses, then_type<place> then) {
        cosign({node, std::move(witnesses), 0, std::make_shared<place>(std::move(p)), std::move(then)});
    }

    /// The bundle of what was found, for who has seen a tree of `seen` transactions. Errors: those of asking; stale_checkpoint (who has
    /// seen more needs another place); those of make_bundle.
    void bundle(std::string const& node, place const& p, transaction_of<P> const& released, shown_credential_of<P> const& publisher, std::uint64_t seen, then_type<bytes> then) {
        if (seen > p.size) return then(fault{errc::stale_checkpoint, "checkpoint.size", p.size});
        growth(node, seen, p.size, [p, released, publisher, seen, then](result<proof_path> path) {
            if (!path) return then(path.error());
            then(trust::make_bundle<P>(released, publisher, p.inclusion.index, p.inclusion.path, seen, *path, p.note));
        });
    }

private:
    struct round {
        std::string node;
        std::vector<std::string> witnesses;
        std::size_t next;
        std::shared_ptr<place> found;
        then_type<place> then;
    };

    static fault read_checkpoint(result<http_response> const& answer, place& p) {
        if (!answer) return answer.error();
        if (answer->status != 200) return {errc::not_found, "checkpoint", answer->status};
        if (answer->body.size() > limits::evidence_note) return {errc::oversized, "checkpoint", answer->body.size()};
        p.note = std::string(as_text(answer->body));
        auto const note = tlog::note::parse(p.note);
        if (!note) return note.error();
        auto const tree = tlog::checkpoint::parse(note->text());
        if (!tree) return tree.error();
        p.size = tree->size;
        return {};
    }

    void growth(std::string const& node, std::uint64_t from, std::uint64_t to, then_type<proof_path> then) {
        if (from == 0 || from == to) return then(proof_path{});
        http_request r{.path = "/proof/consistency", .query = "old=" + std::to_string(from) + "&size=" + std::to_string(to), .accept = std::string(cbor_type)};
        ask_(node, std::move(r), [then](result<http_response> answer) {
            auto const p = opened<consistency_proof>(answer);
            if (!p) return then(p.error());
            then(p->path);
        });
    }

    /// One witness after the other, each asked from nothing first.
    void cosign(round r) {
        if (r.next == r.witnesses.size()) return r.then(std::move(*r.found));
        ask_witness(std::move(r), 0, false);
    }

    /// C2SP tlog-witness: it says which size it knows (409) when it is asked from another one.
    void ask_witness(round r, std::uint64_t known, bool again) {
        growth(r.node, known, r.found->size, [this, r, known, again](result<proof_path> path) mutable {
            if (!path) return pass(std::move(r), path.error());
            tlog::add_checkpoint add{.old_size = known, .note = r.found->note};
            for (auto& node : *path)
                if (!add.proof.push_back(node)) return pass(std::move(r), {errc::oversized, "proof.path", path->size()});
            auto const text = add.text();
            http_request post{.method = "POST", .path = "/add-checkpoint", .content_type = "text/plain", .body = {text.begin(), text.end()}};
            ask_(r.witnesses[r.next], std::move(post), [this, r, again](result<http_response> answer) mutable {
                if (!answer) return pass(std::move(r), answer.error());
                if (answer->status == 409 && !again) {
                    auto const size = told_size(as_text(answer->body));
                    if (!size) return pass(std::move(r), size.error());
                    if (*size > r.found->size) return pass(std::move(r), {errc::stale_checkpoint, "witness", *size});
                    return ask_witness(std::move(r), *size, true);
                }
                if (answer->status != 200) return pass(std::move(r), {errc::not_permitted, "witness", answer->status});
                if (r.found->note.size() + answer->body.size() > limits::evidence_note) return pass(std::move(r), {errc::oversized, "cosignature", answer->body.size()});
                auto with = r.found->note + std::string(as_text(answer->body));
                if (auto const n = tlog::note::parse(with); !n) return pass(std::move(r), n.error());  // one witness spoils no note
                r.found->note = std::move(with);
                ++r.next;
                cosign(std::move(r));
            });
        });
    }
    void pass(round r, fault why) {
        r.found->silent.emplace_back(r.witnesses[r.next++], why);
        cosign(std::move(r));
    }
    static result<std::uint64_t> told_size(std::string_view text) {
        while (text.ends_with('\n')) text.remove_suffix(1);
        return tlog::checkpoint::decimal(text);
    }

    ask_type ask_;
};

} // namespace daicho::role
