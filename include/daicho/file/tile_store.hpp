#pragma once

#include <daicho/concept/tile_store.hpp>
#include <daicho/file/crc32c.hpp>
#include <daicho/file/lock.hpp>
#include <daicho/file/mapping.hpp>
#include <daicho/file/posix.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace daicho::file {

/// Tiles in one file that only grows: 16 KiB each, with its place and a checksum (docs/concepts/tile_store.md).
///
/// It is synced every `unsynced` tiles: so many a power cut may take, from the end. Opening looks at those alone and cuts off where the
/// first is not whole, so it reads the same mebibyte however long the file is. What is asked for is read from the file's pages in memory,
/// where they can be mapped: a proof takes sixteen digests from as many places.
template <class System = posix>
class basic_tile_store {
public:
    static constexpr std::size_t slot = 16 * 1024;
    static constexpr std::uint64_t unsynced = 64;
    static constexpr std::string_view label = "daicho tiles 1\n";

    /// Makes the file when it is missing. Errors: store_corrupt (another file lies there; it is left alone), busy (another opened it),
    /// not_found (the directory), store_full, not_permitted, io_failed.
    static result<basic_tile_store> open(std::filesystem::path const& path) {
        auto lock_path = path;
        auto held = lock::take(lock_path += ".lock");
        if (!held) return held.error();
        basic_tile_store s(std::move(*held));
        if (!std::filesystem::exists(path))
            if (auto f = replace_file<System>(path, as_bytes(label))) return f;
        auto file = file::open<System>(path, O_RDWR);
        if (!file) return file.error();
        s.file_ = std::move(*file);
        auto const size = size_of(s.file_);
        if (!size) return size.error();
        std::array<byte, label.size()> found{};
        if (auto f = read_all(s.file_, 0, found); f && f != errc::truncated) return f;
        if (!equal(found, as_bytes(label))) return fault{errc::store_corrupt, "tiles"};
        std::uint64_t const whole = *size < slot ? 0 : (*size - slot) / slot;
        s.count_ = whole - std::min(whole, unsynced);
        while (s.count_ != whole && s.sound(s.count_)) ++s.count_;
        if (s.count_ != whole || (*size != label.size() && *size != place_of(whole)))
            if (auto f = s.cut(s.count_)) return f;
        s.map();
        return s;
    }

    std::uint64_t count() const noexcept { return count_; }

    fault append(std::span<digest const, tile_nodes> nodes) {
        if (broken_) return broken_;
        std::array<byte, slot> image{};
        std::memcpy(image.data(), nodes.data(), nodes.size_bytes());
        store_be64(&image[slot - 16], count_);
        store_be32(&image[slot - 4], crc32c(byte_view(image).first(slot - 4)));
        if ((broken_ = write_all<System>(file_, place_of(count_), image))) return broken_;
        ++count_;
        if (count_ % unsynced == 0 && System::fdatasync(file_.get()) != 0) broken_ = last_fault("fdatasync");
        map();
        return broken_;
    }

    fault read(std::uint64_t t, std::size_t first, std::span<digest> out) const {
        if (t >= count_ || first > tile_nodes || out.size() > tile_nodes - first) return {errc::out_of_range, "tile", t};
        std::uint64_t const at = place_of(t) + first * sizeof(digest);
        byte_span const to{reinterpret_cast<byte*>(out.data()), out.size_bytes()};
        if (at + to.size() > map_.view().size()) return read_all(file_, at, to);
        auto const nodes = map_.view().subspan(std::size_t(at), to.size());
        std::copy(nodes.begin(), nodes.end(), to.begin());
        return {};
    }

    fault cut(std::uint64_t n) {
        if (n > count_) return {};
        count_ = n;
        if (System::ftruncate(file_.get(), off_t(place_of(n))) != 0) return broken_ = last_fault("ftruncate");
        return broken_ = System::fdatasync(file_.get()) == 0 ? fault{} : last_fault("fdatasync");
    }

private:
    explicit basic_tile_store(lock held) noexcept : lock_(std::move(held)) {}

    static constexpr std::uint64_t place_of(std::uint64_t t) noexcept { return slot + t * slot; }

    /// Maps more than there is, so that a file which grows is seldom mapped again; only tiles that are there are looked at.
    void map() {
        if (place_of(count_) <= map_.view().size()) return;
        if (auto more = mapping::of(file_, std::size_t(2 * place_of(count_)))) map_ = std::move(*more);
    }

    bool sound(std::uint64_t t) const {
        std::array<byte, slot> image;
        return !read_all(file_, place_of(t), image) && load_be64(&image[slot - 16]) == t &&
               load_be32(&image[slot - 4]) == crc32c(byte_view(image).first(slot - 4));
    }

    lock lock_;
    descriptor file_;
    mapping map_;
    std::uint64_t count_ = 0;
    fault broken_{};
};

using tile_store = basic_tile_store<>;
static_assert(daicho::tile_store<tile_store>);

} // namespace daicho::file
