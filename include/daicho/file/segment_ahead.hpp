#pragma once

#include <daicho/file/segment_file.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

namespace daicho::file {

/// Makes the next segment before it is needed, in a thread of its own: its zeros and their syncs cost a commit nothing, and what a commit
/// makes durable never depends on them. The thread touches one file that bears no name that counts yet; taking it names it.
///
/// A `System` that has `in_turn` does all of it in begin(), so that a test can cut the power at each of its calls.
template <class System>
class segment_ahead {
    static constexpr std::uint32_t piece = 1u << 20;  ///< bytes between two syncs: commits wait behind no more

public:
    segment_ahead() = default;
    segment_ahead(segment_ahead&& other) noexcept = default;
    segment_ahead& operator=(segment_ahead&& other) noexcept = default;
    ~segment_ahead() = default;

    explicit operator bool() const noexcept { return bool(work_); }
    std::uint32_t size() const noexcept { return work_->size; }

    /// A failure is no fault of anybody: the segment is made when it is needed.
    void begin(std::filesystem::path const& directory, std::uint32_t number, std::uint32_t size) {
        drop();
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

    /// Waits for what is left of it. Errors: those of making it.
    result<log_segment> take() {
        auto const work = std::exchange(work_, nullptr);
        work->join();
        if (work->failed) return work->failed;
        return work->made->finish();
    }

    void drop() {
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
        std::atomic<bool> stop = false;
        std::thread thread;
    };

    static void make(work_type& work, std::filesystem::path const& directory, std::uint32_t number) {
        auto b = blank_segment<System>::begin(directory, number, work.size);
        if (!b) return void(work.failed = b.error());
        work.made = std::move(*b);
        while (!work.stop && !work.failed && !work.made->zeroed()) {
            work.failed = work.made->zero(piece);
            if (!work.failed) work.failed = work.made->sync();
        }
        if (!work.failed) return;
        (void)work.made->dropped({});
        work.made.reset();
    }

    std::unique_ptr<work_type> work_;
};

} // namespace daicho::file
