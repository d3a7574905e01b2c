#include <daicho/asio/channel_runner.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/asio/shared_store.hpp>
#include <daicho/memory/block_store.hpp>

#include "../channel/rsa_stage.hpp"

#include <condition_variable>
#include <future>

using namespace daicho;
using namespace std::chrono_literals;

namespace {

using store_type = asio::shared_store<memory::block_store>;

bytes text(std::string_view s) { return {s.begin(), s.end()}; }

/// The smallest role that does everything a gateway or a management server asks of its runner. A request is a word:
///     who     answered at once           keep    answered once it is stored       ask    answered with the management server's reply
///     fetch   answered when it came      hold    never answered                   halt   the role gives up
class clerk {
public:
    fault broken{};

    fault restore() const { return broken; }

    role::actions step(role::channel_event event, std::uint64_t) {
        return std::visit([this](auto& e) { return this->on(e); }, event);
    }

    std::size_t heard(std::string_view word) const {
        std::lock_guard const held(mutex_);
        return std::size_t(std::count(heard_.begin(), heard_.end(), word));
    }

private:
    role::actions on(role::asked& e) {
        std::string const word(as_text(e.request));
        {
            std::lock_guard const held(mutex_);
            heard_.push_back(word);
        }
        if (word == "keep") {
            store_batch batch;
            batch.cells.emplace_back("kept", text("kept"));
            return {role::persist{e.id, std::move(batch)}};
        }
        if (word == "ask") return {role::ask{e.id, text("news?")}};
        if (word == "fetch") return {role::fetch{e.id, release{}}};
        if (word == "hold") return {role::note{"held", ""}};
        if (word == "halt") return {role::halt{{errc::io_failed, "clerk"}}, role::answer{e.id, text("given up")}};
        return {role::answer{e.id, text(e.from.enrolled ? "a member" : "a stranger")}};
    }
    role::actions on(role::committed& e) { return {outcome(e.id, e.outcome)}; }
    role::actions on(role::fetched& e) { return {outcome(e.id, e.outcome)}; }
    role::actions on(role::told& e) {
        if (e.reply) return {role::answer{e.id, *e.reply}};
        return {outcome(e.id, e.reply.error())};
    }
    role::actions on(role::answered&) { return {}; }
    role::actions on(role::tick&) { return {}; }
    static role::answer outcome(std::uint64_t id, fault f) { return {id, text(message(f.code))}; }

    mutable std::mutex mutex_;
    std::vector<std::string> heard_;
};

/// What was noted, from any thread.
struct notebook {
    std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
    std::shared_ptr<std::vector<std::string>> lines = std::make_shared<std::vector<std::string>>();
    void note(std::string_view event, std::string_view detail) const {
        std::lock_guard const held(*mutex);
        lines->push_back(std::string(event) + ": " + std::string(detail));
    }
    bool has(std::string_view part) const {
        std::lock_guard const held(*mutex);
        return std::any_of(lines->begin(), lines->end(), [&](auto& l) { return l.find(part) != l.npos; });
    }
};

template <class Condition>
bool soon(Condition condition) {
    for (int i = 0; i != 500; ++i, std::this_thread::sleep_for(10ms))
        if (condition()) return true;
    return false;
}

/// A role on a free port, its io_context on a thread of its own.
struct running {
    using runner_type = asio::channel_runner<stage::rsa, clerk, store_type, notebook>;

    laws::channel_cast<stage::rsa> cast = stage::rsa_members().cast();
    boost::asio::io_context io{1};
    clerk role;
    notebook notes;
    std::optional<store_type> store;
    std::unique_ptr<runner_type> runner;
    std::thread thread;

    explicit running(asio::channel_runner_options how = {}, memory::block_store with = {}) : store(std::in_place, std::move(with)) {
        runner = std::make_unique<runner_type>(io, role, *store, cast.server, notes, std::move(how));
        BOOST_REQUIRE(!runner->start());
        thread = std::thread([this] { io.run(); });
    }
    ~running() { stop(); }
    void stop() {
        io.stop();
        if (thread.joinable()) thread.join();
        runner->stop();
    }

