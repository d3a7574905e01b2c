#pragma once

#include <daicho/concept/sealer.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace daicho::asio {

/// Seals beside the role (paper 3.2: mining): one thread, one job at a time; a newer job or a stop ends the one in work.
template <class Sealer, class Proof>
class sealing_thread {
    static_assert(daicho::sealer<Sealer, Proof>, "Sealer must be a sealer of this proof: docs/concepts/sealer.md");

public:
    /// Called on the sealing thread with a job's epoch and its outcome; never for a job that was stopped.
    using done = std::function<void(std::uint64_t epoch, result<Proof> proof)>;

    sealing_thread(Sealer sealer, done f) : sealer_(std::move(sealer)), done_(std::move(f)), thread_([this](std::stop_token s) { run(s); }) {}
    sealing_thread(sealing_thread const&) = delete;
    ~sealing_thread() { join(); }

    void start(seal_job job) {
        {
            std::lock_guard const held(mutex_);
            current_.request_stop();
            current_ = std::stop_source();
            next_ = std::move(job);
        }
        wake_.notify_one();
    }
    void stop() {
        std::lock_guard const held(mutex_);
        current_.request_stop();
        next_.reset();
    }
    /// No job ends after this.
    void join() {
        stop();
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

private:
    void run(std::stop_token ending) {
        for (;;) {
            std::optional<seal_job> job;
            std::stop_token token;
            {
                std::unique_lock held(mutex_);
                if (!wake_.wait(held, ending, [&] { return next_.has_value(); })) return;
                job.swap(next_);
                token = current_.get_token();
            }
            auto proof = sealer_.seal(*job, token);
            if (!token.stop_requested()) done_(job->epoch, std::move(proof));
        }
    }

    Sealer sealer_;
    done done_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::stop_source current_;
    std::optional<seal_job> next_;
    std::jthread thread_;  // last: it uses all of the above
};

} // namespace daicho::asio
