#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/concept/artifact_cache.hpp>
#include <daicho/file/lock.hpp>

#include <algorithm>

namespace daicho::file {

/// An artifact_cache in a folder: a whole artifact is a file named by its digest, one that is still coming has `.part` after
/// the name and is gone on with where a cut transfer or a power cut ended.
template <class System = posix>
class basic_artifact_cache {
public:
    /// Makes the folder where there is none. Errors: busy (somebody else has it open), and the operating system's.
    static result<basic_artifact_cache> open(std::filesystem::path const& folder) {
        if (auto f = make_directory(folder)) return f;
        auto held = lock::take(folder / "lock");
        if (!held) return held.error();
        return basic_artifact_cache(std::move(*held), folder);
    }

    result<std::uint64_t> size(digest const& d) const {
        auto const file = file::open(path(d), O_RDONLY);
        if (!file) return fault{file.error().code, "artifact"};
        return size_of(*file);
    }
    fault read(digest const& d, std::uint64_t offset, byte_span out) const { return read_from(path(d), offset, out); }
    fault drop(digest const& d) {
        System::unlink(path(d).c_str());
        System::unlink(part(d).c_str());
        return sync_directory<System>(folder_);
    }

    /// Bytes of an artifact that have come so far.
    std::uint64_t begun(digest const& d) const {
        auto const file = file::open(part(d), O_RDONLY);
        auto const size = file ? size_of(*file) : result<std::uint64_t>(file.error());
        return size ? *size : 0;
    }
    fault append(digest const& d, std::uint64_t offset, byte_view b) {
        auto const file = file::open<System>(part(d), O_RDWR | O_CREAT);
        if (!file) return file.error();
        auto const size = size_of(*file);
        if (!size) return size.error();
        if (*size != offset) return {errc::out_of_range, "artifact part", offset};
        auto f = write_all<System>(*file, offset, b);
        if (f) (void)System::ftruncate(file->get(), off_t(offset));
        return f;
    }
    fault read_part(digest const& d, std::uint64_t offset, byte_span out) const { return read_from(part(d), offset, out); }
    /// All of it has come and was checked: now it can be seen. Durable when it says ok.
    fault finish(digest const& d) {
        auto const file = file::open<System>(part(d), O_RDWR);
        if (!file) return file.error();
        if (System::fdatasync(file->get()) != 0) return last_fault("fdatasync");
        return rename_durably<System>(part(d), path(d));
    }

private:
    basic_artifact_cache(lock held, std::filesystem::path folder) : lock_(std::move(held)), folder_(std::move(folder)) {}

    std::filesystem::path path(digest const& d) const { return folder_ / to_hex(d); }
    std::filesystem::path part(digest const& d) const { return folder_ / (to_hex(d) + ".part"); }

    static fault read_from(std::filesystem::path const& from, std::uint64_t offset, byte_span out) {
        auto const file = file::open(from, O_RDONLY);
        if (!file) return {file.error().code, "artifact"};
        auto const f = read_all(*file, offset, out);
        return f == errc::truncated ? fault{errc::out_of_range, "artifact", offset} : f;
    }

    lock lock_;
    std::filesystem::path folder_;
};

using artifact_cache = basic_artifact_cache<>;
static_assert(fillable_cache<artifact_cache>);

} // namespace daicho::file
