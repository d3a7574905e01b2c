#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/schema/record.hpp>

#include <variant>

namespace daicho {

/// What an authority signs to seal a block: one header in one slot of one chain. Small, and bound to the chain, so that two of them
/// show on their own that somebody sealed twice.
struct seal_statement {
    static constexpr schema::tag schema{0x3a, 1, "seal_statement"};
    DAICHO_RECORD(seal_statement,
        (digest, chain_id),
        (std::uint64_t, slot),
        (digest, header));                     // H(header)
    friend bool operator==(seal_statement const&, seal_statement const&) = default;
};

/// Two headers that one signer sealed for one slot: proof that it is not honest, to whoever knows its key and the chain.
template <class Scheme>
struct equivocation {
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x22, 1, "equivocation"};
    DAICHO_RECORD(equivocation<Scheme>,
        (std::uint64_t, slot),
        (digest, first),                       // H(header), below the other
        (signature_type, first_signature),     // over a seal_statement
        (digest, second),
        (signature_type, second_signature));
    friend bool operator==(equivocation const&, equivocation const&) = default;
};

/// Two trees of one size that a member's note key signed: proof that it is not honest, to whoever knows the genesis. The notes are made
/// again from it: checkpoints of the chain's log, of three lines.
struct forked_tree {
    using signature_type = std::array<byte, 64>;  // Ed25519
    static constexpr schema::tag schema{0x24, 1, "forked_tree"};
    DAICHO_RECORD(forked_tree,
        (std::uint64_t, size),
        (digest, first),                       // root, below the other
        (signature_type, first_signature),     // over the checkpoint's text
        (digest, second),
        (signature_type, second_signature));
    friend bool operator==(forked_tree const&, forked_tree const&) = default;
};

/// For what whoever keeps a chain has a member expelled.
template <class Scheme>
using member_evidence = std::variant<equivocation<Scheme>, forked_tree>;

} // namespace daicho
