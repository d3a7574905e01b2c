#pragma once

#include <daicho/asio/http_options.hpp>
#include <daicho/asio/http_reply.hpp>
#include <daicho/asio/open_file.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <sys/sendfile.h>

#include <optional>

/// One connection of an http_server: reads a request, hands it to the role, writes the reply, again. Callbacks, not coroutines:
/// this is the hot path, and g++ 12 destroys some temporaries of a co_await twice.
namespace daicho::asio::detail {

template <class Stream>
class http_session final : public session_base {
    static constexpr bool is_tls = !std::is_same_v<Stream, tcp_socket>;
    enum class phase { handshake, idle, head, body, role, reply, drain, closed };

public:
    http_session(Stream stream, std::shared_ptr<http_shared> shared) : stream_(std::move(stream)), shared_(std::move(shared)) {}
    ~http_session() override { forget_body(); }

    void start() override {
        within(shared_->options.header_timeout);
        if constexpr (is_tls) {
            stream_.async_handshake(Stream::server, [self = self()](error_code ec) {
                if (ec) return self->close();
                self->phase_ = phase::idle;
                self->receive();
            });
        } else {
            phase_ = phase::idle;
            receive();
        }
    }

    ::boost::asio::io_context::executor_type executor() override { return socket().get_executor(); }

    void answer(std::uint64_t ticket, role::http_response&& response) override {
        if (phase_ == phase::role && ticket == ticket_) reply(std::move(response));
    }

    void sweep(steady::time_point now) override {
        if (now < deadline_) return;
        if (writing_) return close();
        if (phase_ == phase::head || phase_ == phase::body) return refuse(role::http_refusal(408, {errc::timed_out, "request"}));
        if (phase_ == phase::role) {
            keep_alive_ = false;
            return reply(role::http_refusal(503, {errc::timed_out, "reply"}));
        }
        close();
    }

    void close() override {
        if (phase_ == phase::closed) return;
        phase_ = phase::closed;
        error_code ignored;
        socket().close(ignored);
        forget_body();
        shared_->sessions.erase(shared_from_this());
    }

private:
    std::shared_ptr<http_session> self() { return std::static_pointer_cast<http_session>(shared_from_this()); }
    tcp_socket& socket() {
        if constexpr (is_tls) return stream_.next_layer();
        else return stream_;
    }
    void within(steady::duration d) { deadline_ = steady::now() + d; }
    void pace(std::uint64_t n) { deadline_ = shared_->options.pace.deadline(began_, n); }
    void forget_body() {
        shared_->body_bytes -= counted_;
        counted_ = 0;
    }

    void receive() {
        receiving_ = true;
        stream_.async_read_some(::boost::asio::buffer(in_.data() + filled_, in_.size() - filled_), [self = self()](error_code ec, std::size_t n) {
            self->receiving_ = false;
            self->received(ec, n);
        });
    }

    void received(error_code ec, std::size_t n) {
        if (phase_ == phase::closed) return;
        if (phase_ == phase::reply) return;  // a timed-out request is being refused; drain() goes on reading
        if (ec) return close();
        if (phase_ == phase::drain) return drained_ += n, drained_ > drain_limit ? close() : receive_and_drop();
        filled_ += n;
        consume();
    }

    void consume() {
        if (!reader_) {
            if (used_ == filled_) {
                used_ = filled_ = 0;
                return receive();
            }
            reader_.emplace();
            phase_ = phase::head;
            within(shared_->options.header_timeout);
        }
        while (!reader_->is_done() && used_ != filled_) {
            bool const in_head = !reader_->is_header_done();
            error_code ec;
            auto const n = reader_->read({in_.data() + used_, filled_ - used_}, ec);
            used_ += n;
            if (ec == http::error::need_more) break;
            if (ec) return refuse(refusal_of(ec, *reader_));
            if (in_head && reader_->is_header_done() && !admitted()) return;
        }
        if (reader_->is_done()) return handle();
        if (used_ != 0) {
            std::copy(in_.begin() + std::ptrdiff_t(used_), in_.begin() + std::ptrdiff_t(filled_), in_.begin());
            filled_ -= used_;
            used_ = 0;
        }
        if (filled_ == in_.size())
            return refuse(reader_->is_header_done() ? role::http_refusal(400, {errc::oversized, "chunk"}) : role::http_refusal(431, {errc::oversized, "header"}));
        if (phase_ == phase::body) {
            auto const size = reader_->request.body.size();
            shared_->body_bytes += size - counted_;
            counted_ = size;
            if (shared_->body_bytes > shared_->options.bodies_in_memory) return refuse(role::http_refusal(503, {errc::busy, "body"}));
            pace(size);
        }
        receive();
    }

    /// Decides about the body when the head is complete.
    bool admitted() {
        keep_alive_ = reader_->keep_alive();
        auto const& request = reader_->request;
        auto const limit = shared_->options.body_limit(request.method, request.path);
        if (reader_->announced() > limit) return refuse(role::http_refusal(413, {errc::oversized, "body"})), false;
        reader_->body_limit(limit);
        phase_ = phase::body;
        began_ = steady::now();
        pace(0);
        if (shared_->options.admit)
            if (auto refused = shared_->options.admit(request, reader_->announced())) return refuse(std::move(*refused)), false;
        if (!reader_->expects_continue || reader_->is_done()) return true;
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        writing_ = true;
        ::boost::asio::async_write(stream_, ::boost::asio::buffer(go_on), [self = self()](error_code ec, std::size_t) {
            self->writing_ = false;
            if (ec) return self->close();
            self->consume();
        });
        return false;
    }

