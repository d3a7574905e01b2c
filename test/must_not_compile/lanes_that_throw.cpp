// expect: H::many must be a many_hash of H: docs/concepts/many_hash.md
#include <daicho/hash/sha256.hpp>
#include <daicho/ledger/tree.hpp>

struct lanes {
    void hash(daicho::byte_view, daicho::byte_view, std::size_t, std::span<daicho::digest>) const
#ifdef DAICHO_CONTROL
        noexcept
#endif
    {}
    std::string_view kernel() const { return "lanes"; }
};

struct laned : daicho::sha256 {
    using many = lanes;
};

daicho::digest root(std::span<daicho::digest> level) { return daicho::ledger::root_over<laned>(level); }
