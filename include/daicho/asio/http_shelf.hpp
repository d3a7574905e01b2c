#pragma once

#include <daicho/asio/http_source.hpp>
#include <daicho/concept/shelf.hpp>
#include <daicho/file/clock.hpp>
#include <daicho/file/workshop.hpp>
#include <daicho/role/http_error.hpp>
#include <daicho/role/upload_authorization.hpp>

namespace daicho::asio {

/// Where a publisher puts artifacts: a repository over HTTP, with uploads that its own key signs.
template <class Scheme, class Signer>
class http_shelf {
    static_assert(signature_scheme<Scheme>, "Scheme must be a signature_scheme: docs/concepts/signature_scheme.md");
    static_assert(signer<Signer, Scheme>, "Signer must sign with Scheme: docs/concepts/signer.md");

public:
    /// `repository`: scheme, host, port and folder, such as http://127.0.0.1:8080/artifacts/.
    http_shelf(std::string repository, digest chain_id, node_id publisher, Signer& key, http_client_options options = {})
        : repository_(std::move(repository)), chain_id_(chain_id), publisher_(publisher), key_(key), client_(std::move(options)) {}

    /// Errors: the link's; when the repository refuses the upload, oversized, or not_permitted with its reason.
    template <class Workshop>
    fault place(Workshop& from, measured_file const& f) {
        auto content = file::read_file(from.copy(), f.size);
        if (!content) return content.error();
        auto const authorization = role::authorize<Scheme>(key_, upload{chain_id_, publisher_, f.verifier, f.size, file::clock{}.now()});
        if (!authorization) return authorization.error();
        role::http_request r{.method = "PUT", .authorization = *authorization, .body = std::move(*content)};
        r.content_type = "application/octet-stream";
        auto const reply = client_.send(artifact_address(repository_, f.verifier), r);
        if (!reply) return reply.error();
        if (reply->status == 200 || reply->status == 201) return {};
        if (reply->status == 413) return {errc::oversized, "the repository refused", f.size};
        if (auto const* const reason = role::refusal_in(*reply); *reason != '\0') return {errc::not_permitted, reason, reply->status};
        return {errc::not_permitted, "the repository refused", reply->status};
    }

private:
    std::string repository_;
    digest chain_id_;
    node_id publisher_;
    Signer& key_;
    http_client client_;
};

} // namespace daicho::asio
