#pragma once

#include "https.hpp"
#include "composition.hpp"
#include "process.hpp"

#include <daicho/asio/http_client.hpp>
#include <daicho/role/bundle_desk.hpp>
#include <daicho/role/observer.hpp>
#include <daicho/trust/credential.hpp>
#include <daicho/trust/log_keys.hpp>

#include <iostream>

/// A release and the proof that it is in the ledger, as one file: what `device --bundle` installs from.
namespace bundling {

using namespace daicho;
using transaction_type = transaction_of<::protocol>;

struct request {
    std::string node, file, model;
    std::uint64_t version = 0;                 ///< 0: the newest
    std::uint64_t older_size = 0;              ///< of a tree that the reader may know already
    std::vector<std::string> witnesses;        ///< URLs to ask for a cosignature
};

/// What the chain says of a release: its transaction, who its publisher is, and who replaced the management key since.
struct found_release {
    std::optional<transaction_type> released, publisher, rotation;
};
inline found_release find(std::vector<block_of<::protocol>> const& blocks, request const& r) {
    found_release out;
    for (auto& b : blocks)
        for (auto& tx : b.transactions) {
            auto const& t = tx.body;
            bool const wanted = t.state == state::released && t.model == r.model && (r.version == 0 ? !out.released || t.ver > out.released->body.ver : t.ver == r.version);
            if (wanted) out.released = tx;
            if (t.state == state::enrolled && t.enrolment->role == member_role::management) out.rotation = tx;
        }
    if (!out.released) return out;
    for (auto& b : blocks)
        for (auto& tx : b.transactions)
            if (tx.body.state == state::enrolled && tx.body.recipient == out.released->body.release->body.publisher) out.publisher = tx;
    return out;
}

/// Writes the bundle. `blocks`: the node's chain, which was checked.
inline process::ending write(request const& r, genesis_of<::protocol> const& g, std::vector<block_of<::protocol>> const& blocks) {
    if (auto const keys = trust::log_keys::of(g.watch); !keys) return {keys.error(), "who is to believe a bundle"};
    auto const found = find(blocks, r);
    if (!found.released || !found.publisher) return {{errc::not_found, "release"}, r.model};
    asio::http_client_options http;
    if (auto e = allow_https(http)) return e;
    asio::http_client client(std::move(http));
    role::bundle_desk<::protocol> desk([&](std::string const& url, role::http_request asked, auto then) {
        then(client.send(url + asked.path + (asked.query.empty() ? "" : "?") + asked.query, asked));
    });
    result<decltype(desk)::place> place = fault{errc::not_found, "place"};
    desk.find(r.node, digest_of<hash_of<::protocol>>(*found.released), 0, r.witnesses, [&](auto p) { place = std::move(p); });
    if (!place) return {place.error(), r.node + (place.error() == errc::not_found ? ": the release is not final yet, or not there" : "")};
    if (!place->silent.empty()) return {place->silent[0].second, place->silent[0].first};
    result<bytes> made = fault{errc::not_found, "bundle"};
    desk.bundle(r.node, *place, *found.released, trust::present<::protocol>(*found.publisher, found.rotation ? &*found.rotation : nullptr),
                std::min(r.older_size, place->size), [&](auto b) { made = std::move(b); });
    if (!made) return {made.error(), r.file};
    if (auto f = file::replace_file(r.file, *made)) return {f, r.file};
    std::cout << made->size() << " bytes written to " << r.file << ": version " << found.released->body.ver << " of " << r.model << ", transaction " << place->inclusion.index << " of "
              << place->size << ", seen by " << r.witnesses.size() << " witnesses\n";
    return {};
}

} // namespace bundling
