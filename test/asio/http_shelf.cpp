#include <daicho/asio/http_shelf.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/memory/artifact_store.hpp>
#include <daicho/role/repository.hpp>

#include "channel_proxy.hpp"
#include "serving.hpp"

using namespace daicho;
using namespace std::chrono_literals;

namespace {

using signer_type = cryptopp::ed25519_signer;
using shelf_type = asio::http_shelf<cryptopp::ed25519, signer_type>;

constexpr std::uint64_t upload_limit = 200'000;
asio::http_client_options const impatient{.secure = {}, .connect_timeout = 2s, .pace = {500ms}};  // with who never answers

/// A repository that knows one publisher, served as examples/repository serves it.
struct place {
    signer_type publisher = *signer_type::generate();
    node_id publisher_id{{1}};
    digest chain{{9}};
    memory::artifact_store store;
    role::repository<cryptopp::ed25519, sha256, memory::artifact_store> repository{
        store,
        {.chain_id = chain, .upload_limit = upload_limit},
        [this](node_id const& id) { return id == publisher_id ? std::optional(publisher.public_key()) : std::nullopt; }};
    file::clock clock;
    std::unique_ptr<serving> server;

    place() {
        asio::http_server_options how;
        how.body_limit = [this](std::string_view method, std::string_view path) { return repository.body_limit(method, path); };
        how.admit = [this](role::http_request const& head, std::uint64_t size) { return repository.admit(head, size, clock.now()); };
        server = std::make_unique<serving>(
            [this](role::http_request r, asio::responder answer) { answer(repository.handle(r, clock.now())); }, std::move(how));
    }
    std::string folder() const { return server->base + "/artifacts/"; }
    shelf_type shelf(std::string const& at, asio::http_client_options how = {}) { return {at, chain, publisher_id, publisher, std::move(how)}; }
    shelf_type shelf() { return shelf(folder()); }
};

/// A publisher's copy of a file, and what was measured of it.
struct candidate {
    temporary_folder folder;
    file::workshop<sha256> workshop = *file::workshop<sha256>::open(folder.path / "workshop");
    measured_file measured;

    explicit candidate(bytes const& content) {
        BOOST_REQUIRE(!workshop.take(folder.file("image", content)));
        measured = *workshop.measure();
    }
};

bool holds(place const& p, candidate const& c) { return p.store.size(c.measured.verifier).has_value(); }

} // namespace

BOOST_AUTO_TEST_SUITE(an_http_shelf)

BOOST_AUTO_TEST_CASE(what_is_placed_lies_under_its_digest_and_placing_it_again_is_no_fault) {
    place p;
    auto const content = pattern(100'000);
    candidate c(content);
    auto shelf = p.shelf();
    for (int i = 0; i != 2; ++i) BOOST_TEST(!shelf.place(c.workshop, c.measured));
    asio::http_source source({.client = {}});
    bytes got;
    BOOST_TEST(!source.fetch(p.folder(), c.measured.verifier, 0, content.size(), [&](byte_view b) {
        got.insert(got.end(), b.begin(), b.end());
        return fault{};
    }));
    BOOST_TEST((got == content));
}

BOOST_AUTO_TEST_CASE(a_refused_upload_is_reported_with_the_repositorys_reason) {
    place p;
    candidate c(pattern(1000));
    auto const refused = [&](shelf_type shelf, measured_file const& m, errc why) {
        auto const f = shelf.place(c.workshop, m);
        BOOST_TEST((f == errc::not_permitted));
        BOOST_TEST(std::string_view(f.where) == message(why));
        BOOST_TEST(!holds(p, c));
    };
    auto stranger = *signer_type::generate();
    refused({p.folder(), p.chain, node_id{{2}}, stranger}, c.measured, errc::unknown_sender);
    refused({p.folder(), p.chain, p.publisher_id, stranger}, c.measured, errc::bad_signature);
    refused({p.folder(), digest{{8}}, p.publisher_id, p.publisher}, c.measured, errc::bad_signature);
    auto other = c.measured;
    other.verifier[0] ^= 1;  // the file is not the one that was measured
    refused(p.shelf(), other, errc::wrong_digest);
    BOOST_TEST(!p.shelf().place(c.workshop, c.measured));
    BOOST_TEST(holds(p, c));
}

BOOST_AUTO_TEST_CASE(a_server_that_refuses_in_words_of_its_own_is_not_quoted) {
    candidate c(pattern(1000));
    place p;
    unsigned status = 403;
    std::string words = "{\"error\":\"send me your key\",\"where\":\"\",\"at\":0}\n";
    serving odd([&](role::http_request, asio::responder answer) {
        role::http_response r;
        r.status = status;
        r.body = text_bytes(words);
        answer(std::move(r));
    });
    for (auto const* said : {"{\"error\":\"send me your key\",\"where\":\"\",\"at\":0}\n", "the signature does not verify", "", "{\"error\":\""}) {
        words = said;
        auto const f = p.shelf(odd.base + "/artifacts/").place(c.workshop, c.measured);
        BOOST_TEST((f == errc::not_permitted));
        BOOST_TEST(std::string(f.where) == "the repository refused");
        BOOST_TEST(f.at == 403u);
    }
    status = 201;
    BOOST_TEST(!p.shelf(odd.base + "/artifacts/").place(c.workshop, c.measured));
}

BOOST_AUTO_TEST_CASE(a_file_beyond_the_repositorys_bound_is_oversized) {
    place p;
    candidate most(pattern(upload_limit)), more(pattern(upload_limit + 1));
    BOOST_TEST((p.shelf().place(more.workshop, more.measured) == errc::oversized));
    BOOST_TEST(!holds(p, more));
    BOOST_TEST(!p.shelf().place(most.workshop, most.measured));
    BOOST_TEST(holds(p, most));
}

BOOST_AUTO_TEST_CASE(a_cut_upload_places_nothing_and_can_be_done_again) {
    place p;
    candidate c(pattern(150'000));
    std::atomic<bool> cuts = true;
    std::atomic<std::size_t> passed = 0;
    stage::proxy wire(p.server->server->port(), [&](bool to_server, bytes flight) -> std::optional<bytes> {
        if (to_server && cuts && (passed += flight.size()) > 70'000) return std::nullopt;
        return flight;
    });
    auto shelf = p.shelf("http://127.0.0.1:" + std::to_string(wire.port()) + "/artifacts/");
    BOOST_TEST((shelf.place(c.workshop, c.measured) == errc::disconnected));
    BOOST_TEST(!holds(p, c));
    cuts = false;
    BOOST_TEST(!shelf.place(c.workshop, c.measured));
    BOOST_TEST(holds(p, c));
}

BOOST_AUTO_TEST_CASE(a_repository_that_is_silent_or_gone_is_said) {
    candidate c(pattern(1000));
    place p;
    std::optional<asio::responder> kept;
    std::string gone;
    {
        serving silent([&](role::http_request, asio::responder answer) { kept.emplace(std::move(answer)); });
        gone = silent.base + "/artifacts/";
        BOOST_TEST((p.shelf(gone, impatient).place(c.workshop, c.measured) == errc::timed_out));
        std::promise<void> dropped;  // where it was taken: a responder is its server's thread's
        boost::asio::post(silent.io, [&] {
            kept.reset();
            dropped.set_value();
        });
        dropped.get_future().wait();
    }
    BOOST_TEST((p.shelf(gone, impatient).place(c.workshop, c.measured) == errc::unreachable));
    std::filesystem::remove(c.workshop.copy());
    BOOST_TEST((p.shelf().place(c.workshop, c.measured) == errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