    asio::channel_address address() const { return {.port = runner->port(), .expected = cast.server_id, .connect = 5s, .answer = 5s}; }
    std::string say(std::string_view word, std::shared_ptr<stage::rsa::identity const> as = {}) const {
        asio::channel_client<stage::rsa> client(as ? as : cast.client, address());
        auto const reply = client.call(as_bytes(word));
        return std::string(reply ? as_text(*reply) : message(reply.error().code));
    }
    std::future<std::string> saying(std::string_view word) const {
        return std::async(std::launch::async, [this, word] { return say(word); });
    }
};

/// Another machine's server, as far as a runner sees it.
struct management {
    boost::asio::io_context io;
    std::mutex mutex;
    std::vector<asio::channel_responder> kept;
    asio::channel_server<stage::rsa> server;
    std::uint16_t port;
    std::thread thread;

    management(laws::channel_cast<stage::rsa> const& cast, bool answers)
        : server(io, cast.other, [this, answers](auto const&, bytes request, asio::channel_responder respond) {
              if (answers) return respond(std::move(request));
              std::lock_guard const held(mutex);
              kept.push_back(std::move(respond));
          }),
          port(stage::must(server.listen("127.0.0.1", 0))), thread([this] { io.run(); }) {}
    ~management() {
        io.stop();
        thread.join();
    }
    asio::channel_runner_options options(std::chrono::milliseconds answer) const {
        asio::channel_runner_options how;
        how.server = asio::channel_address{.port = port, .connect = 5s, .answer = answer};
        return how;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_channel_runner)

BOOST_AUTO_TEST_CASE(what_is_to_be_kept_is_stored_before_it_is_answered) {
    running r;
    BOOST_TEST(r.say("keep") == "ok");
    BOOST_TEST(as_text(*r.store->cell("kept")) == "kept");
    memory::block_store full;
    full.fail_next(errc::store_full);
    running other({}, std::move(full));
    BOOST_TEST(other.say("keep") == message(errc::store_full));
    BOOST_TEST(other.store->cell("kept")->empty());
    BOOST_TEST(other.say("keep") == "ok");
}

BOOST_AUTO_TEST_CASE(a_role_is_told_who_asks_and_never_hears_who_proves_nothing) {
    running r;
    BOOST_TEST(r.say("who") == "a member");
    BOOST_TEST(r.say("who", r.cast.stranger) == "a stranger");
    auto const thief = stage::rsa_members().rob(stage::rsa_members().client);  // a member's credential, another's keys
    BOOST_TEST(r.say("let me in", thief) == message(errc::not_authenticated));
    BOOST_TEST(r.say("let me in", r.cast.foreigner) == message(errc::not_authenticated));
    BOOST_TEST(r.role.heard("let me in") == 0u);
    BOOST_TEST(soon([&] { return r.notes.has("refused: a connection: " + std::string(message(errc::wrong_chain))); }));
    BOOST_TEST(r.say("who") == "a member");
}

BOOST_AUTO_TEST_CASE(an_oversized_request_ends_its_connection_and_nobody_elses) {
    running r;
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    socket.connect({boost::asio::ip::address_v4::loopback(), r.runner->port()});
    auto machine = stage::rsa::client(r.cast.client, r.cast.server_id);
    bytes buffer(1 << 14);
    for (;;) {
        auto const flight = machine.output();
        boost::asio::write(socket, boost::asio::buffer(flight));
        if (machine.established()) break;
        std::size_t const n = socket.read_some(boost::asio::buffer(buffer));
        BOOST_REQUIRE(!machine.receive({buffer.data(), n}));
    }
    BOOST_REQUIRE(!machine.send(as_bytes("who")));  // the unaltered request is answered
    boost::asio::write(socket, boost::asio::buffer(machine.output()));
    BOOST_TEST(socket.read_some(boost::asio::buffer(buffer)) != 0u);
    byte head[4];
    store_be32(head, std::uint32_t(channel::session_frame + 1));
    boost::asio::write(socket, boost::asio::buffer(head));
    boost::system::error_code ec;
    while (!ec) socket.read_some(boost::asio::buffer(buffer), ec);
    BOOST_TEST(soon([&] { return r.notes.has("refused: a connection: " + std::string(message(errc::oversized))); }));
    BOOST_TEST(r.role.heard("who") == 1u);
    BOOST_TEST(r.say("who") == "a member");
}

BOOST_AUTO_TEST_CASE(a_peer_that_dawdles_holds_nobody_up_and_is_shown_out) {
    asio::channel_runner_options how;
    how.limits.handshake = 500ms;
    running r(std::move(how));
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket slow(io);
    slow.connect({boost::asio::ip::address_v4::loopback(), r.runner->port()});
    boost::asio::write(slow, boost::asio::buffer(bytes{0, 0}));  // half of a frame's length
    BOOST_TEST(r.say("who") == "a member");
    boost::system::error_code ec;
    byte one;
    slow.read_some(boost::asio::buffer(&one, 1), ec);
    BOOST_TEST(bool(ec));
    BOOST_TEST(r.say("who") == "a member");
}

BOOST_AUTO_TEST_CASE(the_management_server_is_asked_while_others_are_answered) {
    auto const cast = stage::rsa_members().cast();
    management prompt(cast, true), silent(cast, false);
    running r(prompt.options(5s));
    BOOST_TEST(r.say("ask") == "news?");
    running waits(silent.options(1s));
    auto asking = waits.saying("ask");
    BOOST_TEST(soon([&] { return waits.role.heard("ask") == 1; }));
    BOOST_TEST(waits.say("who") == "a member");
    BOOST_TEST(asking.get() == message(errc::timed_out));
    running alone;
    BOOST_TEST(alone.say("ask") == message(errc::unreachable));
    BOOST_TEST(alone.say("fetch") == message(errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_file_is_fetched_beside_and_its_outcome_comes_back) {
    std::mutex mutex;
    std::condition_variable arrives;
    bool there = false;
    asio::channel_runner_options how;
    how.fetch = [&](release const&, std::stop_token) {
        std::unique_lock held(mutex);
        arrives.wait(held, [&] { return there; });
        return fault{errc::wrong_digest, "fetch"};
    };
    running r(std::move(how));
    auto fetching = r.saying("fetch");
    BOOST_TEST(soon([&] { return r.role.heard("fetch") == 1; }));
    BOOST_TEST(r.say("who") == "a member");
    {
        std::lock_guard const held(mutex);
        there = true;
    }
    arrives.notify_all();
    BOOST_TEST(fetching.get() == message(errc::wrong_digest));
}

BOOST_AUTO_TEST_CASE(stopping_ends_every_request_that_is_under_way) {
    auto const cast = stage::rsa_members().cast();
    management silent(cast, false);
    auto how = silent.options(60s);
    std::atomic<bool> fetching = false, fetch_ended = false;
    how.fetch = [&](release const&, std::stop_token stop) {
        fetching = true;
        while (!stop.stop_requested()) std::this_thread::sleep_for(5ms);
        fetch_ended = true;
        return fault{errc::disconnected, "stopped"};
    };
    std::vector<std::future<std::string>> waiting;
    {
        running r(std::move(how));
        for (auto const* word : {"hold", "ask", "fetch"}) waiting.push_back(r.saying(word));
        BOOST_TEST(soon([&] {
            std::lock_guard const held(silent.mutex);
            return r.role.heard("hold") == 1 && !silent.kept.empty() && fetching;
        }));
        r.stop();
        BOOST_TEST(fetch_ended);
    }
    for (auto& w : waiting) BOOST_TEST(w.get() == message(errc::disconnected));
}

BOOST_AUTO_TEST_CASE(a_role_that_gives_up_is_said_to_whoever_runs_it) {
    std::promise<fault> said;
    asio::channel_runner_options how;
    how.halted = [&](fault f) { said.set_value(f); };
    running r(std::move(how));
    BOOST_TEST(r.say("halt") == "given up");
    BOOST_TEST((said.get_future().get() == errc::io_failed));
    BOOST_TEST(r.notes.has("halt: " + std::string(message(errc::io_failed))));
}

BOOST_AUTO_TEST_CASE(nothing_is_served_from_a_spool_that_is_corrupt_or_on_a_port_in_use) {
    running first;
    boost::asio::io_context io{1};
    clerk role;
    notebook notes;
    store_type store{memory::block_store()};
    asio::channel_runner_options how;
    how.port = first.runner->port();
    running::runner_type second(io, role, store, first.cast.server, notes, how);
    BOOST_TEST((second.start() == errc::port_in_use));
    role.broken = {errc::store_corrupt, "spool"};
    how.port = 0;
    running::runner_type third(io, role, store, first.cast.server, notes, how);
    BOOST_TEST((third.start() == errc::store_corrupt));
    BOOST_TEST(third.port() == 0u);
    role.broken = {};
    BOOST_TEST(!third.start());
    BOOST_TEST(first.say("who") == "a member");
}

BOOST_AUTO_TEST_SUITE_END()
