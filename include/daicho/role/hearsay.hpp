#pragma once

#include <daicho/base/bytes.hpp>

#include <deque>
#include <optional>
#include <unordered_set>
#include <utility>

namespace daicho::role {

/// The transactions, and the evidence, that a node has heard of and holds durably, in that order: what it tells its peers, each from where it
/// left off. Those that are in a block by now are told as well: a peer on another branch must not hear a sender's second before
/// its first, or the first could never be sealed there.
class hearsay {
public:
    static constexpr std::size_t most = 1024;

    /// `again`: although it was said before. `path`: where peers take it.
    void add(digest const& id, bytes canonical, bool again = false, char const* path = "/transactions/new") {
        if (!ids_.insert(id).second && !again) return;
        said_.push_back({++last_, id, std::move(canonical), path});
        if (said_.size() <= most) return;
        auto const oldest = said_.front().id;
        said_.pop_front();
        for (auto& s : said_)
            if (s.id == oldest) return;
        ids_.erase(oldest);
    }

    struct item {
        std::uint64_t number;
        digest id;
        bytes canonical;
        char const* path;
    };
    /// The first that was added after that number.
    std::optional<item> after(std::uint64_t number) const {
        if (said_.empty() || number >= last_) return std::nullopt;
        auto const first = said_.front().number;
        return number < first ? said_.front() : said_[std::size_t(number + 1 - first)];
    }

private:
    std::deque<item> said_;
    std::unordered_set<digest, digest_hash> ids_;
    std::uint64_t last_ = 0;
};

} // namespace daicho::role
