#pragma once

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <vector>

namespace daicho::ledger {

/// Signatures that somebody still has to verify, in the order in which a chain meets them, each with the fault it is when it
/// is bad. Owns what it holds, so it may be checked later and elsewhere.
template <class P>
class claims {
public:
    using scheme = scheme_of<P>;

    template <record Body>
    void add(public_key_of<P> const& key, Body const& what, signature_of<P> const& signature, fault const& if_bad) {
        std::size_t const begin = text_.size(), n = schema::encoded_size(what);
        text_.resize(begin + n);
        (void)schema::encode_into(byte_span(text_).subspan(begin, n), what);
        all_.push_back({key, signature, begin, n, if_bad});
    }

    std::size_t size() const noexcept { return all_.size(); }
    bool empty() const noexcept { return all_.empty(); }
    void clear() noexcept {
        all_.clear();
        text_.clear();
    }
    /// Drops all but the first n.
    void keep(std::size_t n) noexcept {
        if (n >= size()) return;
        text_.resize(all_[n].begin);
        all_.erase(all_.begin() + std::ptrdiff_t(n), all_.end());
    }

    /// What is to be verified. Valid until the next change.
    signed_message<scheme> operator[](std::size_t i) const noexcept {
        auto const& c = all_[i];
        return {&c.key, byte_view(text_).subspan(c.begin, c.size), &c.signature};
    }
    std::vector<signed_message<scheme>> messages(std::size_t from, std::size_t n) const {
        std::vector<signed_message<scheme>> out;
        for (std::size_t i = from; i != std::min(from + n, size()); ++i) out.push_back((*this)[i]);
        return out;
    }
    fault const& if_bad(std::size_t i) const noexcept { return all_[i].if_bad; }

    /// Takes note of a claim, as registry and consensus make them, and lets it pass until it is verified.
    auto noting() {
        return [this](public_key_of<P> const& key, auto const& what, signature_of<P> const& signature, fault const& if_bad) {
            this->add(key, what, signature, if_bad);
            return fault{};
        };
    }

    /// Puts another's claims behind these.
    void append(claims const& later) {
        std::size_t const begin = text_.size();
        text_.insert(text_.end(), later.text_.begin(), later.text_.end());
        for (auto c : later.all_) {
            c.begin += begin;
            all_.push_back(std::move(c));
        }
    }

private:
    struct claim {
        public_key_of<P> key;
        signature_of<P> signature;
        std::size_t begin, size;  // of the message in text_
        fault if_bad;
    };
    std::vector<claim> all_;
    bytes text_;
};

/// Where the first bad one from `from` up to `to` stands; `to` when all are good. At most 127 are verified in vain behind a bad one,
/// so that a forger gains little by a long list.
template <class P, class Verifier>
    requires batch_verifier<Verifier, scheme_of<P>>
std::size_t first_bad(claims<P> const& all, std::size_t from, std::size_t to, Verifier& verifier) {
    constexpr std::size_t run = 128;
    for (; from < to; from += run) {
        auto const batch = all.messages(from, std::min(run, to - from));
        bool verdicts[run] = {};
        verifier.verify(batch, std::span<bool>(verdicts, batch.size()));
        for (std::size_t i = 0; i != batch.size(); ++i)
            if (!verdicts[i]) return from + i;
    }
    return to;
}
template <class P, class Verifier>
    requires batch_verifier<Verifier, scheme_of<P>>
std::size_t first_bad(claims<P> const& all, Verifier& verifier) {
    return first_bad(all, 0, all.size(), verifier);
}

/// The fault of the first bad one; none when all are good.
template <class P, class Verifier>
fault check(claims<P> const& all, Verifier& verifier) {
    auto const at = first_bad(all, verifier);
    return at == all.size() ? fault{} : all.if_bad(at);
}

} // namespace daicho::ledger
