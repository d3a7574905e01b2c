#pragma once

#include <daicho/record/message.hpp>
#include <daicho/role/device_memory.hpp>

#include <algorithm>

namespace daicho {

/// What a device says to its gateway in its own name: version checks, reports, the wish to be enrolled. Each is written into `out`, of
/// `longest` bytes. Never allocates, never throws.
/// `Store`, `Signer`, `Entropy`: a state_store, a signer and an entropy, which outlive it.
template <class P, class Store, class Signer, class Entropy>
class device_messages {
    using scheme = scheme_of<P>;
    using memory_type = device_memory<P, Store>;

public:
    static constexpr std::size_t longest = std::max({schema::max_encoded<version_check>, schema::max_encoded<carry<scheme>>, schema::max_encoded<enrol<scheme>>});

    device_messages(model_name const& model, Signer& key, Entropy& random) : model_(model), key_(key), random_(random), me_(id_of<P>(key.public_key())) {}

    node_id const& id() const noexcept { return me_; }
    model_name const& model() const noexcept { return model_; }
    /// Of the last version check.
    nonce128 const& nonce() const noexcept { return nonce_; }

    /// paper 2.3: version and hash of what runs. Errors: of the source of randomness.
    result<byte_view> check(memory_type const& kept, byte_span out) {
        if (auto f = random_.fill(nonce_)) return f;
        return schema::encode_into(out, version_check{me_, model_, kept.state().version, kept.state().verifier, nonce_});
    }

    /// What is still unreported, as a transaction. Its sequence number is spent, durably, before it is seen. Errors: the cell's, the signer's.
    result<byte_view> report(memory_type& kept, byte_span out) {
        carry<scheme> message{};
        auto& b = message.carried.body;
        auto const& r = *kept->report;
        b.chain_id = kept.trust().chain_id;
        b.state = r.state;
        b.recipient = kept->gateway;
        b.sender = me_;
        b.model = model_;
        b.ver = r.ver;
        b.verifier = r.verifier;
        b.sequence = ++kept->sequence;
        b.time = kept->time_floor;
        if (auto f = kept.save()) return f;
        auto signature = sign<P>(key_, b);
        if (!signature) return signature.error();
        message.carried.signature = *signature;
        return schema::encode_into(out, message);
    }

    /// `claim`: HMAC of the code that came with the device (trust/claim.hpp); `channel`: its key of the secure channel. Errors: of the
    /// source of randomness, the signer's.
    result<byte_view> enrolment(digest const& chain_id, digest const& claim, channel_key const& channel, byte_span out) {
        enrol<scheme> request{};
        request.body.chain_id = chain_id;
        request.body.wanted = {.role = member_role::device, .algorithm = scheme::algorithm, .key = key_.public_key(), .channel = channel, .models = {model_}};
        request.body.claim = claim;
        if (auto f = random_.fill(request.body.nonce)) return f;
        auto signature = sign<P>(key_, request.body);
        if (!signature) return signature.error();
        request.signature = *signature;
        return schema::encode_into(out, request);
    }

private:
    model_name model_;
    Signer& key_;
    Entropy& random_;
    node_id me_;
    nonce128 nonce_{};
};

} // namespace daicho
