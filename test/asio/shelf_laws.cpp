#include <daicho/asio/http_shelf.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/file/artifact_folder.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/laws/shelf.hpp>
#include <daicho/role/repository.hpp>

#include "serving.hpp"

using namespace daicho;

namespace {

using scheme = cryptopp::ed25519;
using key = cryptopp::ed25519_signer;

/// A repository with one publisher, and that publisher's workshop.
struct stage {
    temporary_folder folder;
    key publisher_key = *key::generate(), stranger_key = *key::generate();
    digest const chain{{9}};
    node_id const publisher{{1}};
    file::artifact_folder artifacts = std::move(*file::artifact_folder::open(folder.path / "artifacts"));
    role::repository<scheme, sha256, file::artifact_folder> repository{
        artifacts, {.chain_id = chain}, [this](node_id const& id) { return id == publisher ? std::optional(publisher_key.public_key()) : std::nullopt; }};
    serving server{[this](role::http_request r, asio::responder answer) { answer(repository.handle(r, file::clock{}.now())); }};
    file::workshop<sha256> workshop = std::move(*file::workshop<sha256>::open(folder.path / "private"));

    asio::http_shelf<scheme, key> shelf(key& k) { return {server.base + "/artifacts/", chain, publisher, k}; }
    file::workshop<sha256>& hold(byte_view content) {
        BOOST_REQUIRE(!workshop.take(folder.file("update", content)));
        return workshop;
    }
    std::optional<bytes> fetch(digest const& d) {
        asio::http_source source;
        bytes got;
        auto const size = artifacts.size(d);
        auto const f = source.fetch(server.base + "/artifacts/", d, 0, size ? *size : 1, [&](byte_view b) {
            got.insert(got.end(), b.begin(), b.end());
            return fault{};
        });
        return f ? std::nullopt : std::optional(got);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(shelf_over_http)

BOOST_FIXTURE_TEST_CASE(it_keeps_the_laws_of_a_shelf, stage) {
    auto s = shelf(publisher_key);
    laws::verdict v;
    laws::shelf(v, s, [&](byte_view content) -> file::workshop<sha256>& { return hold(content); }, [&](digest const& d) { return fetch(d); });
    BOOST_TEST(v.checked != 0u);
    BOOST_TEST(v.broken == std::vector<std::string>{}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(whoever_is_no_publisher_places_nothing, stage) {
    auto& w = hold(text_bytes("firmware"));
    auto const file = *w.measure();
    BOOST_TEST((shelf(stranger_key).place(w, file) == errc::not_permitted));
    BOOST_TEST(!fetch(file.verifier));
    BOOST_TEST(!shelf(publisher_key).place(w, file));
    BOOST_TEST((fetch(file.verifier) == text_bytes("firmware")));
}

BOOST_AUTO_TEST_SUITE_END()
