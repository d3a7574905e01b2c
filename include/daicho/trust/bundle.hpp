#pragma once

#include <daicho/concept/light_client.hpp>
#include <daicho/ledger/tree.hpp>
#include <daicho/record/bundle.hpp>
#include <daicho/trust/release_rule.hpp>

namespace daicho::trust {

/// Of a light client C, what it is shown as a file.
template <class P, class C>
using bundle_of = bundle<scheme_of<P>, typename C::evidence_type>;

/// What a good bundle tells.
template <class P, light_client C>
struct admitted {
    release body{};
    anchor<P> trust{};                      ///< with the rotation that the publisher's credential showed, if it did
    typename C::head_type head{};           ///< to be kept, durably, before anything is done with the release
    bool runs_already = false;              ///< all is in order, and there is nothing to install
};

/// Does a bundle show a release that its publisher signed and that is in the ledger? Judged with nothing but the genesis and the head
/// this machine keeps; pure. For who passes the release on: whether it may run somewhere is another question.
/// Errors, in this order: missing_field (no release inside), wrong_chain; follow_rotation's and check_authentic's; those of C::follow.
template <class P, light_client C>
result<admitted<P, C>> check_logged(anchor<P> const& a, C const& client, typename C::head_type const& head, bundle_of<P, C> const& b) {
    auto const& t = b.released.body;
    if (t.state != state::released || !t.release) return fault{errc::missing_field, "bundle.released"};
    if (t.chain_id != a.chain_id) return fault{errc::wrong_chain, "bundle.released"};
    admitted<P, C> out{.body = t.release->body, .trust = a};
    if (b.publisher.rotation)
        if (auto f = follow_rotation<P>(out.trust, *b.publisher.rotation)) return f;
    if (auto f = check_authentic<P>(out.trust, *t.release, b.publisher.enrolled)) return f;
    schema::buffer_for<transaction_of<P>> buffer;
    auto followed = client.follow(head, ledger::leaf_hash<hash_of<P>>(*schema::encode_into(buffer, b.released)), b.evidence);
    if (!followed) return followed.error();
    out.head = *followed;
    return out;
}

/// May this machine install what a bundle brings? Pure. `now`: the latest time this machine is sure of, 0 for none; the evidence may
/// know better. Errors, in this order: those of check_logged; check_applicable's, but for `duplicate`.
template <class P, light_client C>
result<admitted<P, C>> check_bundle(anchor<P> const& a, C const& client, typename C::head_type const& head, bundle_of<P, C> const& b,
                                    running_image const& runs, std::uint64_t now) {
    auto out = check_logged<P>(a, client, head, b);
    if (!out) return out;
    auto const f = check_applicable(out->body, runs, std::max<std::uint64_t>(now, out->head.time));
    out->runs_already = f == errc::duplicate;
    if (f && !out->runs_already) return f;
    return out;
}

/// The bundle of what a log answers: canonical bytes, to be written to a file. `older_size`: 0 for readers that have seen no tree yet.
/// Nothing is verified here: who reads it does. Errors: missing_field (no release inside), oversized (a path, the note).
template <class P>
result<bytes> make_bundle(transaction_of<P> const& released, shown_credential_of<P> const& publisher, std::uint64_t index,
                          std::span<digest const> inclusion, std::uint64_t older_size, std::span<digest const> consistency, std::string_view note) {
    if (!released.body.release) return fault{errc::missing_field, "bundle.released"};
    if (note.size() > limits::evidence_note) return fault{errc::oversized, "bundle.checkpoint", note.size()};
    bundle<scheme_of<P>, log_evidence> b{released, publisher, {.index = index, .older_size = older_size, .checkpoint = {as_bytes(note)}}};
    for (auto& node : inclusion)
        if (!b.evidence.inclusion.push_back(node)) return fault{errc::oversized, "bundle.inclusion", inclusion.size()};
    for (auto& node : consistency)
        if (!b.evidence.consistency.push_back(node)) return fault{errc::oversized, "bundle.consistency", consistency.size()};
    return encode(b);
}

} // namespace daicho::trust
