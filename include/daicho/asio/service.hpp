#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace daicho::asio {

/// A process's main loop: runs until SIGINT, SIGTERM or stop(), then takes down what was built on it, last built first.
///     service main;
///     auto server = http_server::listen(main.context(), ...);
///     main.at_stop([&] { (*server)->stop(); });
///     main.run();
class service {
public:
    service() : signals_(io_, SIGINT, SIGTERM) {
        std::signal(SIGPIPE, SIG_IGN);
        signals_.async_wait([this](::boost::system::error_code ec, int number) {
            if (ec) return;
            signal_ = number;
            io_.stop();
        });
    }
    service(service const&) = delete;

    ::boost::asio::io_context& context() noexcept { return io_; }
    void at_stop(std::function<void()> f) { ending_.push_back(std::move(f)); }

    /// Returns the signal that ended it, 0 after stop().
    int run() {
        io_.run();
        while (!ending_.empty()) {
            auto const last = std::move(ending_.back());
            ending_.pop_back();
            last();
        }
        return signal_;
    }
    /// From any thread.
    void stop() { io_.stop(); }

private:
    ::boost::asio::io_context io_{1};
    ::boost::asio::signal_set signals_;
    std::vector<std::function<void()>> ending_;
    int signal_ = 0;
};

/// Calls `f` on the io_context's thread, once a period, until it is destroyed. A call that is late is not made up for.
class ticker {
public:
    ticker(::boost::asio::io_context& io, std::chrono::milliseconds period, std::function<void()> f) : timer_(io), period_(period), f_(std::move(f)) {
        next();
    }
    ticker(ticker const&) = delete;
    ~ticker() { *alive_ = false; }

private:
    void next() {
        timer_.expires_after(period_);
        timer_.async_wait([this, alive = alive_](::boost::system::error_code ec) {
            if (ec || !*alive) return;
            f_();
            if (*alive) next();
        });
    }
    ::boost::asio::steady_timer timer_;
    std::chrono::milliseconds period_;
    std::function<void()> f_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace daicho::asio
