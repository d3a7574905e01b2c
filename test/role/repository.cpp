#include <daicho/role/repository.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/rsa_pss.hpp>
#include <daicho/file/artifact_folder.hpp>
#include <daicho/hash.hpp>
#include <daicho/memory/artifact_store.hpp>

#include <filesystem>

using namespace daicho;

namespace {

struct in_memory {
    using store_type = memory::artifact_store;
    store_type store{3000};
};
struct in_folder {
    using store_type = file::artifact_folder;
    std::filesystem::path path = [] {
        std::string name = (std::filesystem::temp_directory_path() / "daicho-test-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        return std::filesystem::path(name);
    }();
    store_type store = std::move(*file::artifact_folder::open(path, 3000));
    ~in_folder() { std::filesystem::remove_all(path); }
};

constexpr std::uint64_t now = 1'700'000'000;

/// A repository with one publisher that may upload.
template <class Place, class Scheme, class Signer, class Hash>
struct world {
    Place place;
    Signer publisher = *Signer::generate(), stranger = *Signer::generate();
    node_id publisher_id{{1}}, stranger_id{{2}};
    digest chain{{9}};
    role::repository<Scheme, Hash, typename Place::store_type> repository{
        place.store,
        {.chain_id = chain, .upload_limit = 2000},
        [this](node_id const& id) -> std::optional<typename Scheme::public_key_type> {
            if (id != publisher_id) return {};
            return publisher.public_key();
        }};

    static digest hash(byte_view b) { return hash_bytes<Hash>(b); }
    static std::string path(digest const& d) { return "/artifacts/" + to_hex(d); }

    role::http_request put(bytes const& content) {
        upload const u{chain, publisher_id, hash(content), content.size(), now};
        role::http_request r;
        r.method = "PUT";
        r.path = path(u.content);
        r.authorization = *role::authorize<Scheme>(publisher, u);
        r.body = content;
        return r;
    }
    role::http_request get(digest const& d, std::string range = "", std::string method = "GET") {
        role::http_request r;
        r.method = method;
        r.path = path(d);
        r.range = range;
        return r;
    }
    role::http_response ask(role::http_request const& r, std::uint64_t when = now) { return repository.handle(r, when); }
    unsigned status(role::http_request const& r, std::uint64_t when = now) { return ask(r, when).status; }

