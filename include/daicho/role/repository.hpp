#pragma once

#include <daicho/concept/artifact_store.hpp>
#include <daicho/concept/observer.hpp>
#include <daicho/hash/digest_of.hpp>
#include <daicho/role/byte_range.hpp>
#include <daicho/role/http_error.hpp>
#include <daicho/role/note_text.hpp>
#include <daicho/role/upload_authorization.hpp>

#include <functional>
#include <optional>

namespace daicho::role {

struct repository_options {
    digest chain_id{};                            ///< uploads signed for another chain are refused
    std::uint64_t upload_limit = 64u << 20;       ///< bytes of one artifact; it is held in memory while it is hashed
    std::uint64_t clock_window = 300;             ///< seconds an upload's time may be off
};

/// The server where update files lie (paper 2.1: "the server where the developer places update files").
///   GET, HEAD /artifacts/<digest>   one range, ETag, If-None-Match, If-Range; the artifact's name is its tag
///   PUT /artifacts/<digest>         by an authorised publisher (role/upload_authorization.hpp), hashed before it can be seen,
///                                   never replacing anything: 201, or 200 when it is there already
/// Nobody trusts a repository: whoever fetches hashes.
template <class Scheme, class Hash, class Store, class Observer = silent_observer>
class repository {
    static_assert(signature_scheme<Scheme>, "Scheme must be a signature_scheme: docs/concepts/signature_scheme.md");
    static_assert(hash_function<Hash>, "Hash must be a hash_function: docs/concepts/hash_function.md");
    static_assert(artifact_store<Store>, "Store must be an artifact_store: docs/concepts/artifact_store.md");
    static_assert(daicho::observer<Observer>, "Observer must be an observer: docs/concepts/observer.md");

public:
    using public_key_type = typename Scheme::public_key_type;
    /// The key of a publisher that may place artifacts; none for anybody else.
    using key_ring = std::function<std::optional<public_key_type>(node_id const&)>;

    repository(Store& store, repository_options options, key_ring keys, Observer observer = {})
        : store_(store), options_(std::move(options)), keys_(std::move(keys)), observer_(std::move(observer)) {}

    http_response handle(http_request const& r, std::uint64_t now) {
        auto const d = artifact_in(r.path);
        if (!d) return http_refusal(404, {errc::not_found, "path"});
        if (r.method == "GET" || r.method == "HEAD") return give(r, *d);
        if (r.method == "PUT") return take(r, *d, now);
        auto refused = http_refusal(405, {errc::not_permitted, "method"});
        refused.headers.emplace_back("Allow", "GET, HEAD, PUT");
        return refused;
    }

    /// For a server that asks before it reads a body: refuses from the head alone what handle() would refuse anyway.
    std::optional<http_response> admit(http_request const& head, std::uint64_t body_size, std::uint64_t now) {
        if (head.method != "PUT") return {};
        auto const d = artifact_in(head.path);
        if (!d) return http_refusal(404, {errc::not_found, "path"});
        if (auto f = permitted(head, *d, body_size, now)) return refuse(f, *d);
        return {};
    }

    /// For a server that bounds bodies: only uploads have one.
    std::uint64_t body_limit(std::string_view method, std::string_view) const { return method == "PUT" ? options_.upload_limit : 0; }

private:
    static constexpr std::string_view folder = "/artifacts/";

    /// The digest in a path; only its one form, lower-case, is a name.
    static std::optional<digest> artifact_in(std::string_view path) {
        if (!path.starts_with(folder)) return {};
        auto const name = path.substr(folder.size());
        auto const d = digest_from_hex(name);
        if (!d || to_hex(*d) != name) return {};
        return *d;
    }

    http_response give(http_request const& r, digest const& d) {
        auto const size = store_.size(d);
        if (!size) return http_refusal(size.error());
        auto const tag = '"' + to_hex(d) + '"';
        http_response out;
        out.content_type = "application/octet-stream";
        out.headers = {{"ETag", tag}, {"Accept-Ranges", "bytes"}, {"Cache-Control", "public, max-age=31536000, immutable"}};
        if (r.if_none_match == "*" || r.if_none_match.find(tag) != std::string::npos) {
            out.status = 304;
            return out;
        }
        byte_range range{byte_range::kind::whole, 0, *size};
        // RFC 9110 13.1.5: a range of another artifact is worth nothing, so the whole is sent.
        if (r.method == "GET" && (r.if_range.empty() || r.if_range == tag)) range = read_range(r.range, *size);
        if (range.what == byte_range::kind::unsatisfiable) {
            out = http_refusal(416, {errc::out_of_range, "range", *size});
            out.headers = {{"Content-Range", "bytes */" + std::to_string(*size)}};
            return out;
        }
        if (range.what == byte_range::kind::part) {
            out.status = 206;
            out.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.offset) + '-' +
                                                          std::to_string(range.offset + range.length - 1) + '/' + std::to_string(*size));
        }
        if constexpr (artifact_files<Store>) {
            out.file = file_part{store_.path(d), range.offset, range.length};
        } else {
            out.body.resize(std::size_t(range.length));
            if (auto f = store_.read(d, range.offset, out.body)) return http_refusal(f);
        }
        return out;
    }

    http_response take(http_request const& r, digest const& d, std::uint64_t now) {
        if (auto f = permitted(r, d, r.body.size(), now)) return refuse(f, d);
        if (hash_bytes<Hash>(r.body) != d) return refuse({errc::wrong_digest, "body"}, d);
        auto const f = store_.put(d, r.body);
        if (f && f != errc::duplicate) return refuse(f, d);
        if (!f) observer_.note("stored", to_hex(d) + ", " + std::to_string(r.body.size()) + " bytes");
        http_response out;
        out.status = f ? 200 : 201;
        auto const line = "{\"artifact\":\"" + to_hex(d) + "\",\"size\":" + std::to_string(r.body.size()) + "}\n";
        out.body.assign(line.begin(), line.end());
        return out;
    }

    fault permitted(http_request const& r, digest const& d, std::uint64_t size, std::uint64_t now) {
        if (size > options_.upload_limit) return {errc::oversized, "body", size};
        auto const a = read_authorization<Scheme>(r.authorization);
        if (!a) return {errc::not_authenticated, a.error().where, a.error().at};
        auto const key = keys_(a->publisher);
        if (!key) return {errc::unknown_sender, "authorization"};
        upload const claimed{options_.chain_id, a->publisher, d, size, a->time};
        if (!Scheme::verify(*key, encode(claimed), a->signature)) return {errc::bad_signature, "authorization"};
        if (a->time > now && a->time - now > options_.clock_window) return {errc::time_too_new, "authorization", a->time};
        if (a->time < now && now - a->time > options_.clock_window) return {errc::time_too_old, "authorization", a->time};
        return {};
    }

    http_response refuse(fault f, digest const& d) {
        observer_.note("refused", short_hex(d) + ": " + reason_of(f));
        bool const stale = f == errc::time_too_old || f == errc::time_too_new;
        auto out = stale ? http_refusal(401, f) : http_refusal(f);
        if (out.status == 401) out.headers.emplace_back("WWW-Authenticate", "Daicho");
        return out;
    }

    Store& store_;
    repository_options options_;
    key_ring keys_;
    Observer observer_;
};

} // namespace daicho::role
