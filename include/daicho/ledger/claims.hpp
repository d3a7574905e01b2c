#pragma once

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace daicho::ledger {

/// Signatures that somebody still has to verify, in the order in which a chain meets them, each with the fault it is when it
/// is bad. Owns what it holds, or shares in it, so it may be checked later and elsewhere.
template <class P>
class claims {
public:
    using scheme = scheme_of<P>;

    template <record Body>
    void add(public_key_of<P> const& key, Body const& what, signature_of<P> const& signature, fault const& if_bad) {
        std::size_t const begin = text_.size(), n = schema::encoded_size(what);
        text_.resize(begin + n);
        (void)schema::encode_into(byte_span(text_).subspan(begin, n), what);
        all_.push_back({key, signature, nullptr, begin, n, if_bad});
        lots_.push_back(lot_of(key));
    }
    /// Of a message whose canonical bytes are among some that are shared.
    void add_shared(public_key_of<P> const& key, byte_view canonical, signature_of<P> const& signature, fault const& if_bad) {
        all_.push_back({key, signature, canonical.data(), text_.size(), canonical.size(), if_bad});
        lots_.push_back(lot_of(key));
    }
    /// Keeps bytes for the claims that are added from now on.
    void share(std::shared_ptr<bytes const> with) { shared_.push_back(std::move(with)); }

    std::size_t size() const noexcept { return all_.size(); }
    bool empty() const noexcept { return all_.empty(); }
    void clear() noexcept {
        all_.clear();
        lots_.clear();
        text_.clear();
        shared_.clear();
    }
    /// Drops all but the first n.
    void keep(std::size_t n) noexcept {
        if (n >= size()) return;
        text_.resize(all_[n].begin);
        all_.erase(all_.begin() + std::ptrdiff_t(n), all_.end());
        lots_.resize(n);
    }

    /// What is to be verified. Valid until the next change.
    signed_message<scheme> operator[](std::size_t i) const noexcept {
        auto const& c = all_[i];
        return {&c.key, {c.shared ? c.shared : text_.data() + c.begin, c.size}, &c.signature};
    }
    std::vector<signed_message<scheme>> messages(std::size_t from, std::size_t n) const {
        std::vector<signed_message<scheme>> out;
        out.reserve(std::min(n, size() - from));
        for (std::size_t i = from; i != std::min(from + n, size()); ++i) out.push_back((*this)[i]);
        return out;
    }
    fault const& if_bad(std::size_t i) const noexcept { return all_[i].if_bad; }

    /// Of each, in which lot it is: those by a key that was always given from one place, as a registry gives its members', are in one
    /// lot. A verifier keeps tables of keys, so that lots are what threads share out and verify one after another.
    std::span<std::uint8_t const> lot() const noexcept { return lots_; }

    /// Takes note of a claim, as registry and consensus make them, and lets it pass until it is verified.
    /// `body`: where the canonical bytes of a transaction's body are shared.
    auto noting(byte_view body = {}) {
        return [this, body](public_key_of<P> const& key, auto const& what, signature_of<P> const& signature, fault const& if_bad) {
            if (std::same_as<decltype(what), transaction_body<scheme> const&> && !body.empty()) this->add_shared(key, body, signature, if_bad);
            else this->add(key, what, signature, if_bad);
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
        lots_.insert(lots_.end(), later.lots_.begin(), later.lots_.end());
        shared_.insert(shared_.end(), later.shared_.begin(), later.shared_.end());
    }

private:
    struct claim {
        public_key_of<P> key;
        signature_of<P> signature;
        byte const* shared;       // the message; null where it is in text_
        std::size_t begin, size;  // of it in text_
        fault if_bad;
    };
    static std::uint8_t lot_of(public_key_of<P> const& key) noexcept {
        return std::uint8_t(std::uint64_t(reinterpret_cast<std::uintptr_t>(&key)) * 0x9e3779b97f4a7c15u >> 56);
    }

    std::vector<claim> all_;
    std::vector<std::uint8_t> lots_;
    bytes text_;
    std::vector<std::shared_ptr<bytes const>> shared_;
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
/// The first bad one of some, in whichever order they are given; all.size() when these are good. None behind one that was found bad is
/// verified later.
template <class P, class Verifier>
    requires batch_verifier<Verifier, scheme_of<P>>
std::size_t first_bad(claims<P> const& all, std::span<std::uint32_t const> some, Verifier& verifier) {
    constexpr std::size_t run = 128;
    std::vector<signed_message<scheme_of<P>>> batch;
    std::array<std::uint32_t, run> which;
    bool verdicts[run] = {};
    batch.reserve(run);
    std::size_t first = all.size();
    for (auto it = some.begin(); it != some.end(); batch.clear()) {
        for (; it != some.end() && batch.size() != run; ++it) {
            if (*it >= first) continue;
            which[batch.size()] = *it;
            auto const& next = batch.emplace_back(all[*it]);
            for (std::size_t at = 0; at < next.message.size(); at += 64) __builtin_prefetch(next.message.data() + at);
        }
        verifier.verify(batch, std::span<bool>(verdicts, batch.size()));
        for (std::size_t i = 0; i != batch.size(); ++i)
            if (!verdicts[i]) first = std::min<std::size_t>(first, which[i]);
    }
    return first;
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
