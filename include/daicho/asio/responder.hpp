#pragma once

#include <daicho/role/http.hpp>
#include <daicho/role/http_error.hpp>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>

/// How an answer finds its way back to the connection that asked, from whichever thread.
namespace daicho::asio {

using steady = std::chrono::steady_clock;

namespace detail {

class session_base : public std::enable_shared_from_this<session_base> {
public:
    virtual ~session_base() = default;
    virtual void start() = 0;
    virtual ::boost::asio::io_context::executor_type executor() = 0;
    virtual void answer(std::uint64_t ticket, role::http_response&& response) = 0;
    virtual void sweep(steady::time_point now) = 0;  ///< ends what has taken too long
    virtual void close() = 0;
};

} // namespace detail

/// Answers one request, once: call it from any thread, now or later. Destroyed unanswered it says 500;
/// called when the client has gone, it says nothing.
class responder {
public:
    responder(std::weak_ptr<detail::session_base> session, std::uint64_t ticket) : session_(std::move(session)), ticket_(ticket) {}
    responder(responder&&) noexcept = default;
    responder& operator=(responder&& other) noexcept {
        if (this != &other) {
            abandon();
            session_ = std::move(other.session_);
            ticket_ = other.ticket_;
        }
        return *this;
    }
    ~responder() { abandon(); }

    void operator()(role::http_response response) {
        auto session = std::exchange(session_, {}).lock();
        if (!session) return;
        auto const executor = session->executor();
        // The session moves along: its last reference must not die on another thread.
        ::boost::asio::dispatch(executor, [session = std::move(session), ticket = ticket_, r = std::move(response)]() mutable {
            session->answer(ticket, std::move(r));
        });
    }

private:
    void abandon() noexcept {
        if (session_.expired()) return;
        try {
            (*this)(role::http_refusal(500, {errc::io_failed, "unanswered"}));
        } catch (...) {
        }
    }
    std::weak_ptr<detail::session_base> session_;
    std::uint64_t ticket_;
};

using http_handler = std::function<void(role::http_request, responder)>;

} // namespace daicho::asio
