#pragma once

#include <daicho/base/bytes.hpp>

#include <memory>
#include <type_traits>

/// Secrets do not outlive their use: keys, and what keys are made of, are overwritten where they lay.
namespace daicho {

/// Overwrites bytes with zeros, also where nothing reads them any more and a compiler would leave a plain memset out.
inline void wipe(byte_span secret) noexcept {
    if (!secret.empty()) std::memset(secret.data(), 0, secret.size());
    asm volatile("" : : "r"(secret.data()) : "memory");  // for all the compiler knows, this reads them
}

/// Wipes a local when its scope ends, whichever way it ends. The bytes must stay where they are until then.
class wiped_at_end {
public:
    explicit wiped_at_end(byte_span local) noexcept : local_(local) {}
    wiped_at_end(wiped_at_end const&) = delete;
    wiped_at_end& operator=(wiped_at_end const&) = delete;
    ~wiped_at_end() { wipe(local_); }

private:
    byte_span local_;
};

/// N secret bytes, in place. They are moved and never copied, so that there is one place to wipe: where they were is zero.
template <std::size_t N>
class secret {
public:
    secret() noexcept = default;  ///< zeros
    /// Takes the bytes over: the array is wiped.
    explicit secret(std::array<byte, N>&& from) noexcept : bytes_(from) { wipe(from); }
    secret(secret&& other) noexcept : secret(std::move(other.bytes_)) {}
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            wipe(other.bytes_);
        }
        return *this;
    }
    ~secret() { wipe(bytes_); }

    std::array<byte, N> const& get() const noexcept { return bytes_; }  ///< for whoever uses the key; not to be copied

    static constexpr std::size_t size() noexcept { return N; }
    byte* data() noexcept { return bytes_.data(); }
    byte const* data() const noexcept { return bytes_.data(); }
    byte* begin() noexcept { return data(); }
    byte* end() noexcept { return data() + N; }
    byte const* begin() const noexcept { return data(); }
    byte const* end() const noexcept { return data() + N; }

private:
    std::array<byte, N> bytes_{};
};

/// Wipes memory before Upstream gets it back: also what a container outgrew.
template <class T, class Upstream = std::allocator<T>>
class wiping {
    static_assert(std::is_trivially_copyable_v<T>, "wiping writes zeros over what lay there");

public:
    using value_type = T;

    wiping() = default;
    explicit wiping(Upstream upstream) noexcept : upstream_(upstream) {}

    T* allocate(std::size_t n) { return upstream_.allocate(n); }
    void deallocate(T* p, std::size_t n) {
        wipe({reinterpret_cast<byte*>(p), n * sizeof(T)});
        upstream_.deallocate(p, n);
    }
    friend bool operator==(wiping const&, wiping const&) = default;

private:
    [[no_unique_address]] Upstream upstream_;
};

/// Secret bytes on the heap, for hosts: a file's private key, a decrypted secret. Each copy is wiped too.
using secret_bytes = std::vector<byte, wiping<byte>>;

} // namespace daicho
