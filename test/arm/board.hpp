#pragma once

#include <daicho/consensus/authority.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/role/device.hpp>

/// A Cortex-M4 board: its parts are outside, as flash drivers and a secure element are, so that what is measured is ours.
extern "C" {
bool element_verify(std::uint8_t const* key, std::uint8_t const* message, std::size_t size, std::uint8_t const* signature);
bool element_sign(std::uint8_t const* message, std::size_t size, std::uint8_t* signature);
bool element_random(std::uint8_t* to, std::size_t size);
bool flash_read(int slot, std::uint64_t at, std::uint8_t* to, std::size_t size);
bool flash_write(int slot, std::uint64_t at, std::uint8_t const* from, std::size_t size);
bool flash_erase(int slot);
std::uint64_t flash_size(int slot);
int boot_flags(int set);
std::size_t cell_load(std::uint8_t* to, std::size_t size);
bool cell_save(std::uint8_t const* from, std::size_t size);
std::size_t radio_exchange(std::uint8_t const* out, std::size_t size, std::uint8_t* in, std::size_t room);
}

namespace board_parts {
using namespace daicho;

struct secure_element {
    using public_key_type = std::array<byte, 32>;
    using signature_type = std::array<byte, 64>;
    static constexpr std::string_view name = "ed25519 in a secure element";
    static constexpr std::uint16_t algorithm = 1;
    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return element_verify(key.data(), message.data(), message.size(), signature.data());
    }
};
struct element_key {
    secure_element::public_key_type key;
    secure_element::public_key_type const& public_key() const { return key; }
    result<secure_element::signature_type> sign(byte_view message) {
        secure_element::signature_type s;
        if (!element_sign(message.data(), message.size(), s.data())) return fault{errc::bad_key, "element"};
        return s;
    }
};
struct element_entropy {
    fault fill(byte_span out) { return element_random(out.data(), out.size()) ? fault{} : fault{errc::no_entropy, "element"}; }
};
struct flash {
    static fault ok(bool b) { return b ? fault{} : fault{errc::slot_failed, "flash"}; }
    fault begin(std::uint64_t) { return ok(flash_erase(1)); }
    fault write(std::uint64_t at, byte_view b) { return ok(flash_write(1, at, b.data(), b.size())); }
    std::uint64_t written() { return flash_size(1); }
    fault read(std::uint64_t at, byte_span out) { return ok(flash_read(1, at, out.data(), out.size())); }
    fault read_running(std::uint64_t at, byte_span out) { return ok(flash_read(0, at, out.data(), out.size())); }
    std::uint64_t running_size() { return flash_size(0); }
    fault mark() { return ok(boot_flags(1) >= 0); }
    boot_state state() { return boot_state(boot_flags(0)); }
    fault confirm() { return ok(boot_flags(2) >= 0); }
    fault revert() { return ok(boot_flags(3) >= 0); }
};
struct cell {
    result<byte_view> load(byte_span out) { return byte_view(out.first(cell_load(out.data(), out.size()))); }
    fault save(byte_view b) { return cell_save(b.data(), b.size()) ? fault{} : fault{errc::io_failed, "cell"}; }
};
struct radio {
    result<byte_view> exchange(byte_view request, byte_span reply) {
        auto const n = radio_exchange(request.data(), request.size(), reply.data(), reply.size());
        if (n == 0) return fault{errc::disconnected, "radio"};
        return byte_view(reply.first(n));
    }
};

struct agreed {
    using hash = sha256;
    using signature = secure_element;
    using consensus = authority;
    using limits = default_limits;
};
struct board {
    using image_store = flash;
    using state_store = cell;
    using link = radio;
    using signer = element_key;
    using entropy = element_entropy;
    static constexpr std::size_t chunk = 1024;
};

template <class P>
trust::anchor<P> anchor_of(std::uint8_t const* chain_id, std::uint8_t const* management) {
    trust::anchor<P> a;
    std::memcpy(a.chain_id.data(), chain_id, a.chain_id.size());
    std::memcpy(a.management.data(), management, a.management.size());
    return a;
}
} // namespace board_parts
