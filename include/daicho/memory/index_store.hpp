#pragma once

#include <daicho/concept/index_store.hpp>
#include <daicho/ledger/index_list.hpp>

#include <utility>

namespace daicho::memory {

/// An index_store that lives as long as the object. It can be told to fail, and an altered disk can be played with it.
class index_store : public ledger::index_list {
public:
    /// The next batch is refused with `code`, and nothing of it is kept.
    void fail_next(errc code) noexcept { next_ = code; }
    /// Every scan, and every look for a name, ends with `code` until ok is said again.
    void fail_scans(errc code) noexcept { scans_ = code; }

    fault append(index_batch const& batch) {
        if (auto const code = std::exchange(next_, errc::ok); code != errc::ok) return {code, "memory::index_store"};
        return index_list::append(batch);
    }
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        if (scans_ != errc::ok) return {scans_, "memory::index_store"};
        return index_list::scan(from, visit);
    }
    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const {
        if (scans_ != errc::ok) return {scans_, "memory::index_store"};
        return index_list::find(name, visit);
    }
    fault clear() {
        scans_ = errc::ok;
        return index_list::clear();
    }

private:
    errc next_ = errc::ok, scans_ = errc::ok;
};

static_assert(daicho::index_store<index_store>);

} // namespace daicho::memory
