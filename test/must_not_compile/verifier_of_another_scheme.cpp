// expect: Platform::verifier must be a batch_verifier of Protocol::signature: docs/concepts/batch_verifier.md
#include <daicho/consensus/authority.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/memory/block_store.hpp>
#include <daicho/role/ledger_node.hpp>
#include <daicho/signature/ed25519.hpp>

struct scheme : daicho::ed25519_types {
    static bool verify(public_key_type const&, daicho::byte_view, signature_type const&) noexcept { return false; }
};
struct another : scheme {};

struct protocol {
    using hash = daicho::sha256;
    using signature = scheme;
    using consensus = daicho::authority;
    using limits = daicho::default_limits;
};
struct platform {
    using block_store = daicho::memory::block_store;
    struct signer {
        scheme::public_key_type public_key() const { return {}; }
        daicho::result<scheme::signature_type> sign(daicho::byte_view) { return scheme::signature_type{}; }
    };
    struct entropy {
        daicho::fault fill(daicho::byte_span) { return {}; }
    };
#ifdef DAICHO_CONTROL
    using verifier = daicho::one_by_one<scheme>;
#else
    using verifier = daicho::one_by_one<another>;
#endif
};

template class daicho::role::ledger_node<protocol, platform>;
