#pragma once

#include <daicho/ledger/shared_lots.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace daicho::ledger {

/// A verifier for each of several threads, made when it is first needed; each meets the keys of its own lots (shared_lots), whichever
/// thread has it in hand. Whoever calls holds the lock that guards it.
template <class Verifier>
class shared_verifiers {
public:
    shared_verifiers(std::function<Verifier()> make, std::size_t threads) : make_(std::move(make)), all_(std::max<std::size_t>(threads, 1)) {}

    /// Of some jobs, each with a `part` of signatures (or an empty one, for which nobody needs a verifier): what is verified with one that
    /// this thread used the last time, or with another that is idle. The end where all are busy that have met the keys.
    template <class Jobs>
    typename Jobs::iterator nearest(Jobs& jobs) {
        auto const mine = std::this_thread::get_id();
        auto found = jobs.end();
        for (auto it = jobs.begin(); it != jobs.end(); ++it) {
            auto const& home = all_[it->part.home];
            bool const near = it->part.empty() || home.by == mine;
            if (home.busy || (!near && found != jobs.end())) continue;
            found = it;
            if (near) break;
        }
        return found;
    }

    /// `verify(verifier)`, while the lock is open, with the one at home, or with another when that is busy.
    template <class Verify>
    auto use(std::size_t home, std::unique_lock<std::mutex>& hold, Verify&& verify) {
        auto& v = idle(home);
        v.busy = true, v.by = std::this_thread::get_id();
        hold.unlock();
        if (!v.verifier) v.verifier.emplace(make_());
        auto const verdict = verify(*v.verifier);
        hold.lock();
        v.busy = false;
        return verdict;
    }

private:
    struct kept {
        std::optional<Verifier> verifier{};
        bool busy = false;
        std::thread::id by{};  // the last time
    };

    kept& idle(std::size_t home) {
        if (!all_[home].busy) return all_[home];
        auto const other = std::find_if(all_.begin(), all_.end(), [](auto& v) { return !v.busy; });
        return other != all_.end() ? *other : all_.emplace_back();
    }

    std::function<Verifier()> make_;
    std::deque<kept> all_;
};

} // namespace daicho::ledger
