#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/file/batch_record.hpp>
#include <daicho/file/block_index.hpp>
#include <daicho/file/lock.hpp>
#include <daicho/file/log.hpp>

namespace daicho::file {

struct block_store_options {
    std::uint64_t compact_above = 16u << 20;  ///< bytes of garbage below which the file is never rewritten
    log_options log = {};
};

/// A block_store in one plain file, for machines without LMDB: `blocks.log`, a log of batches. A commit is one write and one
/// fdatasync. Memory holds an index of 16 bytes a block, never the blocks; opening reads the file once.
/// The file is rewritten without its garbage when that outweighs what is still needed.
template <class System = posix>
class basic_block_store {
public:
    /// Makes the directory and an empty store where there is none.
    /// Errors: busy (somebody else has it open), store_corrupt, store_too_new, and the operating system's.
    static result<basic_block_store> open(std::filesystem::path const& directory, block_store_options o = {}) {
        if (auto f = make_directory(directory)) return f;
        auto held = lock::take(directory / "lock");
        if (!held) return held.error();
        auto const path = directory / "blocks.log";
        std::error_code ignored;
        std::filesystem::remove(fresh(path), ignored);
        if (std::error_code code; !std::filesystem::exists(path, code)) {
            if (code) return fault_of(code, "blocks.log");
            if (auto f = log<System>::create(path)) return f;
        }
        block_index index;
        auto l = log<System>::open(path, o.log, replay_into(index));
        if (!l) return l.error();
        return basic_block_store(std::move(*held), path, o, std::move(*l), std::move(index));
    }

    fault commit(store_batch const& batch) {
        if (batch.empty()) return {};
        for (auto& [name, b] : batch.cells)
            if (name.size() > store_batch::max_cell_name) return {errc::oversized, "cell name", name.size()};
        if (auto const n = encoded_size(batch); n > options_.log.max_record) return {errc::oversized, "batch", n};
        auto const payload = encode_batch(batch);
        auto const offset = log_.append(payload);
        if (!offset) return offset.error();
        if (auto f = replay_batch(payload, index_.at(*offset, payload))) return f;
        if (garbage() > std::max(options_.compact_above, index_.live() + retry_above_)) compact_or_wait();
        return {};
    }

    std::uint64_t height() const noexcept { return index_.blocks.size(); }

    result<bytes> read(std::uint64_t h) const {
        if (h == 0 || h > index_.blocks.size()) return fault{errc::not_found, "block", h};
        return bytes_at(index_.blocks[h - 1]);
    }

    fault pending(std::function<void(digest const&, byte_view)> const& visit) const {
        for (auto& [order, item] : index_.pending) {
            auto const b = bytes_at(item.second);
            if (!b) return b.error();
            visit(item.first, *b);
        }
        return {};
    }

    result<bytes> cell(std::string_view name) const {
        auto const found = index_.cells.find(name);
        return found == index_.cells.end() ? bytes{} : bytes_at(found->second);
    }

    /// Rewrites the file without its garbage. commit() does it by itself.
    fault compact() {
        auto const next = fresh(path_);
        if (auto f = log<System>::create(next)) return f;
        auto copy = log<System>::open(next, options_.log, [](std::uint64_t, byte_view) { return fault{}; });
        if (!copy) return copy.error();
        block_index index;
        if (auto f = copy_to(*copy, index)) return f;
        if (auto f = copy->sync()) return f;
        if (System::rename(next.c_str(), path_.c_str()) != 0) return last_fault("rename");
        log_ = std::move(*copy);
        index_ = std::move(index);
        auto const f = sync_directory<System>(path_.parent_path());
        if (f) log_.close();
        return f;
    }

    /// Bytes in the file that are no longer needed.
    std::uint64_t garbage() const noexcept { return log_.size() - std::min(log_.size(), index_.live()); }

private:
    basic_block_store(lock held, std::filesystem::path path, block_store_options o, log<System> l, block_index index)
        : lock_(std::move(held)), path_(std::move(path)), options_(o), log_(std::move(l)), index_(std::move(index)) {}

    static std::filesystem::path fresh(std::filesystem::path path) { return path += ".fresh"; }

    static auto replay_into(block_index& index) {
        return [&](std::uint64_t offset, byte_view payload) { return replay_batch(payload, index.at(offset, payload)); };
    }

    result<bytes> bytes_at(place p) const {
        bytes out(p.size);
        if (auto f = log_.read(p.offset, out)) return f;
        if (crc32c(out) != p.sum) return fault{errc::store_corrupt, "log", p.offset};
        return out;
    }

    /// What is still needed, in batches of about a mebibyte.
    fault copy_to(log<System>& to, block_index& index) const {
        store_batch batch;
        std::uint64_t gathered = 0;
        auto const flush = [&]() -> fault {
            auto const payload = encode_batch(std::exchange(batch, {}));
            gathered = 0;
            auto const offset = to.append(payload, false);
            return offset ? replay_batch(payload, index.at(*offset, payload)) : offset.error();
        };
        auto const gather = [&](place p, auto&& into) -> fault {
            auto b = bytes_at(p);
            if (!b) return b.error();
            gathered += b->size() + 64;
            into(std::move(*b));
            return gathered < (1u << 20) ? fault{} : flush();
        };
        for (auto const p : index_.blocks)
            if (auto f = gather(p, [&](bytes b) { batch.blocks.push_back(std::move(b)); })) return f;
        for (auto& [order, item] : index_.pending)
            if (auto f = gather(item.second, [&](bytes b) { batch.add_pending.emplace_back(item.first, std::move(b)); })) return f;
        for (auto& [name, p] : index_.cells)
            if (auto f = gather(p, [&](bytes b) { batch.cells.emplace_back(name, std::move(b)); })) return f;
        return batch.empty() ? fault{} : flush();
    }

    /// The batch is safe already, so a compaction that fails is no fault of the commit: it is tried again later.
    void compact_or_wait() {
        if (compact()) {
            retry_above_ += std::max(options_.compact_above, index_.live());
            System::unlink(fresh(path_).c_str());
        } else {
            retry_above_ = 0;
        }
    }

    lock lock_;
    std::filesystem::path path_;
    block_store_options options_;
    log<System> log_;
    block_index index_;
    std::uint64_t retry_above_ = 0;
};

using block_store = basic_block_store<>;
static_assert(daicho::block_store<block_store>);

} // namespace daicho::file
