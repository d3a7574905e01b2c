#pragma once

#include <daicho/concept/consensus.hpp>
#include <daicho/laws/law.hpp>

#include <vector>

namespace daicho::laws {

namespace detail {
/// Candidate chains that differ in one thing, in two, and in all. No two have the same head: a head names its chain.
inline std::vector<branch> candidate_branches() {
    std::vector<branch> out;
    for (std::uint64_t height : {3u, 7u})
        for (std::uint64_t weight : {10u, 11u})
            for (std::uint64_t final_height : {0u, 2u})
                for (std::uint64_t vouched : {0u, 5u})
                    for (unsigned twin = 0; twin != 2; ++twin) {
                        branch b{.height = height, .weight = weight, .final_height = final_height, .vouched = vouched};
                        b.head[0] = byte(37 * (out.size() + 1));
                        b.head[31] = byte(out.size());
                        out.push_back(b);
                    }
    return out;
}
} // namespace detail

/// The laws of docs/concepts/fork_choice.md: without them honest nodes that know the same chains choose different ones.
template <daicho::fork_choice F>
void fork_choice(verdict& v) {
    auto const all = detail::candidate_branches();
    bool steady = true;
    for (auto& a : all)
        for (auto& b : all) steady = steady && F::prefer(a, b) == F::prefer(a, b);
    v.law("The same two chains give the same answer.", steady);
    if (!steady) return;  // nothing can be compared with an answer that changes

    auto const better = [](branch const& a, branch const& b) { return F::prefer(a, b) == std::strong_ordering::greater; };
    for (auto& a : all) {
        v.law("A chain equals itself.", F::prefer(a, a) == std::strong_ordering::equal);
        for (auto& b : all) {
            if (a == b) continue;
            v.law("Of two different chains one is preferred.", better(a, b) || better(b, a));
            v.law("No two chains are each preferred to the other.", !(better(a, b) && better(b, a)));
            bool const ahead = a.height > b.height && a.weight > b.weight && a.final_height > b.final_height && a.vouched > b.vouched;
            if (ahead) v.law("A chain that is ahead in everything is preferred.", better(a, b));
            for (auto& c : all)
                if (!(a == c) && better(a, b) && better(b, c)) v.law("Preference is transitive.", better(a, c));
        }
    }
}

} // namespace daicho::laws
