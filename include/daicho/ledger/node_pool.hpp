#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace daicho::ledger {

/// Nodes of one kind, named by a number: half a pointer, and the next one let go is the next one made. A node stays where it is, so
/// a reference to one holds while others are made. Nothing is counted: who lets go of a node knows that nobody looks at it.
template <class Node>
class node_pool {
public:
    /// A node of any value, to be written next.
    std::uint32_t make() {
        if (!free_.empty()) {
            std::uint32_t const i = free_.back();
            free_.pop_back();
            return i;
        }
        if (made_ % in_a_chunk == 0) chunks_.emplace_back(in_a_chunk);
        return made_++;
    }
    void let_go(std::uint32_t i) { free_.push_back(i); }

    Node& operator[](std::uint32_t i) noexcept { return assert(i < made_), chunks_[i / in_a_chunk][i % in_a_chunk]; }
    Node const& operator[](std::uint32_t i) const noexcept { return assert(i < made_), chunks_[i / in_a_chunk][i % in_a_chunk]; }

    /// Nodes that are held: made, and not let go.
    std::size_t held() const noexcept { return made_ - free_.size(); }

private:
    static constexpr std::uint32_t in_a_chunk = 1024;
    std::vector<std::vector<Node>> chunks_;  // none ever grows
    std::vector<std::uint32_t> free_;
    std::uint32_t made_ = 0;
};

} // namespace daicho::ledger
