#pragma once

#include <daicho/concept/block_store.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

/// An outsider's block store: all of it in one file, written anew beside the old one and renamed over it at each commit. Slow
/// when it grows, but half a commit is never seen.
namespace outsider {

class snapshot_store {
    using pending_list = std::vector<std::pair<daicho::digest, daicho::bytes>>;

public:
    static daicho::result<snapshot_store> open(std::filesystem::path const& folder) {
        snapshot_store s(folder);
        if (auto f = s.load()) return f;
        return s;
    }

    daicho::fault commit(daicho::store_batch const& batch) {
        if (batch.empty()) return {};
        for (auto const& [name, value] : batch.cells)
            if (auto f = daicho::check_cell_name(name)) return f;
        if (batch.keep < now_.pruned) return {daicho::errc::pruned, "batch.keep", now_.pruned};
        contents next = now_;
        if (batch.keep < next.blocks.size()) next.blocks.resize(std::size_t(batch.keep));
        next.blocks.insert(next.blocks.end(), batch.blocks.begin(), batch.blocks.end());
        for (auto const& [id, raw] : batch.add_pending) {
            auto const at = next.find(id);
            if (at == next.pending.end()) next.pending.emplace_back(id, raw);
            else at->second = raw;
        }
        for (auto const& id : batch.drop_pending)
            if (auto const at = next.find(id); at != next.pending.end()) next.pending.erase(at);
        for (auto const& [name, value] : batch.cells) next.cells[name] = value;
        for (auto const last = std::min<std::uint64_t>(batch.prune, next.blocks.size()); next.pruned < last; ++next.pruned) next.blocks[std::size_t(next.pruned)].clear();
        if (auto f = save(next)) return f;
        now_ = std::move(next);
        return {};
    }
    std::uint64_t height() const noexcept { return now_.blocks.size(); }
    daicho::result<daicho::bytes> read(std::uint64_t h) const {
        if (h == 0 || h > now_.blocks.size()) return daicho::fault{daicho::errc::not_found, "block", h};
        if (h <= now_.pruned) return daicho::fault{daicho::errc::pruned, "block", h};
        return now_.blocks[std::size_t(h - 1)];
    }
    daicho::fault pending(std::function<void(daicho::digest const&, daicho::byte_view)> const& visit) const {
        for (auto const& [id, raw] : now_.pending) visit(id, raw);
        return {};
    }
    daicho::result<daicho::bytes> cell(std::string_view name) const {
        auto const found = now_.cells.find(name);
        return found == now_.cells.end() ? daicho::bytes{} : found->second;
    }

private:
    struct contents {
        std::vector<daicho::bytes> blocks;
        std::uint64_t pruned = 0;
        pending_list pending;
        std::map<std::string, daicho::bytes, std::less<>> cells;
        pending_list::iterator find(daicho::digest const& id) {
            return std::find_if(pending.begin(), pending.end(), [&](auto const& p) { return p.first == id; });
        }
    };

    explicit snapshot_store(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::filesystem::path path() const { return folder_ / "snapshot"; }

    static void put(daicho::bytes& out, daicho::byte_view b) {
        daicho::byte length[8];
        daicho::store_be64(length, b.size());
        out.insert(out.end(), length, length + 8);
        out.insert(out.end(), b.begin(), b.end());
    }
    /// The next piece; false when the file ends within it.
    static bool take(daicho::byte_view& in, daicho::bytes& out) {
        if (in.size() < 8) return false;
        auto const n = daicho::load_be64(in.data());
        if (n > in.size() - 8) return false;
        out.assign(in.begin() + 8, in.begin() + 8 + std::ptrdiff_t(n));
        in = in.subspan(8 + std::size_t(n));
        return true;
    }

    daicho::fault save(contents const& c) const {
        daicho::bytes out(24);
        daicho::store_be64(out.data(), c.blocks.size());
        daicho::store_be64(out.data() + 8, c.pending.size());
        daicho::store_be64(out.data() + 16, c.pruned);
        for (auto const& b : c.blocks) put(out, b);
        for (auto const& [id, raw] : c.pending) put(out, id), put(out, raw);
        for (auto const& [name, value] : c.cells) put(out, daicho::as_bytes(name)), put(out, value);
        auto const fresh = folder_ / "snapshot.fresh";
        int const fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        bool ok = fd >= 0;
        for (std::size_t at = 0; ok && at != out.size();) {
            auto const n = ::write(fd, out.data() + at, out.size() - at);
            ok = n > 0;
            if (ok) at += std::size_t(n);
        }
        ok = ok && ::fsync(fd) == 0;
        if (fd >= 0) ok = ::close(fd) == 0 && ok;
        ok = ok && ::rename(fresh.c_str(), path().c_str()) == 0;
        int const dir = ok ? ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        ok = dir >= 0 && ::fsync(dir) == 0;
        if (dir >= 0) ::close(dir);
        return ok ? daicho::fault{} : daicho::fault{daicho::errc::io_failed, "snapshot"};
    }

    daicho::fault load() {
        daicho::bytes raw;
        if (int const fd = ::open(path().c_str(), O_RDONLY | O_CLOEXEC); fd >= 0) {
            daicho::byte part[65536];
            ssize_t n = 0;
            while ((n = ::read(fd, part, sizeof part)) > 0) raw.insert(raw.end(), part, part + n);
            ::close(fd);
            if (n < 0) return {daicho::errc::io_failed, "snapshot"};
        } else {
            return std::filesystem::is_directory(folder_) ? daicho::fault{} : daicho::fault{daicho::errc::not_found, "folder"};
        }
        daicho::fault const corrupt{daicho::errc::store_corrupt, "snapshot"};
        daicho::byte_view in = raw;
        if (in.size() < 24) return corrupt;
        auto const blocks = daicho::load_be64(in.data()), pending = daicho::load_be64(in.data() + 8);
        now_.pruned = daicho::load_be64(in.data() + 16);
        if (now_.pruned > blocks) return corrupt;
        in = in.subspan(24);
        daicho::bytes first, second;
        for (std::uint64_t i = 0; i != blocks; ++i) {
            if (!take(in, first)) return corrupt;
            now_.blocks.push_back(first);
        }
        for (std::uint64_t i = 0; i != pending; ++i) {
            daicho::digest id;
            if (!take(in, first) || !take(in, second) || first.size() != id.size()) return corrupt;
            std::copy(first.begin(), first.end(), id.begin());
            now_.pending.emplace_back(id, second);
        }
        while (!in.empty()) {
            if (!take(in, first) || !take(in, second)) return corrupt;
            now_.cells[std::string(daicho::as_text(first))] = second;
        }
        return {};
    }

    std::filesystem::path folder_;
    contents now_;
};

} // namespace outsider
