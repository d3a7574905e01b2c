#pragma once

#include <daicho/file/crc32c.hpp>
#include <daicho/file/posix.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <sys/mman.h>
#include <vector>

namespace daicho::file {

/// Where things lie, by names of eight bytes: open addressing with linear probing in mapped files, each with room for twice as many as the one
/// before it, so nothing ever moves, and no entry waits for others. A look takes a step into the newest file, and into each before it until
/// it is found: most are in the last two.
///
/// It is a copy of what somebody else keeps, as lmdb::index_store does in its log of names, and never the truth. Nothing is synced. A file
/// bears the number and a sum of what it holds, which open() compares: one that a power cut or anything else has altered is dropped, and upto()
/// says from where on names are to be added again. What a process that was killed had not finished is not looked at.
///
/// Whoever finds a place looks at what lies there: names coincide. Slots are salted, so that nobody chooses names that lie together.
template <class System = posix, unsigned FirstBits = 16>
class basic_name_table {
public:
    static constexpr unsigned first_bits = FirstBits;   ///< of the first file: 65,536 slots of 16 bytes
    static constexpr unsigned most_bits = 40;

    basic_name_table() = default;

    /// Takes up what lies in a directory, "names-0" and on, up to a place. Errors: none; what cannot be read is dropped.
    static basic_name_table open(std::filesystem::path directory, std::uint64_t upto) {
        basic_name_table t(std::move(directory));
        while (auto p = t.read_part(t.upto())) {
            if (p->head().upto > upto) break;
            t.parts_.push_back(std::move(*p));
        }
        t.remove_from(t.parts_.size());
        return t;
    }

    /// All places before it are there that were ever added.
    std::uint64_t upto() const noexcept {
        std::uint64_t n = 0;
        for (auto& p : parts_) n = std::max(n, p.head().upto);  // the last may have been made ahead
        return n;
    }

    /// Of all names with their places: who keeps what the table is a copy of compares it with what sum_of() gives of that.
    std::uint64_t sum() const noexcept {
        std::uint64_t n = 0;
        for (auto& p : parts_) n += p.head().sum;
        return n;
    }
    static std::uint64_t sum_of(std::uint64_t first, std::span<std::uint64_t const> names) noexcept {
        std::uint64_t n = 0;
        for (auto name : names) n += sum_of(name, first++);
        return n;
    }

    /// Makes room for n more names. Errors: store_full and the operating system's; then all is as it was.
    fault reserve(std::uint64_t n) {
        std::uint64_t room = 0;
        for (auto& p : parts_) room += p.room();
        while (room < n) {
            auto made = make_part();
            if (!made) return made.error();
            room += made->room();
            parts_.push_back(std::move(*made));
        }
        return {};
    }

    /// The names of what lies at `first` and behind, not before upto(). Call reserve() first.
    void add(std::uint64_t first, std::span<std::uint64_t const> names) noexcept {
        for (auto& p : parts_) {
            auto const n = std::min<std::uint64_t>(p.room(), names.size());
            if (n == 0) continue;
            p.add(first, names.first(std::size_t(n)));
            first += n;
            names = names.subspan(std::size_t(n));
        }
    }

    /// Calls visit(place) for all that bear the name, in no order, until it says false.
    template <class F>
    void find(std::uint64_t name, F&& visit) const {
        for (auto p = parts_.rbegin(); p != parts_.rend(); ++p)
            if (!p->find(name, visit)) return;
    }

    void clear() noexcept {
        parts_.clear();
        remove_from(0);
    }

private:
    struct slot {
        std::uint64_t name, place;                  // the place and one; 0: nothing is there
    };
    struct head_type {                              // in the byte order of this machine: another makes the table anew
        std::uint64_t magic, bits, salt;
        std::uint64_t upto, count, sum;             // count and sum of the places before upto
        std::uint32_t check, zero;
    };
    static constexpr std::uint64_t magic = 0x316e'6f68'6369'6164;  // "daichon1"
    static constexpr std::size_t head_size = 4096;

    static std::uint64_t mixed(std::uint64_t x) noexcept {
        x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
        x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
        return x ^ (x >> 32);
    }

    static std::uint64_t sum_of(std::uint64_t name, std::uint64_t place) noexcept { return mixed(name ^ mixed(place + 1)); }

    class part {
    public:
        part(descriptor file, void* at, std::size_t size) noexcept : file_(std::move(file)), at_(static_cast<byte*>(at)), size_(size) {}
        part(part&& other) noexcept : file_(std::move(other.file_)), at_(std::exchange(other.at_, nullptr)), size_(other.size_) {}
        part& operator=(part&& other) noexcept {
            std::swap(file_, other.file_);
            std::swap(at_, other.at_);
            std::swap(size_, other.size_);
            return *this;
        }
        ~part() {
            if (at_) ::munmap(at_, size_);
        }

        head_type head() const noexcept {
            head_type h;
            std::memcpy(&h, at_, sizeof h);
            return h;
        }
        void put(head_type h) noexcept {
            h.check = check_of(h);
            std::memcpy(at_, &h, sizeof h);
        }
        std::uint64_t room() const noexcept {
            auto const h = head();
            return slots() / 4 * 3 - h.count;
        }

