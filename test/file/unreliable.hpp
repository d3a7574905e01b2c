#pragma once

#include <daicho/file/posix.hpp>

#include <boost/test/unit_test.hpp>

#include <list>
#include <random>
#include <string>

/// The operating system (which never really syncs, so that tests are quick), until call number `at`. Then that call fails, or
/// the power goes: a write is done up to any byte, and of whatever was not synced, some sectors, sizes, new names, renames and
/// removals reach the disk and others do not.
struct unreliable : daicho::file::posix {
    struct power_cut {};
    static constexpr bool in_turn = true;  // what others do in a thread is done at once, so that each call has its number
    enum class mode { sound, fails, fails_from, cut };  // fails_from: that call and all that follow

    static void arm(mode how, long at, int error, unsigned seed) {
        forget();
        how_ = how;
        left_ = at;
        error_ = error;
        random_.seed(seed);
    }
    static void disarm() { arm(mode::sound, 0, 0, 0); }
    /// The power goes between two calls.
    static void cut_now() { lose(); }
    /// Did the armed call happen?
    static bool struck() { return how_ != mode::sound && left_ < 0; }

    static int open(char const* path, int flags, mode_t m) {
        if (strikes()) return -1;
        auto const fresh = how_ == mode::cut && (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0;
        auto const fd = posix::open(path, flags, m);
        if (fresh && fd >= 0) names_.push_back({what::created, "", path, ""});
        if (fd >= 0 && (flags & O_ACCMODE) != O_RDONLY) watch(fd);
        return fd;
    }
    static ssize_t pwrite(int fd, void const* from, std::size_t n, off_t at) {
        if (strikes([&] { (void)!posix::pwrite(fd, from, random_() % (n + 1), at); })) return -1;
        return posix::pwrite(fd, from, n, at);
    }
    static int ftruncate(int fd, off_t size) { return strikes() ? -1 : posix::ftruncate(fd, size); }
    static int allocate(int fd, off_t size) { return strikes() ? -1 : posix::allocate(fd, size); }
    static int fdatasync(int fd) {
        if (strikes()) return -1;
        for (auto& f : files_)
            if (same(f.fd, fd)) f.synced = content(f.fd);
        return 0;
    }
    static int fsync(int fd) {
        if (strikes()) return -1;
        struct stat s;
        ::fstat(fd, &s);
        if (!S_ISDIR(s.st_mode)) return fdatasync(fd);
        forget_names();
        return 0;
    }
    static int rename(char const* from, char const* to) {
        if (strikes()) return -1;
        if (how_ != mode::cut) return posix::rename(from, to);
        auto const undo = fresh_undo(to);
        auto const had_target = ::link(to, undo.c_str()) == 0;
        names_.push_back({had_target ? what::replaced : what::renamed, from, to, undo});
        return posix::rename(from, to);
    }
    static int unlink(char const* path) {
        if (strikes()) return -1;
        if (how_ != mode::cut) return posix::unlink(path);
        auto const undo = fresh_undo(path);
        if (posix::rename(path, undo.c_str()) != 0) return -1;
        names_.push_back({what::removed, "", path, undo});
        return 0;
    }

private:
    struct watched {
        int fd;
        daicho::bytes synced;
    };
    enum class what { created, renamed, replaced, removed };
    struct name_change {
        what how;
        std::string from, to, undo;
    };
    static std::string fresh_undo(char const* path) { return path + (".undo" + std::to_string(++undos_)); }

    template <class F = void (*)()>
    static bool strikes(F&& partly = [] {}) {
        if (how_ == mode::sound || (left_-- != 0 && !(how_ == mode::fails_from && left_ < 0))) return false;
        partly();
        if (how_ == mode::cut) {
            lose();
            throw power_cut{};
        }
        errno = error_;
        return true;
    }
    static bool same(int a, int b) {
        struct stat x, y;
        ::fstat(a, &x);
        ::fstat(b, &y);
        return x.st_ino == y.st_ino && x.st_dev == y.st_dev;
    }
    static daicho::bytes content(int fd) {
        struct stat s;
        ::fstat(fd, &s);
        daicho::bytes b(std::size_t(s.st_size));
        (void)!::pread(fd, b.data(), b.size(), 0);
        return b;
    }
    static void watch(int fd) {
        if (how_ != mode::cut) return;
        for (auto& f : files_)
            if (same(f.fd, fd)) return;
        auto const copy = std::string("/proc/self/fd/") + std::to_string(fd);
        files_.push_back({::open(copy.c_str(), O_RDWR | O_CLOEXEC), content(fd)});
    }
    static void lose() {
        for (auto& f : files_) {
            auto now = content(f.fd);
            auto const size = random_() % 2 ? now.size() : f.synced.size();
            now.resize(size);
            for (std::size_t at = 0; at < size; at += 512)
                if (random_() % 2)
                    for (auto i = at; i != std::min(size, at + 512); ++i) now[i] = i < f.synced.size() ? f.synced[i] : daicho::byte(0);
            (void)!::ftruncate(f.fd, off_t(size));
            (void)!::pwrite(f.fd, now.data(), now.size(), 0);
        }
        for (auto n = names_.rbegin(); n != names_.rend(); ++n) {
            if (random_() % 2) continue;
            switch (n->how) {
            case what::created: ::unlink(n->to.c_str()); break;
            case what::removed: (void)!::link(n->undo.c_str(), n->to.c_str()); break;
            case what::renamed: ::rename(n->to.c_str(), n->from.c_str()); break;
            case what::replaced:
                ::unlink(n->from.c_str());
                (void)!::link(n->to.c_str(), n->from.c_str());
                ::rename(n->undo.c_str(), n->to.c_str());
                break;
            }
        }
    }
    static void forget_names() {
        for (auto& n : names_)
            if (!n.undo.empty()) ::unlink(n.undo.c_str());
        names_.clear();
    }
    static void forget() {
        for (auto& f : files_) ::close(f.fd);
        files_.clear();
        forget_names();
    }

    inline static mode how_ = mode::sound;
    inline static long left_ = 0;
    inline static int error_ = EIO;
    inline static std::mt19937 random_;
    inline static std::list<watched> files_;
    inline static std::list<name_change> names_;
    inline static unsigned undos_ = 0;
};
