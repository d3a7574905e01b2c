#pragma once

#include <daicho/file/posix.hpp>

#include <sys/file.h>

namespace daicho::file {

/// Whoever holds it is the only process (and the only object) that uses what the file stands for.
/// The operating system lets go of it when the process ends, however it ends.
class lock {
public:
    /// Errors: busy when somebody else holds it.
    static result<lock> take(std::filesystem::path const& path) { return flock(path, LOCK_EX | LOCK_NB); }
    /// Waits until it is free.
    static result<lock> wait(std::filesystem::path const& path) { return flock(path, LOCK_EX); }

private:
    explicit lock(descriptor file) noexcept : file_(std::move(file)) {}

    static result<lock> flock(std::filesystem::path const& path, int how) {
        auto file = open(path, O_RDWR | O_CREAT);
        if (!file) return file.error();
        while (::flock(file->get(), how) != 0)
            if (errno != EINTR) return last_fault("lock");
        return lock(std::move(*file));
    }

    descriptor file_;
};

} // namespace daicho::file