    /// The bytes a server would send.
    bytes sent(role::http_response const& r) {
        if (!r.file) return r.body;
        bytes out(std::size_t(r.file->length));
        auto const file = file::open(r.file->path, O_RDONLY);
        BOOST_REQUIRE(file.has_value());
        BOOST_REQUIRE(!file::read_all(*file, r.file->offset, out));
        return out;
    }
    static std::string header(role::http_response const& r, std::string_view name) {
        for (auto& [n, v] : r.headers)
            if (n == name) return v;
        return "";
    }
};

bytes content(std::size_t n, byte seed = 0) {
    bytes b(n);
    for (std::size_t i = 0; i != n; ++i) b[i] = byte(i * 7 + seed);
    return b;
}

struct ed25519_memory : world<in_memory, cryptopp::ed25519, cryptopp::ed25519_signer, sha256> {};
struct ed25519_folder : world<in_folder, cryptopp::ed25519, cryptopp::ed25519_signer, sha512_256> {};
struct rsa_folder : world<in_folder, cryptopp::rsa_pss, cryptopp::rsa_pss_signer, sha256> {};
using worlds = std::tuple<ed25519_memory, ed25519_folder, rsa_folder>;

} // namespace

BOOST_AUTO_TEST_SUITE(repository)

BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_publisher_places_anybody_can_fetch, W, worlds) {
    W w;
    auto const image = content(1000);
    auto const d = w.hash(image);
    BOOST_TEST(w.status(w.get(d)) == 404u);
    BOOST_TEST(w.status(w.put(image)) == 201u);
    auto const reply = w.ask(w.get(d));
    BOOST_TEST(reply.status == 200u);
    BOOST_TEST((w.sent(reply) == image));
    BOOST_TEST(w.header(reply, "ETag") == '"' + to_hex(d) + '"');
    BOOST_TEST(w.header(reply, "Accept-Ranges") == "bytes");
    BOOST_TEST(w.status(w.get(d, "", "HEAD")) == 200u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_range_is_served_and_one_beyond_the_end_is_416, W, worlds) {
    W w;
    auto const image = content(1000);
    auto const d = w.hash(image);
    BOOST_TEST(w.status(w.put(image)) == 201u);
    auto const part = w.ask(w.get(d, "bytes=100-199"));
    BOOST_TEST(part.status == 206u);
    BOOST_TEST(w.header(part, "Content-Range") == "bytes 100-199/1000");
    BOOST_TEST(equal(w.sent(part), byte_view(image).subspan(100, 100)));
    auto const rest = w.ask(w.get(d, "bytes=900-"));
    BOOST_TEST(rest.status == 206u);
    BOOST_TEST(equal(w.sent(rest), byte_view(image).subspan(900)));
    auto const beyond = w.ask(w.get(d, "bytes=1000-"));
    BOOST_TEST(beyond.status == 416u);
    BOOST_TEST(w.header(beyond, "Content-Range") == "bytes */1000");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_known_is_not_sent_again, W, worlds) {
    W w;
    auto const image = content(1000);
    auto const d = w.hash(image);
    BOOST_TEST(w.status(w.put(image)) == 201u);
    auto r = w.get(d, "bytes=10-19");
    auto const tag = '"' + to_hex(d) + '"';
    for (auto known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
        r.if_none_match = known;
        auto const reply = w.ask(r);
        BOOST_TEST(reply.status == 304u);
        BOOST_TEST((reply.body.empty() && !reply.file));
    }
    r.if_none_match = "\"x\"";
    BOOST_TEST(w.status(r) == 206u);
    r.if_range = tag;
    BOOST_TEST(w.status(r) == 206u);
    r.if_range = "\"another\"";
    BOOST_TEST(w.status(r) == 200u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(only_an_authorised_publisher_places_and_only_what_it_signed, W, worlds) {
    W w;
    auto const image = content(500), other = content(500, 1);
    auto const good = w.put(image);
    auto const refused = [&](unsigned status, auto change) {
        auto r = good;
        change(r);
        BOOST_TEST(w.status(r) == status);
        BOOST_TEST(w.repository.admit(r, r.body.size(), now).has_value());
        BOOST_TEST(w.status(w.get(w.hash(image))) == 404u);
        BOOST_TEST(w.status(w.get(w.hash(other))) == 404u);
    };
    using request = role::http_request;
    upload const honest{w.chain, w.publisher_id, w.hash(image), image.size(), now};
    auto const signed_by = [&](auto& key, upload const& u) {
        using scheme = std::conditional_t<std::is_same_v<W, rsa_folder>, cryptopp::rsa_pss, cryptopp::ed25519>;
        return *role::authorize<scheme>(key, u);
    };
    refused(401, [](request& r) { r.authorization.clear(); });
    refused(401, [](request& r) { r.authorization = "Basic dXNlcjpwYXNz"; });
    refused(401, [](request& r) { r.authorization.pop_back(); });
    refused(401, [](request& r) { r.authorization += "00"; });
    refused(401, [](request& r) { r.authorization += std::string(10'000, '0'); });
    refused(401, [](request& r) { r.authorization.back() = r.authorization.back() == '0' ? '1' : '0'; });
    refused(401, [&](request& r) { r.authorization = signed_by(w.stranger, honest); });
    refused(401, [&](request& r) {
        auto u = honest;
        u.publisher = w.stranger_id;
        r.authorization = signed_by(w.stranger, u);
    });
    refused(401, [&](request& r) {
        auto u = honest;
        u.chain_id[0] ^= 1;
        r.authorization = signed_by(w.publisher, u);
    });
    refused(401, [&](request& r) { r.path = w.path(w.hash(other)), r.body = other; });  // signed for another artifact
    refused(401, [&](request& r) { r.body.push_back(0); });
    for (auto when : {now - 301, now + 301}) BOOST_TEST(w.status(good, when) == 401u);
    BOOST_TEST(!w.repository.admit(good, image.size(), now).has_value());
    BOOST_TEST(w.status(good) == 201u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(content_that_is_not_what_its_name_says_is_never_visible, W, worlds) {
    W w;
    auto const image = content(500);
    auto altered = w.put(image);
    altered.body[100] ^= 1;
    auto const reply = w.ask(altered);
    BOOST_TEST(reply.status == 422u);
    BOOST_TEST(as_text(reply.body).find("the digest is not the one that was signed") != std::string_view::npos);
    BOOST_TEST(w.status(w.get(w.hash(image))) == 404u);
    BOOST_TEST(w.status(w.put(image)) == 201u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_is_ever_overwritten_and_placing_twice_is_no_error, W, worlds) {
    W w;
    auto const image = content(500);
    BOOST_TEST(w.status(w.put(image)) == 201u);
    BOOST_TEST(w.status(w.put(image)) == 200u);
    BOOST_TEST((w.sent(w.ask(w.get(w.hash(image)))) == image));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(uploads_and_the_store_are_bounded, W, worlds) {
    W w;
    auto const large = content(2001);
    BOOST_TEST(w.status(w.put(large)) == 413u);
    BOOST_TEST(w.repository.admit(w.put(large), 2001, now)->status == 413u);
    BOOST_TEST(w.repository.body_limit("PUT", "/artifacts/x") == 2000u);
    BOOST_TEST(w.repository.body_limit("GET", "/artifacts/x") == 0u);
    BOOST_TEST(w.status(w.put(content(2000))) == 201u);
    BOOST_TEST(w.status(w.put(content(2000, 1))) == 507u);
    BOOST_TEST(w.status(w.put(content(1000, 2))) == 201u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(other_paths_and_methods_are_refused, W, worlds) {
    W w;
    auto const image = content(500);
    auto const d = w.hash(image);
    BOOST_TEST(w.status(w.put(image)) == 201u);
    auto upper = to_hex(d);
    for (char& c : upper)
        if (c >= 'a' && c <= 'f') c = char(c - 0x20);
    for (std::string path : {std::string("/"), std::string("/artifacts/"), "/artifacts/" + upper, "/artifacts/" + to_hex(d) + "/", "/artifacts/../artifacts/" + to_hex(d),
                             "/artifacts/" + to_hex(d).substr(1), "/Artifacts/" + to_hex(d)}) {
        auto r = w.get(d);
        r.path = path;
        BOOST_TEST(w.status(r) == 404u);
        r.method = "PUT";
        BOOST_TEST(w.status(r) == 404u);
    }
    auto const reply = w.ask(w.get(d, "", "DELETE"));
    BOOST_TEST(reply.status == 405u);
    BOOST_TEST(w.header(reply, "Allow") == "GET, HEAD, PUT");
    BOOST_TEST(w.status(w.get(d)) == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
