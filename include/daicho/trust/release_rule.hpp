#pragma once

#include <daicho/trust/anchor.hpp>

#include <algorithm>

namespace daicho::trust {

/// What a machine runs now.
struct running_image {
    model_name model;
    std::uint64_t version = 0;
    digest verifier{};
};

/// Did an enrolled publisher sign this, for this chain and one of its own models?
template <class P>
fault check_authentic(anchor<P> const& a, signed_release_of<P> const& signed_one, transaction_of<P> const& publisher) {
    auto const& r = signed_one.body;
    if (r.chain_id != a.chain_id) return {errc::wrong_chain, "release.chain_id"};
    if (auto f = check_credential(a, publisher, member_role::publisher)) return f;
    auto const& e = *publisher.body.enrolment;
    if (publisher.body.recipient != r.publisher) return {errc::unknown_sender, "release.publisher"};
    if (std::find(e.models.begin(), e.models.end(), r.model) == e.models.end()) return {errc::not_permitted, "release.model"};
    if (!verify<P>(e.key, r, signed_one.signature)) return {errc::bad_signature, "release.signature"};
    if (r.check.status != 0) return {errc::check_failed, "release.check", r.check.status};
    return {};
}

/// May this release replace what runs? Versions never go down; `duplicate` says that it runs already.
inline fault check_applicable(release const& r, running_image const& now_runs, std::uint64_t now) {
    if (!(r.model == now_runs.model)) return {errc::wrong_model, "release.model"};
    if (r.version < now_runs.version) return {errc::stale_version, "release.version", r.version};
    // paper 2.3: version and hash are compared
    if (r.version == now_runs.version)
        return r.verifier == now_runs.verifier ? fault{errc::duplicate, "release.version", r.version}
                                               : fault{errc::wrong_digest, "release.verifier", r.version};
    if (r.minimum_version > now_runs.version) return {errc::unsupported_upgrade, "release.minimum_version", r.minimum_version};
    if (now >= r.expires) return {errc::expired, "release.expires", r.expires};
    if (r.size == 0) return {errc::wrong_size, "release.size"};
    return {};
}

} // namespace daicho::trust
