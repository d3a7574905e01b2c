#pragma once

#include <daicho/protocol.hpp>

#include <cstddef>
#include <deque>
#include <memory>

namespace daicho::ledger {

/// Decoded blocks that were handed out and that nobody holds any more, to be read into again: memory that is written for the first time
/// costs more than all that is read into it. Blocks are let go of in the order in which they were lent, as a chain does.
template <class P>
class block_memory {
public:
    using block_ptr = std::shared_ptr<block_of<P>>;

    /// A block that was another; null while all are held.
    block_ptr free() {
        if (lent_.empty() || lent_.front().use_count() != 1) return nullptr;
        auto b = std::move(lent_.front());
        lent_.pop_front();
        return b;
    }
    /// One of those, or a new one.
    block_ptr take() {
        auto b = free();
        return b ? b : std::make_shared<block_of<P>>();
    }
    /// Somebody may hold it, and lets go of it some day.
    void lend(block_ptr b) {
        lent_.push_back(std::move(b));
        if (lent_.size() > most) lent_.pop_front();
    }
    void clear() noexcept { lent_.clear(); }

private:
    static constexpr std::size_t most = 1024;
    std::deque<block_ptr> lent_;
};

} // namespace daicho::ledger
