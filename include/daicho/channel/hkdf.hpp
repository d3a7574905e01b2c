#pragma once

#include <daicho/hash/hmac.hpp>

#include <cassert>

namespace daicho::channel {

/// Makes several keys of one secret (RFC 5869): what is known of one says nothing of another. Keeps nothing of it behind.
template <hash_function H>
class hkdf {
public:
    /// RFC 5869 2.2, extract.
    hkdf(byte_view salt, byte_view keying) : key_(hmac<H>::tag(salt, keying)) {}

    /// RFC 5869 2.3, expand. `out` is at most 255 digests long.
    void expand(byte_view info, byte_span out) const {
        assert(out.size() <= 255 * std::tuple_size_v<digest>);
        digest block{};
        wiped_at_end const later(block);
        std::size_t held = 0;
        byte counter = 0;
        while (!out.empty()) {
            hmac<H> m(key_);
            m.update(byte_view(block).first(held));
            m.update(info);
            m.update(byte_view(&++counter, 1));
            block = m.finish();
            held = std::min(out.size(), block.size());
            std::copy_n(block.begin(), held, out.begin());
            out = out.subspan(held);
            held = block.size();
        }
    }

private:
    secret<std::tuple_size_v<digest>> key_;
};

} // namespace daicho::channel
