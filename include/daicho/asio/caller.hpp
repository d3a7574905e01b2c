#pragma once

#include <daicho/asio/http_client.hpp>

#include <boost/asio/executor_work_guard.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace daicho::asio {

struct caller_options {
    std::size_t threads = 4;
    std::size_t queue = 256;          ///< jobs waiting; beyond that, busy
    http_client_options client{};     ///< each thread has a client of its own, which keeps its connection
};

/// Does what blocks beside the io_context's thread (calls to peers, most of all) and brings the result back to it.
/// The queue is bounded, so a dead peer cannot make a role pile up work. Jobs end by themselves: clients have deadlines.
class caller {
public:
    explicit caller(::boost::asio::io_context& io, caller_options options = {}) : io_(io), options_(std::move(options)) {
        for (std::size_t i = 0; i != options_.threads; ++i) threads_.emplace_back([this] { work(); });
    }
    caller(caller const&) = delete;
    ~caller() { stop(); }

    /// Sends `request` to the address; `done(result<role::http_response>)` runs on the io_context's thread, always, once:
    /// busy when the queue is full. Not at all after stop().
    template <class Done>
    void call(std::string address, role::http_request request, Done done) {
        run([address = std::move(address), request = std::move(request)](http_client& client) { return client.send(address, request); }, std::move(done));
    }

    /// Any other blocking job: `work(http_client&)` gives a result<T> or a fault, which `done` gets.
    template <class Work, class Done>
    void run(Work work, Done done) {
        using outcome = std::invoke_result_t<Work&, http_client&>;
        auto guard = ::boost::asio::make_work_guard(io_);  // io.run() does not return while a job is out
        auto job = [this, work = std::move(work), done, guard](http_client& client) mutable {
            post(std::move(done), attempt<outcome>(work, client));
            guard.reset();
        };
        {
            std::unique_lock const held(mutex_);
            if (stopping_) return;
            if (jobs_.size() < options_.queue) {
                jobs_.emplace_back(std::move(job));
                wake_.notify_one();
                return;
            }
        }
        post(std::move(done), outcome(fault{errc::busy, "calls"}));
    }

    /// Forgets what waits, lets what runs come to its end. On the io_context's thread, or when it does not run.
    void stop() {
        *alive_ = false;
        std::deque<std::function<void(http_client&)>> forgotten;
        {
            std::unique_lock const held(mutex_);
            stopping_ = true;
            forgotten.swap(jobs_);
        }
        wake_.notify_all();
        for (auto& t : threads_) t.join();
        threads_.clear();
    }

private:
    template <class Outcome, class Work>
    static Outcome attempt(Work& work, http_client& client) {
        try {
            return work(client);
        } catch (...) {
            return fault{errc::io_failed, "call"};
        }
    }
    template <class Done, class Outcome>
    void post(Done done, Outcome outcome) {
        ::boost::asio::post(io_, [alive = alive_, done = std::move(done), outcome = std::move(outcome)]() mutable {
            if (*alive) done(std::move(outcome));
        });
    }

    void work() {
        http_client client(options_.client);
        for (;;) {
            std::function<void(http_client&)> job;
            {
                std::unique_lock held(mutex_);
                wake_.wait(held, [&] { return stopping_ || !jobs_.empty(); });
                if (stopping_) return;
                job = std::move(jobs_.front());
                jobs_.pop_front();
            }
            job(client);
        }
    }

    ::boost::asio::io_context& io_;
    caller_options options_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void(http_client&)>> jobs_;
    bool stopping_ = false;
    std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
    std::vector<std::thread> threads_;
};

} // namespace daicho::asio
