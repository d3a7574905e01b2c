#pragma once

#include "row.hpp"

#include <daicho/base/bytes.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <string_view>

/// A load generator that costs little beside what it loads: one thread, one epoll, many kept-alive connections on loopback, each
/// with one request under way.
namespace daicho::benchmarks {

/// Keeps the calling thread, and those it starts from here on, on one processor. Where there is only one, all share it.
inline void stay_on(int processor) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor % ::get_nprocs(), &one);
    if (::sched_setaffinity(0, sizeof one, &one) != 0) throw std::runtime_error("a thread could not be kept on its processor");
}

class load {
public:
    struct counts {
        std::size_t answered = 0;
        std::size_t refused = 0;      ///< answered 429 or 503: sent again
        std::uint64_t body_bytes = 0;
    };

    /// Whole requests, by connection, in the order in which they are sent.
    using requests = std::vector<std::vector<std::string>>;

    load(std::uint16_t port, std::size_t connections) : poll_(::epoll_create1(EPOLL_CLOEXEC)) {
        if (poll_ < 0) throw std::runtime_error("no epoll");
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = ::htons(port);
        to.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        for (std::size_t i = 0; i != connections; ++i) {
            auto& c = all_.emplace_back();
            c.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            int const on = 1;
            ::setsockopt(c.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            if (::connect(c.socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0) throw std::runtime_error("no connection to the server");
            epoll_event e{};
            e.events = EPOLLIN;
            e.data.u64 = i;
            ::epoll_ctl(poll_, EPOLL_CTL_ADD, c.socket, &e);
        }
    }
    load(load const&) = delete;
    ~load() {
        for (auto& c : all_) ::close(c.socket);
        if (poll_ >= 0) ::close(poll_);
    }

    /// Sends all of them; each must be answered `status`.
    counts run(requests const& wanted, unsigned status) {
        counts n;
        std::size_t open = 0;
        for (std::size_t i = 0; i != all_.size(); ++i) {
            all_[i].next = 0;
            all_[i].wanted = &wanted[i];
            open += begin(all_[i]);
        }
        while (open != 0) {
            epoll_event ready[64];
            int const found = ::epoll_wait(poll_, ready, 64, 30'000);
            if (found <= 0) throw std::runtime_error("the server does not answer");
            for (int k = 0; k != found; ++k) {
                auto& c = all_[ready[k].data.u64];
                if (!receive(c, n, status)) continue;
                if (!begin(c)) --open;
            }
        }
        return n;
    }

private:
    struct connection {
        int socket = -1;
        std::vector<std::string> const* wanted = nullptr;
        std::size_t next = 0;
        std::string head;                 ///< of the answer, as far as it came
        std::uint64_t left = 0;           ///< of its body
        unsigned status = 0;              ///< 0: the head is not whole
    };

    /// False when there is nothing left to send on it.
    static bool begin(connection& c) {
        if (c.next == c.wanted->size()) return false;
        std::string_view rest = (*c.wanted)[c.next];
        while (!rest.empty()) {
            auto const n = ::send(c.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (n <= 0) throw std::runtime_error("the server closed the connection");
            rest.remove_prefix(std::size_t(n));
        }
        return true;
    }

    /// True when the answer is whole.
    bool receive(connection& c, counts& n, unsigned status) {
        auto const got = ::recv(c.socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN) return false;
        if (got <= 0) throw std::runtime_error("the server closed the connection");
        std::string_view in(buffer_.data(), std::size_t(got));
        if (c.status == 0) {
            c.head.append(in);
            auto const end = c.head.find("\r\n\r\n");
            if (end == c.head.npos) return false;
            read_head(c, std::string_view(c.head).substr(0, end + 2));
            in = in.substr(in.size() - (c.head.size() - end - 4));
            c.head.clear();
        }
        if (in.size() > c.left) throw std::runtime_error("more was answered than announced");
        c.left -= in.size();
        n.body_bytes += in.size();
        if (c.left != 0) return false;
        bool const again = c.status == 429 || c.status == 503;
        if (!again && c.status != status) throw std::runtime_error("a request was answered " + std::to_string(c.status));
        c.status = 0;
        ++(again ? n.refused : n.answered);
        if (!again) ++c.next;
        return true;
    }

    static void read_head(connection& c, std::string_view head) {
        auto const number = [](std::string_view text, auto& to) {
            if (std::from_chars(text.data(), text.data() + text.size(), to).ec != std::errc()) throw std::runtime_error("an answer that is none");
        };
        number(head.substr(9, 3), c.status);
        constexpr std::string_view length = "\r\nContent-Length: ";
        auto const at = head.find(length);
        if (at == head.npos) throw std::runtime_error("an answer without its length");
        number(head.substr(at + length.size()), c.left);
    }

    int poll_;
    std::vector<connection> all_;
    std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

} // namespace daicho::benchmarks
