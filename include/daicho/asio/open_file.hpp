#pragma once

#include <daicho/base/result.hpp>
#include <daicho/role/http.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace daicho::asio::detail {

/// A descriptor that closes itself.
class open_file {
public:
    open_file() = default;
    open_file(open_file const&) = delete;
    open_file& operator=(open_file const&) = delete;
    ~open_file() { close(); }

    fault open(role::file_part const& part) {
        close();
        fd_ = ::open(part.path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd_ < 0) return {errno == ENOENT ? errc::not_found : errc::io_failed, "file"};
        struct stat found = {};
        if (::fstat(fd_, &found) != 0 || !S_ISREG(found.st_mode)) return {errc::io_failed, "file"};
        auto const size = std::uint64_t(found.st_size);
        if (part.offset > size || part.length > size - part.offset) return {errc::wrong_size, "file", size};
        return {};
    }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    int fd() const noexcept { return fd_; }

private:
    int fd_ = -1;
};

} // namespace daicho::asio::detail
