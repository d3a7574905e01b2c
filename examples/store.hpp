#pragma once

#include <daicho/asio/shared_store.hpp>
#include <daicho/file/block_store.hpp>
#include <daicho/lmdb/block_store.hpp>
#include <daicho/memory/block_store.hpp>

#include <string>
#include <variant>

/// A block store that the command line chooses.
class chosen_store {
public:
    /// For a log line.
    static std::string described(std::string const& kind) { return kind == "lmdb" ? "LMDB" : kind == "file" ? "plain files" : kind; }

    /// `rebuild_index`: what a store can make again from its blocks, it does.
    static daicho::result<chosen_store> open(std::string const& kind, std::filesystem::path const& directory, bool rebuild_index = false) {
        if (kind == "memory") return chosen_store(daicho::memory::block_store());
        if (kind == "file") {
            daicho::file::block_store::options o;
            o.rebuild_index = rebuild_index;
            return made(daicho::file::block_store::open(directory, o));
        }
        return made(daicho::lmdb::block_store::open(directory));
    }

    daicho::fault commit(daicho::store_batch const& b) { return std::visit([&](auto& s) { return s.commit(b); }, store_); }
    std::uint64_t height() const { return std::visit([](auto& s) -> std::uint64_t { return s.height(); }, store_); }
    daicho::result<daicho::bytes> read(std::uint64_t h) const { return std::visit([&](auto& s) { return s.read(h); }, store_); }
    daicho::result<daicho::bytes> cell(std::string_view name) const { return std::visit([&](auto& s) { return s.cell(name); }, store_); }
    daicho::fault pending(std::function<void(daicho::digest const&, daicho::byte_view)> const& visit) const {
        return std::visit([&](auto& s) { return s.pending(visit); }, store_);
    }
    /// What the store itself can check beyond what reading it does.
    daicho::fault check() const {
        return std::visit([](auto& s) -> daicho::fault {
            if constexpr (requires { s.check(); }) return s.check();
            else return {};
        }, store_);
    }

private:
    using any = std::variant<daicho::lmdb::block_store, daicho::file::block_store, daicho::memory::block_store>;
    explicit chosen_store(any s) : store_(std::move(s)) {}
    template <class Store>
    static daicho::result<chosen_store> made(daicho::result<Store> s) {
        if (!s) return s.error();
        return chosen_store(std::move(*s));
    }
    any store_;
};
