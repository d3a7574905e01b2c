#pragma once

#include <daicho/file/segment_file.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <thread>

namespace daicho::file {

/// When zeros are written, and how many at once: while nobody commits, and beside commits only when they would come too late otherwise.
/// The two share one disk, and a commit waits behind zeros that are on their way to it.
class zero_pace {
public:
    using time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds rest{5};  ///< without a commit: nobody is in a hurry
    static constexpr std::uint64_t piece = zero_piece;   ///< bytes that a commit may have to wait behind

    /// A commit was made, and `ready` bytes are left for those to come.
    void committed(std::uint64_t ready, time now) noexcept {
        ready_ = ready;
        last_ = now.time_since_epoch().count();
    }
    /// Somebody waits for the zeros.
    void hurry() noexcept { ready_ = 0; }

    /// Of the `missing` zeros of the segment in the making, those to write and sync now; 0: none for the moment.
    std::uint64_t next(std::uint64_t missing, time now) const noexcept {
        auto const ready = ready_.load();
        if (ready == 0) return missing;
        if (missing > 2 * ready) return std::min(missing, 4 * piece);  // so they come twice as fast as commits use them, or faster
        return now.time_since_epoch().count() - last_ < time::duration(rest).count() ? 0 : std::min(missing, piece);
    }

private:
    std::atomic<std::uint64_t> ready_ = 1;
    std::atomic<time::rep> last_ = 0;
};

/// Makes the next segments before they are needed, one after the other, in a thread of its own: its zeros and their syncs cost a commit
/// nothing, and what a commit makes durable never depends on them. The thread touches one file that bears no name that counts yet; taking
/// it names it.
///
/// A `System` that has `in_turn` does all of it in begin(), so that a test can cut the power at each of its calls.
template <class System>
class segment_ahead {
public:
    segment_ahead() = default;
    segment_ahead(segment_ahead&& other) noexcept = default;
    segment_ahead& operator=(segment_ahead&& other) noexcept = default;
    ~segment_ahead() = default;

    explicit operator bool() const noexcept { return work_ || !ready_.empty(); }
    bool working() const noexcept { return bool(work_); }
    std::uint32_t count() const noexcept { return std::uint32_t(ready_.size()) + working(); }
    /// Of the one to be taken next.
    std::uint32_t size() const noexcept { return ready_.empty() ? work_->size : ready_.front().size(); }
    /// Of those that can be taken at once.
    std::uint64_t ready() const noexcept {
        std::uint64_t n = 0;
        for (auto& b : ready_) n += b.size();
        return n;
    }

    /// Another one, behind those that are there, while none is in the making. A failure is no fault of anybody: the segment is made when
    /// it is needed.
    void begin(std::filesystem::path const& directory, std::uint32_t number, std::uint32_t size) {
        auto work = std::make_unique<work_type>(size);
        auto* const to = work.get();
        if constexpr (requires { System::in_turn; }) {
            make(*to, directory, number);
        } else {
            try {
                work->thread = std::thread([to, directory, number] { make(*to, directory, number); });
            } catch (std::system_error const&) {
                return;
            }
        }
        work_ = std::move(work);
    }

    /// A commit was made: `room` bytes are left in the newest segment. False when the one in the making failed.
    bool committed(std::uint64_t room) {
        if (!work_) return true;
        if (!work_->finished) {
            work_->pace.committed(room + ready(), std::chrono::steady_clock::now());
            return true;
        }
        auto const work = std::exchange(work_, nullptr);
        work->join();
        if (!work->failed) ready_.push_back(std::move(*work->made));
        return !work->failed;
    }

    /// Waits for what is left of it. Errors: those of making it.
    result<log_segment> take() {
        if (ready_.empty()) {
            auto const work = std::exchange(work_, nullptr);
            work->pace.hurry();
            work->join();
            if (work->failed) return work->failed;
            return work->made->finish();
        }
        auto first = std::move(ready_.front());
        ready_.pop_front();
        return first.finish();
    }

    void drop() {
        for (auto& b : ready_) (void)b.dropped({});
        ready_.clear();
        auto const work = std::exchange(work_, nullptr);
        if (!work) return;
        work->stop = true;
        work->join();
        if (work->made) (void)work->made->dropped({});
    }

private:
    struct work_type {
        explicit work_type(std::uint32_t n) : size(n) {}
        work_type(work_type const&) = delete;
        ~work_type() {
            stop = true;
            join();
        }
        void join() {
            if (thread.joinable()) thread.join();
        }

        std::uint32_t size;
        std::optional<blank_segment<System>> made;
        fault failed{};
        zero_pace pace;
        std::atomic<bool> stop = false, finished = false;
        std::thread thread;
    };

    static void make(work_type& work, std::filesystem::path const& directory, std::uint32_t number) {
        if (auto b = blank_segment<System>::begin(directory, number, work.size)) {
            work.made = std::move(*b);
            while (!work.stop && !work.failed && !work.made->zeroed()) work.failed = some_zeros(work);
            if (work.failed) {
                (void)work.made->dropped({});
                work.made.reset();
            }
        } else {
            work.failed = b.error();
        }
        work.finished = true;
    }

    static fault some_zeros(work_type& work) {
        auto const n = work.pace.next(work.made->missing(), std::chrono::steady_clock::now());
        if (n == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            return {};
        }
        if (auto f = work.made->zero(n)) return f;
        return work.made->sync();
    }

    std::deque<blank_segment<System>> ready_;
    std::unique_ptr<work_type> work_;
};

} // namespace daicho::file
