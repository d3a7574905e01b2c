#pragma once

#include <daicho/concept/state_store.hpp>
#include <daicho/file/crc32c.hpp>
#include <daicho/file/lock.hpp>

#include <algorithm>

namespace daicho::file {

/// A state_store in one small file, replaced as a whole by each save.
/// File: "daichost", version, length; the bytes; checksum of everything.
template <class System = posix>
class basic_state_store {
public:
    static constexpr std::size_t capacity = 256 * 1024;  // what a witness remembers is the largest

    /// The file appears with the first save; its directory must exist.
    /// Errors: busy (somebody else has it open), store_corrupt, store_too_new, and the operating system's.
    static result<basic_state_store> open(std::filesystem::path const& path) {
        auto lock_path = path;
        auto held = lock::take(lock_path += ".lock");
        if (!held) return held.error();
        basic_state_store s(std::move(*held), path);
        if (auto const b = s.read(); !b) return b.error();
        return s;
    }

    result<byte_view> load(byte_span out) const {
        auto const b = read();
        if (!b) return b.error();
        if (b->size() > out.size()) return fault{errc::oversized, "state", b->size()};
        std::copy(b->begin(), b->end(), out.begin());
        return byte_view(out.first(b->size()));
    }

    fault save(byte_view b) {
        if (b.size() > capacity) return {errc::store_full, "state", b.size()};
        bytes file(head_size + b.size() + 4);
        std::copy(magic.begin(), magic.end(), file.begin());
        store_be32(&file[8], version);
        store_be32(&file[12], std::uint32_t(b.size()));
        std::copy(b.begin(), b.end(), file.begin() + head_size);
        store_be32(&file[file.size() - 4], crc32c(byte_view(file).first(file.size() - 4)));
        return replace_file<System>(path_, file);
    }

private:
    static constexpr std::string_view magic = "daichost";
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t head_size = 16;

    basic_state_store(lock held, std::filesystem::path path) : lock_(std::move(held)), path_(std::move(path)) {}

    result<bytes> read() const {
        auto file = read_file(path_, head_size + capacity + 4);
        if (file.error() == errc::not_found) return bytes{};
        if (file.error() == errc::oversized) return fault{errc::store_corrupt, "state"};
        if (!file) return file.error();
        byte_view const b = *file;
        if (b.size() < head_size + 4 || !equal(b.first(8), as_bytes(magic)) ||
            load_be32(&b[b.size() - 4]) != crc32c(b.first(b.size() - 4)))
            return fault{errc::store_corrupt, "state"};
        if (auto const v = load_be32(&b[8]); v > version) return fault{errc::store_too_new, "state", v};
        if (load_be32(&b[12]) != b.size() - head_size - 4) return fault{errc::store_corrupt, "state"};
        return bytes(b.begin() + head_size, b.end() - 4);
    }

    lock lock_;
    std::filesystem::path path_;
};

using state_store = basic_state_store<>;
static_assert(daicho::state_store<state_store>);

} // namespace daicho::file
