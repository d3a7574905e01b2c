#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <utility>

namespace daicho {

/// Where work that does not wait for each other is done (docs/concepts/executor.md).
///   submit(job)   runs the job once, on whichever thread, now or soon; it may be called from any thread that holds the executor,
///                 not from a job. Jobs do not throw.
///   threads()     how many jobs may run at once, at least 1
/// When it ends, every job that it took has run.
template <class E>
concept executor = requires(E& e, E const& c, std::function<void()> job) {
    { e.submit(std::move(job)) } -> std::same_as<void>;
    { c.threads() } -> std::convertible_to<std::size_t>;
};

/// Runs each job where it is submitted: for machines with one core, and for tests.
struct same_thread {
    void submit(std::function<void()> job) const { job(); }
    std::size_t threads() const noexcept { return 1; }
};

/// An executor that somebody else holds for longer than this, whichever it is.
class executor_ref {
public:
    template <executor E>
        requires(!std::same_as<E, executor_ref>)
    explicit executor_ref(E& held) : submit_([&held](std::function<void()> job) { held.submit(std::move(job)); }), threads_(held.threads()) {}

    void submit(std::function<void()> job) const { submit_(std::move(job)); }
    std::size_t threads() const noexcept { return threads_; }

private:
    std::function<void(std::function<void()>)> submit_;
    std::size_t threads_;
};

} // namespace daicho
