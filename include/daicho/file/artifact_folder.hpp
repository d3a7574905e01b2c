#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/concept/artifact_store.hpp>
#include <daicho/file/lock.hpp>

#include <string_view>

namespace daicho::file {

/// An artifact_store in a folder: one file for each artifact, named by its digest in hexadecimal, so that any web server or a
/// USB stick can hand it out as it is. A file appears under its name only when it is whole and synced.
template <class System = posix>
class basic_artifact_folder {
public:
    /// Makes the folder, drops uploads that a power cut left unfinished, counts what is there.
    /// Errors: busy (somebody else has it open), and the operating system's.
    static result<basic_artifact_folder> open(std::filesystem::path const& folder, std::uint64_t capacity = ~std::uint64_t(0)) {
        if (auto f = make_directory(folder)) return f;
        auto held = lock::take(folder / "lock");
        if (!held) return held.error();
        basic_artifact_folder s(std::move(*held), folder, capacity);
        std::error_code code;
        for (std::filesystem::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
            auto const name = it->path().filename().string();
            if (name.starts_with(unfinished)) System::unlink(it->path().c_str());
            else if (digest_from_hex(name)) s.used_ += it->file_size(code);
        }
        if (code) return fault_of(code, "artifact folder");
        return s;
    }

    fault put(digest const& d, byte_view b) {
        std::filesystem::path const to = path(d);
        std::error_code code;
        if (std::filesystem::exists(to, code)) return {errc::duplicate, "artifact"};
        if (code) return fault_of(code, "artifact");
        if (used_ > capacity_ || b.size() > capacity_ - used_) return {errc::store_full, "artifact", used_};
        auto const from = folder_ / (std::string(unfinished) + to_hex(d));
        auto f = write(from, b);
        if (!f) f = rename_durably<System>(from, to);
        if (f) System::unlink(from.c_str());
        else used_ += b.size();
        return f;
    }

    result<std::uint64_t> size(digest const& d) const {
        auto const file = file::open(path(d), O_RDONLY);
        if (!file) return fault{file.error().code, "artifact"};
        return size_of(*file);
    }

    fault read(digest const& d, std::uint64_t offset, byte_span out) const {
        auto const file = file::open(path(d), O_RDONLY);
        if (!file) return {file.error().code, "artifact"};
        auto const f = read_all(*file, offset, out);
        return f == errc::truncated ? fault{errc::out_of_range, "artifact", offset} : f;
    }

    std::string path(digest const& d) const { return (folder_ / to_hex(d)).string(); }

private:
    static constexpr std::string_view unfinished = "upload.";

    basic_artifact_folder(lock held, std::filesystem::path folder, std::uint64_t capacity)
        : lock_(std::move(held)), folder_(std::move(folder)), capacity_(capacity) {}

    static fault write(std::filesystem::path const& path, byte_view b) {
        auto const file = file::open<System>(path, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file) return file.error();
        if (auto f = write_all<System>(*file, 0, b)) return f;
        return System::fdatasync(file->get()) == 0 ? fault{} : last_fault("fdatasync");
    }

    lock lock_;
    std::filesystem::path folder_;
    std::uint64_t capacity_, used_ = 0;
};

using artifact_folder = basic_artifact_folder<>;
static_assert(artifact_files<artifact_folder>);

} // namespace daicho::file
