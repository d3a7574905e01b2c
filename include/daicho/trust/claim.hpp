#pragma once

#include <daicho/hash/hmac.hpp>
#include <daicho/protocol.hpp>

namespace daicho::trust {

/// What a device shows in place of its one-time claim code: HMAC(code, chain id, key). A relay that sees it learns nothing
/// that enrols another key.
template <class P>
digest claim_of(byte_view code, digest const& chain_id, public_key_of<P> const& key) {
    hmac<hash_of<P>> m(code);
    m.update(as_bytes("daicho claim"));
    m.update(chain_id);
    schema::buffer_for<public_key_of<P>> buffer;
    m.update(*schema::encode_into(buffer, key));
    return m.finish();
}

} // namespace daicho::trust
