#pragma once

#include <daicho/file/segment_file.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

namespace daicho::file {

/// Which segments a folder holds, by names and heads, and which of them count. Nothing is removed but what was not finished.
struct segment_folder {
    std::vector<segment_head> settled;    ///< in order; each begins where the one before it ends
    std::vector<std::uint32_t> logs;      ///< those that follow
    std::vector<std::uint32_t> replaced;  ///< settled ones that were joined with a later one
    std::vector<std::uint32_t> copied;    ///< logs that were settled by a copy
    std::vector<std::uint32_t> remains;   ///< settled ones before a gap: of what was pruned, as the logs have to say
    std::uint32_t missing = 0;            ///< the first number of that gap, or 0

    bool empty() const noexcept { return settled.empty() && logs.empty(); }
    static std::uint32_t first_of(segment_head const& head) noexcept { return head.first == 0 ? head.number : head.first; }

    /// Errors: store_corrupt (another layout, a head that does not add up, a segment that is gone), store_too_new, and the operating system's.
    template <class System>
    static result<segment_folder> read(std::filesystem::path const& directory) {
        result<segment_folder> out{segment_folder()};
        std::map<std::uint32_t, segment_head> heads;
        if (auto f = list<System>(directory, heads, out->logs)) return f;
        if (auto f = out->put_in_order(std::move(heads))) return f;
        return out;
    }

private:
    template <class System>
    static fault list(std::filesystem::path const& directory, std::map<std::uint32_t, segment_head>& heads, std::vector<std::uint32_t>& logs) {
        std::error_code code;
        for (auto& entry : std::filesystem::directory_iterator(directory, code)) {
            auto const name = entry.path().filename().string();
            if (name == "blocks.log") return {errc::store_corrupt, "blocks.log, a layout of before segments,"};
            if (segment_number(name, ".log.new") || segment_number(name, ".blocks.new")) System::unlink(entry.path().c_str());
            if (auto const n = segment_number(name, ".log")) logs.push_back(n);
            if (auto const n = segment_number(name, ".blocks")) {
                auto const head = head_of<System>(entry.path(), n);
                if (!head) return head.error();
                heads.emplace(n, *head);
            }
        }
        std::sort(logs.begin(), logs.end());
        return fault_of(code, "directory");
    }
    template <class System>
    static result<segment_head> head_of(std::filesystem::path const& path, std::uint32_t number) {
        auto const file = daicho::file::open<System>(path, O_RDONLY);
        if (!file) return file.error();
        std::array<byte, segment_head::size> b{};
        if (auto f = read_all(*file, 0, b)) return f.code == errc::truncated ? segment_corrupt(number) : f;
        return segment_head::of(b, number);
    }

    fault put_in_order(std::map<std::uint32_t, segment_head> heads) {
        auto floor = std::numeric_limits<std::uint32_t>::max();
        for (auto at = heads.rbegin(); at != heads.rend(); ++at) {
            if (at->first >= floor) {
                replaced.push_back(at->first);
                continue;
            }
            floor = first_of(at->second);
            settled.push_back(at->second);
        }
        std::reverse(settled.begin(), settled.end());
        std::uint32_t expected = 1;
        for (std::size_t i = 0; i != settled.size(); expected = settled[i++].number + 1) {
            if (first_of(settled[i]) == expected) continue;
            if (missing == 0) missing = expected;
            for (std::size_t k = 0; k != i; ++k) remains.push_back(settled[k].number);
            settled.erase(settled.begin(), settled.begin() + std::ptrdiff_t(i));
            i = 0;
        }
        auto const follow = std::lower_bound(logs.begin(), logs.end(), expected);
        copied.assign(logs.begin(), follow);
        logs.erase(logs.begin(), follow);
        for (auto n : logs)
            if (n != expected++) return segment_corrupt(expected - 1);
        return logs.empty() && !settled.empty() ? segment_corrupt(expected) : fault{};
    }
};

} // namespace daicho::file
