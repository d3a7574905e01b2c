// expect: Protocol::note_scheme must be a model of Ed25519: docs/tlog.md
#include <daicho/consensus/authority.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/ledger/note_owners.hpp>
#include <daicho/signature/ecdsa_p256.hpp>
#include <daicho/signature/ed25519.hpp>

struct scheme : daicho::ed25519_types {
    static bool verify(public_key_type const&, daicho::byte_view, signature_type const&) noexcept { return false; }
};
struct another : daicho::ecdsa_p256_types {
    static bool verify(public_key_type const&, daicho::byte_view, signature_type const&) noexcept { return false; }
};

struct protocol {
    using hash = daicho::sha256;
    using signature = scheme;
#ifdef DAICHO_CONTROL
    using note_scheme = scheme;
#else
    using note_scheme = another;
#endif
    using consensus = daicho::authority;
    using limits = daicho::default_limits;
};

template class daicho::ledger::note_owners<protocol>;
