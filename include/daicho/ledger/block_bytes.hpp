#pragma once

#include <daicho/protocol.hpp>

#include <cassert>
#include <vector>

namespace daicho::ledger {

/// Where the parts of a block lie in its canonical bytes, so that what came as bytes is hashed and verified as it came. Decoding accepts
/// nothing but what encoding would write: of a block that was decoded from `canonical`, the sizes of its parts tell where each begins.
template <class P>
class block_bytes {
    using block_type = block_of<P>;
    using sealed_type = sealed_header_of<P>;

public:
    block_bytes(block_type const& block, byte_view canonical)
        : block_(block), canonical_(canonical), sealed_(canonical.subspan(schema::field<block_type>::opening.size(), schema::encoded_size(block.sealed))) {}

    byte_view sealed() const noexcept { return sealed_; }
    byte_view header() const noexcept {
        return sealed_.subspan(schema::field<sealed_type>::opening.size(), schema::encoded_size(block_.sealed.body));
    }
    /// Puts those of each transaction behind others.
    void append_transactions(std::vector<byte_view>& to) const {
        std::size_t const heads = schema::field<block_type>::opening.size() + schema::cbor::head_size(block_.transactions.size());
        byte_view left = canonical_.subspan(heads + sealed_.size());
        for (auto& tx : block_.transactions) {
            to.push_back(left.first(schema::encoded_size(tx)));
            left = left.subspan(to.back().size());
        }
        assert(left.empty());
    }

private:
    block_type const& block_;
    byte_view canonical_, sealed_;
};

/// What the sender of a transaction signs, in the canonical bytes of the whole.
template <class P>
byte_view body_bytes(transaction_of<P> const& tx, byte_view canonical) {
    std::size_t const before = schema::field<transaction_of<P>>::opening.size();
    return canonical.subspan(before, canonical.size() - before - schema::encoded_size(tx.signature));
}

} // namespace daicho::ledger
