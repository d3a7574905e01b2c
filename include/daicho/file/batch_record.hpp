#pragma once

#include <daicho/concept/block_store.hpp>

namespace daicho::file {

/// How a store_batch lies in a log: its members in the order they take effect, counts and lengths as 32-bit big-endian.
inline bytes encode_batch(store_batch const& batch) {
    bytes out;
    auto const put32 = [&](std::size_t n) {
        out.resize(out.size() + 4);
        store_be32(&out[out.size() - 4], std::uint32_t(n));
    };
    auto const put = [&](byte_view b) {
        put32(b.size());
        out.insert(out.end(), b.begin(), b.end());
    };
    out.resize(8);
    store_be64(out.data(), batch.keep);
    put32(batch.blocks.size());
    for (auto& b : batch.blocks) put(b);
    put32(batch.add_pending.size());
    for (auto& [id, b] : batch.add_pending) {
        out.insert(out.end(), id.begin(), id.end());
        put(b);
    }
    put32(batch.drop_pending.size());
    for (auto& id : batch.drop_pending) out.insert(out.end(), id.begin(), id.end());
    put32(batch.cells.size());
    for (auto& [name, b] : batch.cells) {
        put(as_bytes(name));
        put(b);
    }
    return out;
}

/// Bytes encode_batch will need.
inline std::uint64_t encoded_size(store_batch const& batch) noexcept {
    std::uint64_t n = 8 + 4 * 4 + batch.drop_pending.size() * 32;
    for (auto& b : batch.blocks) n += 4 + b.size();
    for (auto& [id, b] : batch.add_pending) n += 36 + b.size();
    for (auto& [name, b] : batch.cells) n += 8 + name.size() + b.size();
    return n;
}

/// Walks an encoded batch without copying it, and tells `to` what happens, in order:
///   to.keep(height)  to.block(b)  to.add(id, b)  to.drop(id)  to.cell(name, b)
/// Errors: store_corrupt when the bytes are not a batch.
template <class To>
fault replay_batch(byte_view in, To&& to) {
    bool good = true;
    auto const take = [&](std::size_t n) {
        good = good && n <= in.size();
        auto const piece = good ? in.first(n) : byte_view{};
        in = good ? in.subspan(n) : byte_view{};
        return piece;
    };
    auto const take32 = [&] {
        auto const b = take(4);
        return good ? load_be32(b.data()) : 0u;
    };
    auto const take_id = [&] {
        digest id{};
        auto const b = take(id.size());
        std::copy(b.begin(), b.end(), id.begin());
        return id;
    };
    auto const each = [&](auto&& one) {
        for (auto n = take32(); n != 0 && good; --n) one();
    };
    if (auto const height = take(8); good) to.keep(load_be64(height.data()));
    each([&] {
        if (auto const b = take(take32()); good) to.block(b);
    });
    each([&] {
        auto const id = take_id();
        if (auto const b = take(take32()); good) to.add(id, b);
    });
    each([&] {
        if (auto const id = take_id(); good) to.drop(id);
    });
    each([&] {
        auto const name = take(take32());
        if (auto const b = take(take32()); good) to.cell(as_text(name), b);
    });
    return good && in.empty() ? fault{} : fault{errc::store_corrupt, "batch"};
}

} // namespace daicho::file
