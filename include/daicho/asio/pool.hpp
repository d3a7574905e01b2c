#pragma once

#include <daicho/concept/executor.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <thread>

namespace daicho::asio {

/// Asio's thread pool as an executor. Whoever ends it waits for what it took.
class pool {
public:
    explicit pool(std::size_t threads = std::thread::hardware_concurrency()) : threads_(std::max<std::size_t>(threads, 1)), pool_(threads_) {}
    ~pool() { pool_.join(); }

    void submit(std::function<void()> job) { ::boost::asio::post(pool_, std::move(job)); }
    std::size_t threads() const noexcept { return threads_; }

private:
    std::size_t threads_;
    ::boost::asio::thread_pool pool_;
};

} // namespace daicho::asio
