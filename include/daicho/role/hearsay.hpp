#pragma once

#include <daicho/base/bytes.hpp>

#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

namespace daicho::role {

/// The transactions, and the evidence, that a node has heard of and holds durably, in that order: what it tells its peers, each from where it
/// left off. Those that are in a block by now are told as well: a peer on another branch must not hear a sender's second before
/// its first, or the first could never be sealed there.
class hearsay {
public:
    static constexpr std::size_t most = 1024;
    static constexpr char const transactions[] = "/transactions/new";

    /// `again`: although it was said before. `path`: where peers take it.
    void add(digest const& id, bytes canonical, bool again = false, char const* path = transactions) {
        auto& times = times_[id];
        if (times != 0 && !again) return;
        ++times;
        said_.push_back({++last_, id, std::move(canonical), path});
        if (said_.size() <= most) return;
        auto const oldest = times_.find(said_.front().id);
        if (--oldest->second == 0) times_.erase(oldest);
        said_.pop_front();
    }
    bool knows(digest const& id) const { return times_.count(id) != 0; }

    struct item {
        std::uint64_t number;
        digest id;
        bytes canonical;
        char const* path;
    };
    /// What was added first after that number, and what follows it for the same path: transactions several at a time, anything else
    /// alone. Valid until the next is added.
    std::vector<item const*> after(std::uint64_t number, std::size_t most_wanted) const {
        std::vector<item const*> out;
        if (said_.empty() || number >= last_) return out;
        auto const first = said_.front().number;
        for (auto i = number < first ? 0 : std::size_t(number + 1 - first); i != said_.size() && out.size() != most_wanted; ++i) {
            if (!out.empty() && !(said_[i].path == transactions && out.front()->path == transactions)) break;
            out.push_back(&said_[i]);
        }
        return out;
    }

private:
    std::deque<item> said_;
    std::unordered_map<digest, std::size_t, digest_hash> times_;  // that each is among them
    std::uint64_t last_ = 0;
};

} // namespace daicho::role
