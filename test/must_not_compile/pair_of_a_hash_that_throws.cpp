// expect: H::of_pair must make a digest of a byte and two digests, and not throw: docs/concepts/hash_function.md
#include <daicho/hash/sha256.hpp>
#include <daicho/ledger/tree.hpp>

struct hurried : daicho::sha256 {
    static daicho::digest of_pair(daicho::byte, daicho::digest const& left, daicho::digest const&)
#ifdef DAICHO_CONTROL
        noexcept
#endif
    {
        return left;
    }
};

daicho::digest node(daicho::digest const& left, daicho::digest const& right) { return daicho::ledger::node_hash<hurried>(left, right); }