    void handle() {
        phase_ = phase::role;
        within(shared_->options.reply_timeout);
        forget_body();
        head_only_ = reader_->request.method == "HEAD";
        old_ = reader_->http_1_0();
        auto request = std::move(reader_->request);
        auto const ticket = ++ticket_;
        try {
            shared_->handler(std::move(request), responder(weak_from_this(), ticket));
        } catch (...) {
            answer(ticket, role::http_refusal(500, {errc::io_failed, "handler"}));
        }
    }

    /// Answers a request that was not read to its end; the connection cannot be used again.
    void refuse(role::http_response response) {
        keep_alive_ = false;
        head_only_ = false;
        reply(std::move(response));
    }

    void reply(role::http_response&& response) {
        phase_ = phase::reply;
        out_ = std::move(response);
        if (out_.file)
            if (auto f = file_.open(*out_.file)) out_ = role::http_refusal(f);
        auto const length = out_.file ? out_.file->length : std::uint64_t(out_.body.size());
        if (!write_head(head_, out_, length, keep_alive_, old_)) {
            out_ = role::http_refusal(500, {errc::invalid_text, "reply header"});
            write_head(head_, out_, out_.body.size(), keep_alive_, old_);
        }
        bool const bodiless = head_only_ || out_.status == 204 || out_.status == 304;
        bool const from_file = !bodiless && out_.file && out_.file->length != 0;
        began_ = steady::now();
        deadline_ = began_ + shared_->options.pace.time_for(out_.body.size());
        if (from_file) return send_head();
        std::array<::boost::asio::const_buffer, 2> const parts{
            ::boost::asio::buffer(head_),
            bodiless || out_.file ? ::boost::asio::const_buffer() : ::boost::asio::buffer(out_.body.data(), out_.body.size())};
        ::boost::asio::async_write(stream_, parts, [self = self()](error_code ec, std::size_t) {
            if (ec || self->phase_ == phase::closed) return self->close();
            self->replied();
        });
    }

    /// It leaves with the first bytes of the file: a packet less to send, and to wake somebody for.
    void send_head() {
        auto then = [self = self()](error_code ec, std::size_t n) {
            if (ec || self->phase_ == phase::closed) return self->close();
            self->head_.erase(0, n);
            self->sent_ = 0;
            if (self->head_.empty()) self->send_file();
            else self->send_head();
        };
        if constexpr (is_tls) ::boost::asio::async_write(stream_, ::boost::asio::buffer(head_), std::move(then));
        else stream_.async_send(::boost::asio::buffer(head_), MSG_MORE, std::move(then));
    }

    void send_file() {
        if (phase_ == phase::closed) return;
        auto& part = *out_.file;
        pace(sent_);
        if (sent_ == part.length) {
            file_.close();
            return replied();
        }
        auto const left = part.length - sent_;
        if constexpr (is_tls) {
            chunk_.resize(std::size_t(std::min<std::uint64_t>(left, 64 * 1024)));
            auto const n = ::pread(file_.fd(), chunk_.data(), chunk_.size(), off_t(part.offset + sent_));
            if (n <= 0) return close();
            ::boost::asio::async_write(stream_, ::boost::asio::buffer(chunk_.data(), std::size_t(n)), [self = self()](error_code ec, std::size_t done) {
                if (ec) return self->close();
                self->sent_ += done;
                self->send_file();
            });
        } else {
            // One turn sends at most 256 KiB, so that a large file does not keep the other connections waiting, and what lies between the two
            // stays in the processor's cache: a mebibyte at once takes up to twice its time.
            auto offset = off_t(part.offset + sent_);
            auto const n = ::sendfile(stream_.native_handle(), file_.fd(), &offset, std::size_t(std::min<std::uint64_t>(left, 256u << 10)));
            if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return close();
            if (n > 0) sent_ += std::uint64_t(n);
            if (sent_ == part.length) return send_file();
            stream_.async_wait(tcp_socket::wait_write, [self = self()](error_code ec) {
                if (ec) return self->close();
                self->send_file();
            });
        }
    }

    void replied() {
        reader_.reset();
        out_ = {};
        if (!keep_alive_) return drain();
        phase_ = phase::idle;
        within(shared_->options.idle_timeout);
        consume();
    }

    /// Closing with unread input would reset the connection under our reply: say goodbye, read on a little, then close.
    void drain() {
        phase_ = phase::drain;
        within(std::chrono::seconds(2));
        error_code ignored;
        socket().shutdown(tcp_socket::shutdown_send, ignored);
        if (!receiving_) receive_and_drop();
    }
    void receive_and_drop() {
        receiving_ = true;
        socket().async_read_some(::boost::asio::buffer(in_), [self = self()](error_code ec, std::size_t n) {
            self->receiving_ = false;
            self->received(ec, n);
        });
    }

    static constexpr std::size_t drain_limit = 4u << 20;

    Stream stream_;
    std::shared_ptr<http_shared> shared_;
    phase phase_ = phase::handshake;
    std::array<byte, 16 * 1024> in_;
    std::size_t used_ = 0, filled_ = 0, drained_ = 0;
    std::optional<request_reader> reader_;
    std::uint64_t counted_ = 0;
    steady::time_point deadline_, began_;
    std::uint64_t ticket_ = 0;
    bool keep_alive_ = true, head_only_ = false, old_ = false, receiving_ = false, writing_ = false;
    std::string head_;
    role::http_response out_;
    open_file file_;
    std::uint64_t sent_ = 0;
    bytes chunk_;
};

} // namespace daicho::asio::detail
