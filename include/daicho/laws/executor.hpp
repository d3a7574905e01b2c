#pragma once

#include <daicho/concept/executor.hpp>
#include <daicho/laws/law.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace daicho::laws {

/// The laws of docs/concepts/executor.md. `make() -> std::unique_ptr<E>` makes a fresh one each time.
template <class Make>
    requires daicho::executor<typename std::invoke_result_t<Make&>::element_type>
void executor(verdict& v, Make make) {
    constexpr std::size_t jobs = 500;
    {
        std::vector<std::atomic<unsigned>> ran(jobs);
        auto e = make();
        v.law("At least one job runs at a time.", e->threads() >= 1);
        auto const threads = e->threads();
        for (std::size_t i = 0; i != jobs; ++i) e->submit([&ran, i] { ++ran[i]; });
        v.law("The number of threads stays.", e->threads() == threads);
        e.reset();
        bool lost = false, again = false;
        for (auto& n : ran) {
            lost = lost || n == 0;
            again = again || n > 1;
        }
        v.law("Every job has run when the executor ends.", !lost);
        v.law("No job runs twice.", !again);
    }
    {
        std::atomic<std::size_t> at_once = 0, most = 0;
        auto e = make();
        auto const threads = e->threads();
        for (std::size_t i = 0; i != jobs; ++i)
            e->submit([&] {
                auto const now = ++at_once;
                for (auto seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {}
                --at_once;
            });
        e.reset();
        v.law("No more jobs run at once than it says.", most <= threads);
    }
    {
        auto const held = std::make_shared<int>(0);
        auto e = make();
        for (std::size_t i = 0; i != 10; ++i) e->submit([held] {});
        e.reset();
        v.law("A job that has run is let go.", held.use_count() == 1);
    }
    { make().reset(); }
}

} // namespace daicho::laws
