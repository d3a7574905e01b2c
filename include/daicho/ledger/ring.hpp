#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace daicho::ledger {

/// A queue that is taken from at either end, in one piece of memory that is used again: as much as there ever was in it at once.
template <class T>
class ring {
public:
    ring() = default;
    ring(ring const&) = default;
    ring(ring&& other) noexcept : slots_(std::move(other.slots_)), first_(std::exchange(other.first_, 0)), size_(std::exchange(other.size_, 0)) {}
    ring& operator=(ring other) noexcept {
        slots_.swap(other.slots_);
        first_ = other.first_, size_ = other.size_;
        return *this;
    }

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }

    T& operator[](std::size_t i) noexcept { return assert(i < size_), slots_[place(i)]; }
    T const& operator[](std::size_t i) const noexcept { return assert(i < size_), slots_[place(i)]; }
    T& back() noexcept { return (*this)[size_ - 1]; }

    void push_back(T x) {
        if (size_ == slots_.size()) grow();
        slots_[place(size_)] = std::move(x);
        ++size_;
    }
    void pop_back() noexcept {
        let_go(back());
        --size_;
    }
    /// Takes so many from the front; at most all.
    void pop_front(std::size_t n) noexcept {
        assert(n <= size_);
        if constexpr (!std::is_trivially_destructible_v<T>)
            for (std::size_t i = 0; i != n; ++i) let_go((*this)[i]);
        first_ = n == 0 ? first_ : place(n);
        size_ -= n;
    }

private:
    std::size_t place(std::size_t i) const noexcept { return (first_ + i) & (slots_.size() - 1); }
    /// What it holds ends now, its place stays.
    static void let_go(T& x) noexcept {
        if constexpr (!std::is_trivially_destructible_v<T>) x = T{};
    }
    void grow() {
        std::vector<T> more(std::bit_ceil(size_ + 16));
        for (std::size_t i = 0; i != size_; ++i) more[i] = std::move((*this)[i]);
        slots_ = std::move(more);
        first_ = 0;
    }

    std::vector<T> slots_;  // none, or a power of two
    std::size_t first_ = 0, size_ = 0;
};

} // namespace daicho::ledger
