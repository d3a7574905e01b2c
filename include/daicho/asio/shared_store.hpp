#pragma once

#include <daicho/concept/block_store.hpp>

#include <mutex>
#include <utility>

namespace daicho::asio {

/// Any block_store, for two threads: one commits while the role's own thread reads. A reader waits for the commit at most.
template <class Store>
class shared_store {
    static_assert(block_store<Store>, "Store must be a block_store: docs/concepts/block_store.md");

public:
    explicit shared_store(Store store) : store_(std::move(store)) {}

    fault commit(store_batch const& batch) {
        std::lock_guard const held(mutex_);
        return store_.commit(batch);
    }
    std::uint64_t height() const {
        std::lock_guard const held(mutex_);
        return store_.height();
    }
    result<bytes> read(std::uint64_t h) const {
        std::lock_guard const held(mutex_);
        return store_.read(h);
    }
    fault pending(std::function<void(digest const&, byte_view)> const& visit) const {
        std::lock_guard const held(mutex_);
        return store_.pending(visit);
    }
    result<bytes> cell(std::string_view name) const {
        std::lock_guard const held(mutex_);
        return store_.cell(name);
    }

private:
    mutable Store store_;
    mutable std::mutex mutex_;
};

} // namespace daicho::asio
