#pragma once

#include <daicho/base/percent.hpp>
#include <daicho/ledger/chain.hpp>
#include <daicho/role/negotiate.hpp>

#include <optional>

namespace daicho::role {

/// Where a node shows how devices stand, with proof against the fleet_root of its last final header (docs/proofs.md):
///   GET /fleet/device?id=<64 hex digits>[&model=<name>]   a device_answer
///   GET /fleet/behind?model=<name>&version=<number>       a behind_answer
/// Stateless: it looks at the chain. Text in a query is percent-encoded.
template <class P>
class fleet_desk {
public:
    /// The chain outlives it. `most_nodes`: who asks for more of the map in one answer is refused.
    explicit fleet_desk(ledger::chain<P> const& chain, std::size_t most_nodes = limits::fleet_nodes) : chain_(chain), most_nodes_(most_nodes) {}

    static bool knows(std::string_view path) noexcept { return path == "/fleet/device" || path == "/fleet/behind"; }

    /// The answer to a GET of one of its paths; none for all others.
    /// Refused as: missing_field, invalid_text (no hexadecimal digits, not so many; no name of a model), out_of_range (no number),
    /// not_found (no device is known by that id: name the model), oversized (more devices behind than one answer may show: ask for
    /// a lower version), not_final (no block is final yet).
    std::optional<http_response> answer(http_request const& r) const {
        if (!knows(r.path)) return std::nullopt;
        auto const height = chain_.final_height();
        auto const fleet = chain_.fleet_at(height);
        if (height == 0 || !fleet) return http_refusal(404, {errc::not_final, "chain"});
        return r.path == "/fleet/device" ? show_device(r, height, *fleet) : show_behind(r, height, *fleet);
    }

private:
    using view = typename ledger::chain<P>::fleet_type::view;

    http_response show_device(http_request const& r, std::uint64_t height, view const& fleet) const {
        device_answer out{.height = height};
        auto const id = text_in(r.query, "id");
        if (id.empty()) return http_refusal({errc::missing_field, "query.id"});
        if (from_hex(id, out.device)) return http_refusal({errc::invalid_text, "query.id", id.size()});
        auto const model = model_of(r, out.device);
        if (!model) return http_refusal(model.error());
        out.model = *model;
        auto proof = fleet.prove_standing(out.model, out.device);
        if (!proof) return http_refusal(proof.error());
        out.proof = std::move(*proof);
        return show(r, 200, out);
    }

    http_response show_behind(http_request const& r, std::uint64_t height, view const& fleet) const {
        behind_answer out{.height = height};
        auto const model = asked_model(r);
        if (!model) return http_refusal(model.error());
        if (text_in(r.query, "version").empty()) return http_refusal({errc::missing_field, "query.version"});
        auto const version = number_in(r.query, "version", 0);
        if (!version) return http_refusal({version.error().code, "query.version"});
        out.model = *model;
        out.version = *version;
        auto proof = fleet.prove_behind(out.model, out.version);
        if (!proof) return http_refusal(proof.error());
        if (proof->nodes.size() > most_nodes_) return http_refusal({errc::oversized, "proof.nodes", proof->nodes.size()});
        out.proof = std::move(*proof);
        return show(r, 200, out);
    }

    static result<model_name> asked_model(http_request const& r) {
        auto const encoded = text_in(r.query, "model");
        if (encoded.empty()) return fault{errc::missing_field, "query.model"};
        auto const text = percent_decoded(encoded);
        model_name out;
        if (!text || text->empty() || !out.assign(*text) || !schema::cbor::printable_utf8(out.view())) return fault{errc::invalid_text, "query.model"};
        return out;
    }
    /// The one that is asked about, or else the one that the device is enrolled for.
    result<model_name> model_of(http_request const& r, node_id const& device) const {
        if (!text_in(r.query, "model").empty()) return asked_model(r);
        auto const* member = chain_.members().find(device);
        if (!member || member->role != member_role::device || member->models.empty()) return fault{errc::not_found, "query.id"};
        return member->models[0];
    }

    ledger::chain<P> const& chain_;
    std::size_t most_nodes_;
};

} // namespace daicho::role
