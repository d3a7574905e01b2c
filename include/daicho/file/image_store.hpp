#pragma once

#include <daicho/file/crc32c.hpp>
#include <daicho/file/lock.hpp>
#include <daicho/memory/boot_record.hpp>

#include <string>

namespace daicho::file {

struct image_store_options {
    std::uint64_t capacity = std::uint64_t(1) << 32;  ///< bytes a slot may hold
};

/// An image_store in a directory: `slot_a`, `slot_b`, and `boot`, a small checksummed record of which slot is which.
/// The device's process writes the other slot and marks it; a separate boot process calls boot(), runs the image whose path it
/// gets, and says confirm() or revert(). Each looks at the record anew, so both may have the directory open.
template <class System = posix>
class basic_image_store {
public:
    /// Makes the directory where there is none. Errors: store_corrupt, store_too_new, and the operating system's.
    static result<basic_image_store> open(std::filesystem::path const& directory, image_store_options o = {}) {
        if (auto f = make_directory(directory)) return f;
        basic_image_store s(directory, o);
        if (auto const r = s.load(); !r) return r.error();
        return s;
    }

    /// What runs now, after boot() or a look at the record.
    struct booted {
        boot_state state = boot_state::confirmed;
        std::filesystem::path image;  ///< empty when there never was an image
    };

    /// The boot process, after a reset: a marked slot runs on trial once, an unconfirmed trial is reverted.
    result<booted> boot() {
        record after;
        if (auto f = change([&](record& r) {
                r.slots = r.slots.booted();
                after = r;
                return fault{};
            }))
            return f;
        return seen(after);
    }
    result<booted> running() const {
        auto const r = load();
        if (!r) return r.error();
        return seen(*r);
    }

    /// The image that left the factory: fills the running slot. Only before anything else ran.
    fault provision(byte_view image) {
        return change([&](record& r) -> fault {
            if (r.slots != memory::boot_record{}) return {errc::busy, "boot record"};
            return replace_file<System>(slot(r.slots.running()), image);
        });
    }

    fault begin(std::uint64_t size) {
        if (size > options_.capacity) return {errc::store_full, "slot", size};
        // First nothing may boot the slot, then it is emptied, then it counts as begun.
        if (auto f = change([&](record& r) -> fault {
                if (r.slots.on_trial()) return {errc::busy, "trial"};
                r.slots = r.slots.begun();
                r.begun = nothing_begun;
                r.expected = 0;
                return {};
            }))
            return f;
        return change([&](record& r) -> fault {
            if (auto f = make_room(slot(r.slots.other()), size)) return f;
            r.begun = r.slots.other();
            r.expected = size;
            return {};
        });
    }

    /// Durable when it says ok.
    fault write(std::uint64_t offset, byte_view b) {
        auto const r = load();
        if (!r) return r.error();
        if (r->slots.marked) return {errc::busy, "marked slot"};
        if (r->begun != r->slots.other()) return {errc::out_of_range, "slot", offset};
        auto const file = daicho::file::open<System>(slot(r->begun), O_RDWR);
        if (!file) return file.error();
        auto const size = size_of(*file);
        if (!size) return size.error();
        if (offset != *size || offset > r->expected || b.size() > r->expected - offset) return {errc::out_of_range, "slot", offset};
        auto f = write_all<System>(*file, offset, b);
        if (!f && System::fdatasync(file->get()) != 0) f = last_fault("fdatasync");
        if (f) (void)System::ftruncate(file->get(), off_t(offset));
        return f;
    }

    std::uint64_t written() const {
        auto const r = load();
        return r && r->begun == r->slots.other() ? size_or_zero(r->begun) : 0;
    }

    fault read(std::uint64_t offset, byte_span out) const { return read_slot(&memory::boot_record::other, offset, out); }
    /// The same for the slot that runs: a delta's base, a digest at start.
    fault read_running(std::uint64_t offset, byte_span out) const { return read_slot(&memory::boot_record::running, offset, out); }
    std::uint64_t running_size() const {
        auto const r = load();
        return r ? size_or_zero(r->slots.running()) : 0;
    }

    fault mark() {
        return change([&](record& r) -> fault {
            if (r.slots.on_trial()) return {errc::busy, "trial"};
            auto const n = r.begun == r.slots.other() ? size_or_zero(r.begun) : 0;
            if (r.expected == 0 || n != r.expected) return {errc::wrong_size, "slot", n};
            r.slots = r.slots.mark_set();
            return {};
        });
    }
    /// A record that cannot be read counts as confirmed here; every call that changes it reports why.
    boot_state state() const {
        auto const r = load();
        return r ? r->slots.state() : boot_state::confirmed;
    }
    fault confirm() {
        return change([](record& r) {
            r.slots = r.slots.trial_confirmed();
            return fault{};
        });
    }
    fault revert() {
        return change([](record& r) {
            r.slots = r.slots.trial_reverted();
            return fault{};
        });
    }

private:
    static constexpr std::string_view magic = "daichobt";
    static constexpr std::uint32_t version = 1;
    static constexpr std::uint8_t nothing_begun = 2;
    static constexpr std::size_t record_size = 32;

