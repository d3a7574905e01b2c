#pragma once

#include <daicho/base/result.hpp>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

namespace daicho::file {

/// Runs a shell command with one more argument, in a process group of its own, and waits for it.
/// The result is its exit status, 128 + n when signal n ended it. A command that takes longer than `limit`, or is stopped, is killed
/// with everything it started. Errors: timed_out, busy (stopped), io_failed.
inline result<std::uint32_t> run_command(std::string const& command, std::string const& argument, std::chrono::milliseconds limit,
                                         std::stop_token stop = {}) {
    std::string const line = command + " \"$1\"";
    char shell[] = "/bin/sh", option[] = "-c", name[] = "sh";
    std::string text = line, path = argument;
    char* arguments[] = {shell, option, text.data(), name, path.data(), nullptr};
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    pid_t child = 0;
    int const failed = posix_spawn(&child, shell, nullptr, &how, arguments, environ);
    posix_spawnattr_destroy(&how);
    if (failed != 0) return fault{errc::io_failed, "command", std::uint64_t(failed)};

    auto const deadline = std::chrono::steady_clock::now() + limit;
    for (int status = 0;;) {
        pid_t const ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child) return WIFEXITED(status) ? std::uint32_t(WEXITSTATUS(status)) : 128u + std::uint32_t(WTERMSIG(status));
        if (ended < 0 && errno != EINTR) return fault{errc::io_failed, "command", std::uint64_t(errno)};
        bool const late = std::chrono::steady_clock::now() >= deadline;
        if (late || stop.stop_requested()) {
            ::kill(-child, SIGKILL);
            ::waitpid(child, &status, 0);
            return late ? fault{errc::timed_out, "command"} : fault{errc::busy, "command stopped"};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

} // namespace daicho::file
