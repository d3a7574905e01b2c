// expect: Store must be an artifact_store: docs/concepts/artifact_store.md
#include <daicho/hash/sha256.hpp>
#include <daicho/memory/artifact_store.hpp>
#include <daicho/role/repository.hpp>
#include <daicho/signature/ed25519.hpp>

struct scheme : daicho::ed25519_types {
    static bool verify(public_key_type const&, daicho::byte_view, signature_type const&) noexcept { return false; }
};

#ifdef DAICHO_CONTROL
using store = daicho::memory::artifact_store;
#else
struct store {
    daicho::fault put(daicho::digest const&, daicho::byte_view);
    daicho::fault read(daicho::digest const&, std::uint64_t, daicho::byte_span);
};
#endif

template class daicho::role::repository<scheme, daicho::sha256, store>;
