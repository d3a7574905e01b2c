// expect: H::of_path must make a digest of a byte, a digest, a path and its lefts, and not throw: docs/concepts/hash_function.md
#include <daicho/hash/sha256.hpp>
#include <daicho/ledger/proof.hpp>

struct hurried : daicho::sha256 {
    static daicho::digest of_path(daicho::byte, daicho::digest const& from, std::span<daicho::digest const>, std::uint64_t)
#ifdef DAICHO_CONTROL
        noexcept
#endif
    {
        return from;
    }
};

daicho::fault proof(daicho::ledger::inclusion const& claim, daicho::digest const& root) { return daicho::ledger::verify_inclusion<hurried>(claim, 4, root); }
