#pragma once

#include <daicho/base/bytes.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace daicho::asio {

/// Answers one request of a channel_server, from any thread, now or later. Copies share the one answer: the first call counts.
/// When the last copy goes without having answered, the connection is closed, so that a client never waits for nothing.
class channel_responder {
public:
    /// `send` is called once, with the reply, or with nullptr when there will be none.
    explicit channel_responder(std::function<void(bytes*)> send) : ticket_(std::make_shared<ticket>(std::move(send))) {}

    void operator()(bytes reply) const { ticket_->finish(&reply); }

private:
    struct ticket {
        explicit ticket(std::function<void(bytes*)> s) : send(std::move(s)) {}
        ticket(ticket const&) = delete;
        ~ticket() { finish(nullptr); }
        void finish(bytes* reply) {
            if (!answered.exchange(true)) std::exchange(send, nullptr)(reply);
        }
        std::function<void(bytes*)> send;
        std::atomic<bool> answered = false;
    };
    std::shared_ptr<ticket> ticket_;
};

} // namespace daicho::asio
