#pragma once

#include <daicho/file/segment.hpp>

namespace daicho::file {

/// Where each block of one settled segment lies: 12 bytes a block, read in place. It holds nothing that the segment does not
/// hold, so it is written without a sync, and made again from the segment when it is missing or does not add up.
///
/// File: "daichoht", version, segment, the segment's salt, where its records end, the height below its first block, the sequence
/// that follows its records, number of blocks, checksum of all the rest; then offset, size and checksum of each block.
class height_table {
public:
    static constexpr std::uint32_t version = 1;

    struct summary {
        std::uint32_t number = 0, salt = 0, end = 0;
        std::uint64_t base = 0, sequence = 0;
    };

    static bytes encoded(summary const& s, std::span<place const> blocks) {
        bytes b(head + entry * blocks.size());
        std::copy(magic.begin(), magic.end(), b.begin());
        store_be32(&b[8], version);
        store_be32(&b[12], s.number);
        store_be32(&b[16], s.salt);
        store_be32(&b[20], s.end);
        store_be64(&b[24], s.base);
        store_be64(&b[32], s.sequence);
        store_be32(&b[40], std::uint32_t(blocks.size()));
        auto* to = b.data() + head;
        for (auto const& p : blocks) {
            store_be32(to, p.offset);
            store_be32(to + 4, p.size);
            store_be32(to + 8, p.sum);
            to += entry;
        }
        store_be32(&b[44], sum_of(b));
        return b;
    }

    /// A table made a moment ago, whether or not it could be written to a file.
    explicit height_table(bytes made) : made_(std::move(made)), at_(made_) {}

    /// Nothing when it is not the table of that segment, as it was written.
    static std::optional<height_table> of(mapping file, std::uint32_t number, std::uint32_t salt) {
        auto const b = file.view();
        if (b.size() < head || !equal(b.first(magic.size()), as_bytes(magic)) || load_be32(&b[8]) != version) return std::nullopt;
        if (load_be32(&b[12]) != number || load_be32(&b[16]) != salt) return std::nullopt;
        if ((b.size() - head) / entry != load_be32(&b[40]) || (b.size() - head) % entry != 0) return std::nullopt;
        if (load_be32(&b[44]) != sum_of(b)) return std::nullopt;
        return height_table(std::move(file));
    }

    height_table(height_table&& other) noexcept { *this = std::move(other); }
    height_table& operator=(height_table&& other) noexcept {
        made_.swap(other.made_);
        std::swap(file_, other.file_);
        std::swap(at_, other.at_);
        return *this;
    }
    ~height_table() = default;

    std::uint32_t end() const noexcept { return load_be32(&at_[20]); }
    std::uint64_t base() const noexcept { return load_be64(&at_[24]); }
    std::uint64_t sequence() const noexcept { return load_be64(&at_[32]); }
    std::uint32_t count() const noexcept { return load_be32(&at_[40]); }
    std::uint64_t last() const noexcept { return base() + count(); }

    /// The block at a height: base() < h <= last().
    place at(std::uint64_t h) const noexcept {
        auto const* const from = at_.data() + head + entry * std::size_t(h - base() - 1);
        return {load_be32(&at_[12]), load_be32(from), load_be32(from + 4), load_be32(from + 8)};
    }

private:
    static constexpr std::string_view magic = "daichoht";
    static constexpr std::size_t head = 48, entry = 12;

    explicit height_table(mapping file) : file_(std::move(file)), at_(file_.view()) {}

    static std::uint32_t sum_of(byte_view b) noexcept { return crc32c(b.subspan(head), crc32c(b.first(44))); }

    bytes made_;
    mapping file_;
    byte_view at_;
};

} // namespace daicho::file
