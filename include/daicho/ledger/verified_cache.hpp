#pragma once

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/protocol.hpp>

#include <unordered_set>
#include <utility>

namespace daicho::ledger {

/// Remembers signatures that were verified, each by the digest of key, message and signature: with another signature, another
/// body or under another key it is another one, and not known. Only good ones are remembered, the latest within a bound, so
/// nobody can fill it without signing.
template <class P>
class verified_cache {
public:
    /// Holds the latest `most` / 2 at least, `most` at most.
    explicit verified_cache(std::size_t most = 65'536) : half_(most / 2) {}

    static digest name_of(signed_message<scheme_of<P>> const& m) noexcept {
        hash_of<P> h;
        schema::buffer_for<public_key_of<P>> key;
        schema::buffer_for<signature_of<P>> signature;
        h.update(*schema::encode_into(key, *m.key));              // each says itself where it ends
        h.update(*schema::encode_into(signature, *m.signature));
        h.update(m.message);
        return h.finish();
    }

    bool holds(digest const& name) const noexcept { return young_.count(name) != 0 || old_.count(name) != 0; }

    void add(digest const& name) noexcept try {
        if (half_ == 0) return;
        if (young_.size() == half_ && young_.count(name) == 0) old_ = std::exchange(young_, {});  // the older half goes at once
        young_.insert(name);
    } catch (...) {  // without memory it remembers less
    }

    std::size_t size() const noexcept { return young_.size() + old_.size(); }

private:
    std::size_t half_;
    std::unordered_set<digest, digest_hash> young_, old_;
};

} // namespace daicho::ledger
