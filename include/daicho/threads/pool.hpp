#pragma once

#include <daicho/concept/executor.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

/// Threads of the standard library.
namespace daicho::threads {

/// An executor of its own few threads, first come, first served. Whoever ends it waits for what it took.
class pool {
public:
    explicit pool(std::size_t threads = std::max(1u, std::thread::hardware_concurrency())) {
        for (std::size_t i = 0; i != std::max<std::size_t>(threads, 1); ++i)
            workers_.emplace_back([this](std::stop_token stop) { work(stop); });
    }
    pool(pool const&) = delete;
    pool& operator=(pool const&) = delete;

    void submit(std::function<void()> job) {
        {
            std::lock_guard const hold(lock_);
            jobs_.push_back(std::move(job));
        }
        wake_.notify_one();
    }
    std::size_t threads() const noexcept { return workers_.size(); }

private:
    void work(std::stop_token const& stop) {
        for (std::unique_lock hold(lock_);;) {
            wake_.wait(hold, stop, [this] { return !jobs_.empty(); });
            if (jobs_.empty()) return;  // asked to stop, and nothing is left
            auto job = std::move(jobs_.front());
            jobs_.pop_front();
            hold.unlock();
            job();
            job = nullptr;  // what it holds ends outside the lock
            hold.lock();
        }
    }

    std::mutex lock_;
    std::condition_variable_any wake_;
    std::deque<std::function<void()>> jobs_;
    std::vector<std::jthread> workers_;  // last: they end first
};

} // namespace daicho::threads
