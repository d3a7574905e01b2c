#pragma once

#include <daicho/record/block.hpp>
#include <daicho/record/genesis.hpp>

namespace daicho {

/// A chain as a file: what an observer exports and another imports, through any archive. It vouches for nothing: whoever
/// imports it pins the genesis and checks every block.
template <class Scheme, class Proof>
struct exported_chain {
    using genesis_type = genesis<Scheme>;
    using block_list = bounded_list<block<Scheme, Proof>, 1u << 20>;
    static constexpr schema::tag schema{0x68, 1, "exported_chain"};
    DAICHO_RECORD(exported_chain,
        (genesis_type, start),
        (block_list, blocks));
    friend bool operator==(exported_chain const&, exported_chain const&) = default;
};

} // namespace daicho
