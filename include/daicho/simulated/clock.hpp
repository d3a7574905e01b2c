#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/errc.hpp>

#include <cstdint>
#include <queue>
#include <random>
#include <vector>

namespace daicho::simulated {

/// Virtual time, in milliseconds. It moves only when its owner moves it; now() is a clock (concept/clock.hpp).
class clock {
public:
    explicit clock(std::uint64_t seconds) : milliseconds_(seconds * 1000) {}
    std::uint64_t now() const noexcept { return milliseconds_ / 1000; }
    std::uint64_t milliseconds() const noexcept { return milliseconds_; }
    void advance_to(std::uint64_t milliseconds) noexcept {
        if (milliseconds > milliseconds_) milliseconds_ = milliseconds;
    }

private:
    std::uint64_t milliseconds_;
};

/// The same choices for the same seed, on every machine and standard library.
class chance {
public:
    explicit chance(std::uint64_t seed) : random_(seed) {}
    /// 0 <= result < n.
    std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : random_() % n; }
    std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
    bool percent(unsigned p) { return below(100) < p; }

private:
    std::mt19937_64 random_;
};

/// Bytes that look unpredictable and follow from a seed: an entropy (concept/entropy.hpp) for simulations only.
class entropy {
public:
    explicit entropy(std::uint64_t seed) : random_(seed) {}
    fault fill(byte_span out) {
        for (auto& b : out) b = byte(random_() >> 32);
        return {};
    }

private:
    std::mt19937_64 random_;
};

/// What will happen, in order of time; at one moment, in the order in which it was arranged.
template <class What>
class agenda {
public:
    void at(std::uint64_t milliseconds, What what) { queue_.push({milliseconds, ++arranged_, std::move(what)}); }
    bool empty() const noexcept { return queue_.empty(); }
    std::uint64_t next() const { return queue_.top().when; }
    What take() {
        auto what = std::move(const_cast<entry&>(queue_.top()).what);
        queue_.pop();
        return what;
    }

private:
    struct entry {
        std::uint64_t when, number;
        What what;
        friend bool operator<(entry const& a, entry const& b) { return a.when != b.when ? a.when > b.when : a.number > b.number; }
    };
    std::priority_queue<entry> queue_;
    std::uint64_t arranged_ = 0;
};

} // namespace daicho::simulated
