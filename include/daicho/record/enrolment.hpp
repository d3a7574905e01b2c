#pragma once

#include <daicho/record/release.hpp>
#include <daicho/record/state.hpp>

namespace daicho {

using channel_key = inline_bytes<limits::channel_key>;
using model_list = inline_list<model_name, limits::models>;

/// A member's key and what it is for. A publisher lists the models it may release, a device its one model.
template <class Scheme>
struct enrolment {
    using public_key_type = typename Scheme::public_key_type;
    static constexpr schema::tag schema{0x13, 1, "enrolment"};
    DAICHO_RECORD(enrolment<Scheme>,
        (member_role, role),
        (std::uint16_t, algorithm),      // of the key: Scheme::algorithm
        (public_key_type, key),          // signs; its digest is the member's node_id
        (channel_key, channel),          // the key of the secure channel; differs from the signing key
        (model_list, models));
    friend bool operator==(enrolment const&, enrolment const&) = default;
};

/// A device asks to be enrolled: it shows that it holds the key (signature) and the claim code that came with it.
/// `claim` is HMAC(code, chain id, key): whoever relays it cannot use it for another key.
template <class Scheme>
struct enrolment_request {
    using enrolment_type = enrolment<Scheme>;
    static constexpr schema::tag schema{0x14, 1, "enrolment_request"};
    DAICHO_RECORD(enrolment_request<Scheme>,
        (digest, chain_id),
        (enrolment_type, wanted),
        (digest, claim),
        (nonce128, nonce));
    friend bool operator==(enrolment_request const&, enrolment_request const&) = default;
};

} // namespace daicho
