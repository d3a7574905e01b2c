#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/base/result.hpp>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace daicho::file {

/// The calls that change what is on disk. Stores take them as a policy, so that a test can make any one of them fail
/// or be the last thing a process does.
struct posix {
    static int open(char const* path, int flags, mode_t mode) noexcept { return ::open(path, flags | O_CLOEXEC, mode); }
    static ssize_t pwrite(int fd, void const* from, std::size_t n, off_t at) noexcept { return ::pwrite(fd, from, n, at); }
    static int ftruncate(int fd, off_t size) noexcept { return ::ftruncate(fd, size); }
    /// Sets disk space aside without changing the file's size.
    static int allocate(int fd, off_t size) noexcept {
#ifdef FALLOC_FL_KEEP_SIZE
        return ::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, size);
#else
        return (void)fd, (void)size, 0;
#endif
    }
    static int fdatasync(int fd) noexcept { return ::fdatasync(fd); }
    static int fsync(int fd) noexcept { return ::fsync(fd); }
    static int rename(char const* from, char const* to) noexcept { return ::rename(from, to); }
    static int unlink(char const* path) noexcept { return ::unlink(path); }
};

/// The one place where errno becomes an errc.
inline errc errc_of(int number) noexcept {
    switch (number) {
    case 0: return errc::ok;
    case ENOENT: case ENOTDIR: return errc::not_found;
    case ENOSPC: case EDQUOT: case EFBIG: return errc::store_full;
    case EACCES: case EPERM: case EROFS: return errc::not_permitted;
    case EWOULDBLOCK: case EBUSY: case ETXTBSY: return errc::busy;
    default: return errc::io_failed;
    }
}
inline fault last_fault(char const* where) noexcept { return {errc_of(errno), where, std::uint64_t(errno)}; }
inline fault fault_of(std::error_code const& code, char const* where) noexcept {
    return code ? fault{errc_of(code.value()), where, std::uint64_t(code.value())} : fault{};
}

/// An open file, closed when it goes out of scope.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int fd) noexcept : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_ = -1;
};

template <class System = posix>
result<descriptor> open(std::filesystem::path const& path, int flags) {
    int fd;
    do fd = System::open(path.c_str(), flags, 0644);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) return last_fault("open");
    return descriptor(fd);
}

inline result<std::uint64_t> size_of(descriptor const& file) {
    struct stat s;
    if (::fstat(file.get(), &s) != 0) return last_fault("fstat");
    return std::uint64_t(s.st_size);
}

template <class System = posix>
fault write_all(descriptor const& file, std::uint64_t offset, byte_view b) {
    while (!b.empty()) {
        auto const n = System::pwrite(file.get(), b.data(), b.size(), off_t(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return last_fault("write");
        offset += std::uint64_t(n);
        b = b.subspan(std::size_t(n));
    }
    return {};
}

/// Fills `out` from `offset`. Errors: truncated when the file ends before.
inline fault read_all(descriptor const& file, std::uint64_t offset, byte_span out) {
    if (offset > std::uint64_t(std::numeric_limits<off_t>::max())) return {errc::truncated, "read", offset};  // no file is so long
    while (!out.empty()) {
        auto const n = ::pread(file.get(), out.data(), out.size(), off_t(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return last_fault("read");
        if (n == 0) return {errc::truncated, "read", offset};
        offset += std::uint64_t(n);
        out = out.subspan(std::size_t(n));
    }
    return {};
}

/// A whole file of at most `bound` bytes. Errors: not_found, oversized.
inline result<bytes> read_file(std::filesystem::path const& path, std::uint64_t bound) {
    auto file = open(path, O_RDONLY);
    if (!file) return file.error();
    auto const size = size_of(*file);
    if (!size) return size.error();
    if (*size > bound) return fault{errc::oversized, "file", *size};
    bytes out(std::size_t(*size), byte(0));
    if (auto f = read_all(*file, 0, out)) return f;
    return out;
}

/// Names in a directory are durable only after the directory itself was synced.
template <class System = posix>
fault sync_directory(std::filesystem::path const& directory) {
    auto const d = open(directory.empty() ? std::filesystem::path(".") : directory, O_RDONLY | O_DIRECTORY);
    if (!d) return d.error();
    return System::fsync(d->get()) == 0 ? fault{} : last_fault("fsync directory");
}

/// Puts `from`, already synced, in the place of `to`: after a power cut either the old or the new file is there.
template <class System = posix>
fault rename_durably(std::filesystem::path const& from, std::filesystem::path const& to) {
    if (System::rename(from.c_str(), to.c_str()) != 0) return last_fault("rename");
    return sync_directory<System>(to.parent_path());
}

/// The file holds all of `b`, or what it held before.
template <class System = posix>
fault replace_file(std::filesystem::path const& path, byte_view b) {
    auto fresh = path;
    fresh += ".new";
    {
        auto const file = open<System>(fresh, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file) return file.error();
        auto f = write_all<System>(*file, 0, b);
        if (!f && System::fdatasync(file->get()) != 0) f = last_fault("fdatasync");
        if (f) {
            System::unlink(fresh.c_str());
            return f;
        }
    }
    return rename_durably<System>(fresh, path);
}

inline fault make_directory(std::filesystem::path const& directory) {
    std::error_code code;
    if (!std::filesystem::create_directories(directory, code)) return fault_of(code, "create directory");
    return sync_directory(std::filesystem::absolute(directory).lexically_normal().parent_path());
}

} // namespace daicho::file