    struct record {
        memory::boot_record slots;
        std::uint8_t begun = nothing_begun;  ///< the slot that begin() prepared
        std::uint64_t expected = 0;          ///< and for how many bytes
        friend bool operator==(record const&, record const&) = default;
    };

    basic_image_store(std::filesystem::path directory, image_store_options o) : directory_(std::move(directory)), options_(o) {}

    std::filesystem::path slot(std::uint8_t n) const { return directory_ / (n == 0 ? "slot_a" : "slot_b"); }

    std::uint64_t size_or_zero(std::uint8_t n) const {
        std::error_code code;
        auto const size = std::filesystem::file_size(slot(n), code);
        return code ? 0 : size;
    }
    booted seen(record const& r) const {
        auto const n = r.slots.running();
        return {r.slots.state(), size_or_zero(n) != 0 ? slot(n) : std::filesystem::path{}};
    }

    /// No record means a store that nothing happened to yet.
    result<record> load() const {
        auto const b = read_file(directory_ / "boot", record_size);
        if (b.error() == errc::not_found) return record{};
        if (!b) return b.error() == errc::oversized ? fault{errc::store_corrupt, "boot record"} : b.error();
        auto const& in = *b;
        if (in.size() != record_size || !equal(byte_view(in).first(8), as_bytes(magic)) ||
            load_be32(&in[28]) != crc32c(byte_view(in).first(28)))
            return fault{errc::store_corrupt, "boot record"};
        if (auto const v = load_be32(&in[8]); v != version) return fault{errc::store_too_new, "boot record", v};
        if (in[12] > 1 || in[13] > 1 || in[14] > in[13] || in[15] > 1 || in[16] > nothing_begun)
            return fault{errc::store_corrupt, "boot record"};
        record r{.slots = {.confirmed = in[12], .marked = in[13] == 1, .trials = in[14], .reverted = in[15] == 1}, .begun = in[16]};
        r.expected = load_be64(&in[20]);
        return r;
    }

    fault save(record const& r) {
        std::array<byte, record_size> out{};
        std::copy(magic.begin(), magic.end(), out.begin());
        store_be32(&out[8], version);
        out[12] = r.slots.confirmed;
        out[13] = r.slots.marked;
        out[14] = r.slots.trials;
        out[15] = r.slots.reverted;
        out[16] = r.begun;
        store_be64(&out[20], r.expected);
        store_be32(&out[28], crc32c(byte_view(out).first(28)));
        return replace_file<System>(directory_ / "boot", out);
    }

    /// Reads the record, lets `f` change it, and makes the change durable, while no other process does the same.
    template <class F>
    fault change(F&& f) {
        auto const held = lock::wait(directory_ / "lock");
        if (!held) return held.error();
        auto const before = load();
        if (!before) return before.error();
        auto after = *before;
        if (auto g = f(after)) return g;
        return after == *before ? fault{} : save(after);
    }

    /// Empty, with space for `size` bytes.
    static fault make_room(std::filesystem::path const& path, std::uint64_t size) {
        auto const file = daicho::file::open<System>(path, O_RDWR | O_CREAT);
        if (!file) return file.error();
        if (System::ftruncate(file->get(), 0) != 0) return last_fault("slot");
        if (size != 0 && System::allocate(file->get(), off_t(size)) != 0 && errno == ENOSPC) return last_fault("slot");
        if (System::fsync(file->get()) != 0) return last_fault("slot");
        return sync_directory<System>(path.parent_path());
    }

    fault read_slot(std::uint8_t (memory::boot_record::*which)() const noexcept, std::uint64_t offset, byte_span out) const {
        auto const r = load();
        if (!r) return r.error();
        auto const file = daicho::file::open<System>(slot((r->slots.*which)()), O_RDONLY);
        if (file.error() == errc::not_found) return offset == 0 && out.empty() ? fault{} : fault{errc::out_of_range, "slot", offset};
        if (!file) return file.error();
        auto const size = size_of(*file);
        if (!size) return size.error();
        if (offset > *size || out.size() > *size - offset) return {errc::out_of_range, "slot", offset};
        return read_all(*file, offset, out);
    }

    std::filesystem::path directory_;
    image_store_options options_;
};

using image_store = basic_image_store<>;
static_assert(daicho::image_store<image_store>);

} // namespace daicho::file
