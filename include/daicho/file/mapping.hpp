#pragma once

#include <daicho/file/posix.hpp>

#include <sys/mman.h>

namespace daicho::file {

/// A file's first bytes, read where the operating system keeps them. What is written to the file shows at once. A disk that
/// cannot read a page any more, or somebody who cuts the file short, ends the process by a signal, as with any mapped file.
class mapping {
public:
    mapping() = default;
    mapping(mapping&& other) noexcept : at_(std::exchange(other.at_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    mapping& operator=(mapping&& other) noexcept {
        std::swap(at_, other.at_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~mapping() {
        if (at_) ::munmap(at_, size_);
    }

    /// Errors: oversized when no address space is left.
    static result<mapping> of(descriptor const& file, std::size_t size) {
        mapping m;
        if (size == 0) return m;
        auto* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
        if (at == MAP_FAILED) return errno == ENOMEM ? fault{errc::oversized, "map", size} : last_fault("map");
        m.at_ = at;
        m.size_ = size;
        return m;
    }

    byte_view view() const noexcept { return {static_cast<byte const*>(at_), size_}; }

private:
    void* at_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace daicho::file