        void add(std::uint64_t place, std::span<std::uint64_t const> names) noexcept {
            auto h = head();
            constexpr std::size_t ahead = 8;
            for (std::size_t i = 0; i != names.size(); ++i, ++place) {
                if (i + ahead < names.size()) __builtin_prefetch(&table()[begin_of(h, names[i + ahead])], 1);
                insert(h, names[i], place);
                h.sum += sum_of(names[i], place);
            }
            h.count += names.size();
            h.upto = place;
            put(h);
        }

        /// False when visit said so.
        template <class F>
        bool find(std::uint64_t name, F& visit) const {
            auto const h = head();
            for (auto i = begin_of(h, name); table()[i].place != 0; i = (i + 1) & (slots() - 1))
                if (table()[i].name == name && table()[i].place <= h.upto && !visit(table()[i].place - 1)) return false;
            return true;
        }

        /// Is it whole, and of places that are not before `from`?
        bool sound(std::uint64_t from) const noexcept {
            auto const h = head();
            if (h.magic != magic || h.check != check_of(h) || h.zero != 0 || h.bits < first_bits || h.bits > most_bits) return false;
            if (size_ != size_for(unsigned(h.bits)) || h.count > slots() / 4 * 3) return false;
            std::uint64_t count = 0, sum = 0, used = 0;
            for (std::uint64_t i = 0; i != slots(); ++i) {
                auto const& s = table()[i];
                used += s.place != 0;
                if (s.place == 0 || s.place > h.upto) continue;  // what a killed process had begun is as good as not there
                if (s.place <= from) return false;
                ++count;
                sum += sum_of(s.name, s.place - 1);
            }
            return count == h.count && sum == h.sum && used < slots();
        }

        static std::size_t size_for(unsigned bits) noexcept { return head_size + (sizeof(slot) << bits); }

    private:
        static std::uint32_t check_of(head_type const& h) noexcept { return crc32c({reinterpret_cast<byte const*>(&h), offsetof(head_type, check)}); }
        static std::uint64_t begin_of(head_type const& h, std::uint64_t name) noexcept { return mixed(name ^ h.salt) >> (64 - h.bits); }

        std::uint64_t slots() const noexcept { return (size_ - head_size) / sizeof(slot); }
        slot* table() const noexcept { return reinterpret_cast<slot*>(at_ + head_size); }

        void insert(head_type const& h, std::uint64_t name, std::uint64_t place) noexcept {
            auto i = begin_of(h, name);
            for (; table()[i].place != 0; i = (i + 1) & (slots() - 1))
                if (table()[i].place == place + 1 && table()[i].name == name) return;  // by a process that was killed
            table()[i] = {name, place + 1};
        }

        descriptor file_;
        byte* at_;
        std::size_t size_;
    };

    explicit basic_name_table(std::filesystem::path directory) : directory_(std::move(directory)) {}

    std::filesystem::path path_of(std::size_t n) const { return directory_ / ("names-" + std::to_string(n)); }

    static std::optional<part> mapped(descriptor file, std::size_t size) noexcept {
        auto* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
        if (at == MAP_FAILED) return std::nullopt;
        return part(std::move(file), at, size);
    }

    std::optional<part> read_part(std::uint64_t from) const {
        auto const bits = first_bits + unsigned(parts_.size());
        auto file = file::open<System>(path_of(parts_.size()), O_RDWR);
        auto const size = file ? size_of(*file) : result<std::uint64_t>(file.error());
        if (!size || *size != part::size_for(bits)) return std::nullopt;
        auto p = mapped(std::move(*file), part::size_for(bits));
        return p && p->sound(from) ? std::move(p) : std::nullopt;
    }

    /// Disk space is set aside: a page of a mapped file that finds none ends the process.
    result<part> make_part() const {
        auto const bits = first_bits + unsigned(parts_.size());
        if (bits > most_bits) return fault{errc::store_full, "names"};
        head_type h{.magic = magic, .bits = bits, .salt = 0, .upto = upto(), .count = 0, .sum = 0, .check = 0, .zero = 0};
        if (::getentropy(&h.salt, sizeof h.salt) != 0) return fault{errc::no_entropy, "names"};
        auto const path = path_of(parts_.size());
        auto file = file::open<System>(path, O_RDWR | O_CREAT | O_TRUNC);
        if (!file) return file.error();
        auto const size = part::size_for(bits);
        if (auto f = set_aside(*file, size)) {
            System::unlink(path.c_str());
            return f;
        }
        auto p = mapped(std::move(*file), size);
        if (!p) return fault{errc::oversized, "names", size};
        p->put(h);
        return std::move(*p);
    }
    static fault set_aside(descriptor const& file, std::size_t size) {
        if (System::allocate(file.get(), off_t(size)) == 0) return System::ftruncate(file.get(), off_t(size)) == 0 ? fault{} : last_fault("names");
        if (errno != EOPNOTSUPP && errno != ENOSYS) return last_fault("names");
        bytes const zeros(1u << 20);
        for (std::size_t at = 0; at < size; at += zeros.size())
            if (auto f = write_all<System>(file, at, byte_view(zeros).first(std::min(zeros.size(), size - at)))) return f;
        return {};
    }

    void remove_from(std::size_t n) const noexcept {
        while (System::unlink(path_of(n).c_str()) == 0) ++n;
    }

    std::filesystem::path directory_;
    std::vector<part> parts_;
};

using name_table = basic_name_table<>;

} // namespace daicho::file
