#pragma once

#include <daicho/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace daicho::curve25519 {

/// Keeps a Table for each key that is met again, within a bound; the key that was not met for longest makes room. A key gets its
/// table at the second meeting, so that keys which come once cost nothing but a line in a small register.
template <class Table>
class table_cache {
    struct slot {
        digest key{};
        std::unique_ptr<Table> table;
        std::uint64_t used = 0;  ///< 0: stands for no key
        std::uint32_t next = 0;  ///< in the same bucket
    };

    /// The register remembers about as many keys as have room for a table: of more that come by turns, each table would be gone before
    /// its key comes again. Parts of the last keys that share a place, the newest first. With one alone, two keys that come by turns
    /// would never have a table; and where a part is another key's too, a table is made one meeting early.
    using met_here = std::array<std::uint64_t, 4>;

public:
    /// What one table takes, with all that is kept beside it.
    static constexpr std::size_t bytes_per_table = sizeof(Table) + sizeof(slot) + 2 * sizeof(std::uint32_t);
    static constexpr std::size_t bytes_of_register = 16'384;  ///< at most

    /// Below the room for the register and one table it keeps nothing. Tables are allocated as they are needed.
    explicit table_cache(std::size_t bytes) {
        std::size_t const room = bytes < bytes_of_register ? 0 : (bytes - bytes_of_register) / bytes_per_table;
        capacity_ = std::min<std::size_t>(room, none);
        if (capacity_ == 0) return;
        slots_.reserve(capacity_);
        std::size_t buckets = 1;
        while (buckets < capacity_) buckets *= 2;
        first_.assign(buckets, none);
        met_.resize(std::clamp<std::size_t>(std::bit_ceil(capacity_) / met_here{}.size(), 1, bytes_of_register / sizeof(met_here)));
    }

    std::size_t capacity() const noexcept { return capacity_; }
    std::size_t size() const noexcept { return slots_.size(); }

    /// What find() gave since the last turn stays until the next one.
    void next_turn() noexcept { turn_began_ = now_; }

    /// The key's table, or none: when it is met for the first time, when fill(table) says that it has none, when all the room
    /// belongs to keys of this turn, or when there is no memory.
    template <class Fill>
    Table const* find(digest const& key, Fill&& fill) noexcept {
        if (capacity_ == 0) return nullptr;
        auto& bucket = bucket_of(key);
        for (std::uint32_t i = bucket; i != none; i = slots_[i].next)
            if (slots_[i].key == key) return use(slots_[i]);

        if (!met_before(key)) return nullptr;
        slot* const s = room_for_one();
        if (s == nullptr || !fill(*s->table)) return nullptr;
        s->key = key;
        s->next = std::exchange(bucket, std::uint32_t(s - slots_.data()));
        return use(*s);
    }

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t& bucket_of(digest const& key) noexcept { return first_[digest_hash{}(key) & (first_.size() - 1)]; }

    /// Whether a key was met lately; now it was.
    bool met_before(digest const& key) noexcept {
        auto& here = met_[digest_hash{}(key) % met_.size()];
        auto const name = load_be64(key.data() + sizeof(std::uint64_t));
        bool const known = std::find(here.begin(), here.end(), name) != here.end();
        if (!known) std::shift_right(here.begin(), here.end(), 1), here.front() = name;
        return known;
    }

    Table const* use(slot& s) noexcept {
        s.used = ++now_;
        return s.table.get();
    }

    /// A slot that stands for no key.
    slot* room_for_one() noexcept {
        auto const oldest = std::min_element(slots_.begin(), slots_.end(), [](slot const& a, slot const& b) { return a.used < b.used; });
        if (oldest != slots_.end() && oldest->used == 0) return &*oldest;
        if (slots_.size() != capacity_) {
            std::unique_ptr<Table> table(new (std::nothrow) Table);
            if (table == nullptr) return nullptr;
            return &slots_.emplace_back(slot{.table = std::move(table)});  // reserved: cannot throw
        }
        if (oldest->used > turn_began_) return nullptr;
        std::uint32_t* link = &bucket_of(oldest->key);
        while (&slots_[*link] != &*oldest) link = &slots_[*link].next;
        *link = oldest->next;
        oldest->used = 0;
        return &*oldest;
    }

    std::size_t capacity_ = 0;
    std::vector<slot> slots_;
    std::vector<std::uint32_t> first_;  ///< of each bucket
    std::vector<met_here> met_;         ///< keys met lately, each in the place that its hash gives it
    std::uint64_t now_ = 0, turn_began_ = 0;
};

} // namespace daicho::curve25519
