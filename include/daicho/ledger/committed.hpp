#pragma once

#include <daicho/ledger/tree.hpp>
#include <daicho/record/block.hpp>
#include <daicho/schema/codec.hpp>

#include <vector>

namespace daicho::ledger {

/// What a header has to say of a chain whose history and fleet stand so after its block.
inline header::commitments_type committed(std::uint64_t history_size, digest const& history_root, digest const& fleet_root) {
    schema::buffer_for<commitments> buffer;
    header::commitments_type out;
    (void)out.assign(*schema::encode_into(buffer, commitments{history_size, history_root, fleet_root}));
    return out;
}

/// Commitments of headers that somebody still has to look at, with what they have to agree with. Owns what it holds, so it may be
/// checked later and elsewhere; then the roots of many histories are hashed together.
template <hash_function H>
class commitment_claims {
public:
    void add(header::commitments_type const& said, tree_head<H> const& history, digest const& fleet_root) {
        auto const heads = history.heads();
        all_.push_back({said, history.size(), fleet_root, heads_.size(), heads.size()});
        heads_.insert(heads_.end(), heads.begin(), heads.end());
    }

    std::size_t size() const noexcept { return all_.size(); }
    void clear() noexcept {
        all_.clear();
        heads_.clear();
    }

    /// Where the first stands that is not what its header says; size() when all are.
    std::size_t first_bad() const {
        auto const roots = history_roots();
        std::size_t i = 0;
        while (i != size() && all_[i].said == committed(all_[i].history_size, roots[i], all_[i].fleet_root)) ++i;
        return i;
    }

private:
    struct claim {
        header::commitments_type said;
        std::uint64_t history_size;
        digest fleet_root;
        std::size_t begin, heads;  // in heads_
    };

    /// As tree_head::root, a step of all at a time: what was hashed so far is hashed with the head before it.
    std::vector<digest> history_roots() const {
        std::vector<digest> roots(size());
        for (std::size_t i = 0; i != size(); ++i)
            roots[i] = all_[i].heads == 0 ? root_over<H>({}) : heads_[all_[i].begin + all_[i].heads - 1];
        std::vector<digest> pairs, hashed;
        pairs.reserve(2 * size());
        std::vector<std::size_t> of;
        for (std::size_t step = 2;; ++step) {
            of.clear(), pairs.clear();
            for (std::size_t i = 0; i != size(); ++i) {
                if (all_[i].heads < step) continue;
                of.push_back(i);
                pairs.push_back(heads_[all_[i].begin + all_[i].heads - step]);
                pairs.push_back(roots[i]);
            }
            if (of.empty()) return roots;
            hashed.resize(of.size());
            many_.hash(node_prefix, {pairs.front().data(), pairs.size() * sizeof(digest)}, 2 * sizeof(digest), hashed);
            for (std::size_t k = 0; k != of.size(); ++k) roots[of[k]] = hashed[k];
        }
    }

    many_of<H> many_{};
    std::vector<claim> all_;
    std::vector<digest> heads_;
};

} // namespace daicho::ledger
