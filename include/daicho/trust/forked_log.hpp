#pragma once

#include <daicho/record/evidence.hpp>
#include <daicho/record/forked_log.hpp>
#include <daicho/schema/codec.hpp>
#include <daicho/tlog/cosignature.hpp>

namespace daicho::trust {

/// The keys that somebody believes, as one number: bit i is the witness i, and behind limits::witnesses of them come the log's own keys.
struct note_keys {
    std::span<tlog::note_key const> logs;  ///< all of one name, which is the log's origin
    std::span<tlog::note_key const> witnesses;

    static constexpr std::uint32_t of_witness(std::size_t i) noexcept { return std::uint32_t(1) << i; }
    static constexpr std::uint32_t of_log(std::size_t i) noexcept { return std::uint32_t(1) << (limits::witnesses + i); }
};

namespace detail {

/// Did this key sign this note, in the way that its type says? Errors: not_authenticated, bad_signature.
template <tlog::note_scheme Ed25519>
fault verify_either(tlog::note const& n, tlog::note_key const& k) {
    if (k.type == tlog::signature_type::ed25519) return tlog::verify_note<Ed25519>(n, k);
    return tlog::verify_cosignature<Ed25519>(n, k).error();
}

struct signed_tree {
    tlog::note note;
    tlog::checkpoint tree;

    /// A note with one signature. Errors: what a note and a checkpoint are refused for; non_canonical (more signatures).
    static result<signed_tree> read(byte_view bytes) noexcept {
        auto const note = tlog::note::parse(as_text(bytes));
        if (!note) return note.error();
        auto const tree = tlog::checkpoint::parse(note->text());
        if (!tree) return tree.error();
        auto const lines = note->signatures();
        if (lines.find('\n') + 1 != lines.size()) return fault{errc::non_canonical, "evidence.signatures"};
        return signed_tree{*note, *tree};
    }
};

} // namespace detail

/// Who of these is convicted by that, as bits of note_keys; a key that stands among logs and witnesses is so in both. Pure, never
/// allocates, never throws. Errors, in this order: of either note what notes and checkpoints are refused for, non_canonical (more
/// signatures than one); wrong_log (another origin than this log's); wrong_size (two sizes: a log grows); duplicate (one root: that is no
/// fork); non_canonical (the higher root first); unknown_sender (nobody's key here); not_authenticated (a note without its signature), bad_signature.
template <tlog::note_scheme Ed25519>
result<std::uint32_t> convicted_by(note_keys const& known, forked_log const& e) {
    auto const first = detail::signed_tree::read(e.first), second = detail::signed_tree::read(e.second);
    if (!first) return first.error();
    if (!second) return second.error();
    auto const ours = [&](std::string_view origin) { return !known.logs.empty() && known.logs[0].name.view() == origin; };
    if (!ours(first->tree.origin) || !ours(second->tree.origin)) return fault{errc::wrong_log, "evidence.origin"};
    if (first->tree.size != second->tree.size) return fault{errc::wrong_size, "evidence.size", second->tree.size};
    if (first->tree.root == second->tree.root) return fault{errc::duplicate, "evidence.root", first->tree.size};
    if (second->tree.root < first->tree.root) return fault{errc::non_canonical, "evidence.root"};
    std::uint32_t whose = 0;
    fault why{errc::unknown_sender, "evidence.signer"};
    auto const look = [&](std::span<tlog::note_key const> keys, auto bit) {
        for (std::size_t i = 0; i != keys.size(); ++i) {
            if (keys[i].key != e.signer) continue;
            whose |= bit(i);
            if (!why) continue;  // as the log's, or as a witness's: one is enough
            why = detail::verify_either<Ed25519>(first->note, keys[i]);
            if (!why) why = detail::verify_either<Ed25519>(second->note, keys[i]);
        }
    };
    look(known.logs, note_keys::of_log);
    look(known.witnesses, note_keys::of_witness);
    if (why) return why;
    return whose;
}

/// The same, as whoever keeps the chain shows it to have the key's owner expelled. Of evidence that convicts a key of the log. Errors:
/// not_authenticated (the key signed as a witness), not_empty (further lines: no machine that follows this log believes such a checkpoint).
inline result<forked_tree> tree_of(tlog::note_key const& log, forked_log const& e) {
    auto const first = detail::signed_tree::read(e.first), second = detail::signed_tree::read(e.second);
    if (!first) return first.error();
    if (!second) return second.error();
    forked_tree out{.size = first->tree.size, .first = first->tree.root, .first_signature = {}, .second = second->tree.root, .second_signature = {}};
    auto const take = [&](detail::signed_tree const& from, forked_tree::signature_type& to) -> fault {
        auto const line = from.note.find(log.name.view(), log.id());
        if (!line) return {errc::not_authenticated, "note.signatures"};
        if (!from.tree.extensions.empty()) return {errc::not_empty, "checkpoint.extensions"};
        return line->read(to);
    };
    if (auto f = take(*first, out.first_signature)) return f;
    if (auto f = take(*second, out.second_signature)) return f;
    return out;
}

namespace detail {

/// The text and this key's line, if it is there.
inline std::string only_of(tlog::note const& n, tlog::note_key const& k) {
    auto const line = n.find(k.name.view(), k.id());
    if (!line) return {};
    return std::string(n.text()) + '\n' + std::string(tlog::signature_dash) + std::string(line->key_name) + ' ' + std::string(line->encoded) + '\n';
}

} // namespace detail

/// The evidence that two notes are against a key, canonical bytes; empty when they are none.
template <tlog::note_scheme Ed25519>
bytes fork_of(tlog::note_key const& key, std::string_view a, std::string_view b) {
    auto const one = tlog::note::parse(a), other = tlog::note::parse(b);
    if (!one || !other) return {};
    auto first = detail::only_of(*one, key), second = detail::only_of(*other, key);
    if (first.empty() || second.empty() || first.size() > forked_log::note_bound || second.size() > forked_log::note_bound) return {};
    auto const of_first = tlog::checkpoint::parse(one->text()), of_second = tlog::checkpoint::parse(other->text());
    if (!of_first || !of_second) return {};
    if (of_second->root < of_first->root) std::swap(first, second);
    forked_log const e{key.key, {as_bytes(first)}, {as_bytes(second)}};
    tlog::note_key origin;  // of whatever log it is
    if (!origin.name.assign(of_first->origin)) return {};
    if (!convicted_by<Ed25519>({{&origin, 1}, {&key, 1}}, e)) return {};
    return encode(e);
}

/// The same against each of some keys.
template <tlog::note_scheme Ed25519>
std::vector<bytes> forks_of(note_keys const& known, std::string_view a, std::string_view b) {
    std::vector<bytes> out;
    for (auto keys : {known.logs, known.witnesses})
        for (auto& k : keys)
            if (auto e = fork_of<Ed25519>(k, a, b); !e.empty() && std::find(out.begin(), out.end(), e) == out.end()) out.push_back(std::move(e));
    return out;
}

} // namespace daicho::trust
