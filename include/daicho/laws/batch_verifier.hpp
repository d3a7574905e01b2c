#pragma once

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/laws/law.hpp>
#include <daicho/laws/signature_scheme.hpp>

#include <deque>
#include <memory>
#include <vector>

namespace daicho::laws {

namespace detail {

/// Keys, messages and signatures to make batches of, at places that stay.
template <class Scheme>
struct signed_items {
    struct item {
        typename Scheme::public_key_type key;
        bytes message;
        typename Scheme::signature_type signature;
        bool good;  ///< what the scheme says
    };
    void add(typename Scheme::public_key_type const& key, bytes const& message, typename Scheme::signature_type const& signature) {
        all.push_back({key, message, signature, Scheme::verify(key, message, signature)});
    }
    std::deque<item> all;
};

/// Verifies a batch between two guards, over verdicts that stood at `before`. Returns them; none when a guard was overwritten.
template <class Scheme, class Verifier>
std::vector<bool> verdicts_of(Verifier& b, std::vector<typename signed_items<Scheme>::item const*> const& items, bool before) {
    std::vector<signed_message<Scheme>> batch;
    for (auto* i : items) batch.push_back({&i->key, i->message, &i->signature});
    auto const room = std::make_unique<bool[]>(batch.size() + 2);
    std::fill_n(room.get(), batch.size() + 2, before);
    b.verify(batch, std::span<bool>(room.get() + 1, batch.size()));
    if (room[0] != before || room[batch.size() + 1] != before) return {};
    return std::vector<bool>(room.get() + 1, room.get() + 1 + batch.size());
}

} // namespace detail

/// The laws of docs/concepts/batch_verifier.md, tried with two signers of different keys.
template <daicho::signature_scheme Scheme, class Verifier, class Signer>
    requires daicho::batch_verifier<Verifier, Scheme> && daicho::signer<Signer, Scheme>
void batch_verifier(verdict& v, Verifier& b, Signer& one, Signer& other) {
    using item = typename detail::signed_items<Scheme>::item;
    typename Scheme::public_key_type const key = one.public_key(), others_key = other.public_key();
    std::string const kernel(std::string_view(b.kernel()));
    v.law("What does the arithmetic has a name.", !kernel.empty());

    // Good ones of both keys, of lengths around the blocks of a hash, and what becomes of them when anything is altered.
    detail::signed_items<Scheme> good, altered;
    for (std::size_t n : {0u, 1u, 31u, 47u, 48u, 63u, 64u, 65u, 111u, 112u, 127u, 128u, 200u, 300u, 1000u, 3000u}) {
        bytes message(n);
        for (std::size_t i = 0; i != n; ++i) message[i] = byte(i * 7 + n);
        auto const ours = one.sign(message), theirs = other.sign(message);
        v.law("A signer signs every message.", ours && theirs);
        if (!ours || !theirs) return;
        good.add(key, message, *ours);
        good.add(others_key, message, *theirs);
        altered.add(others_key, message, *ours);
        bytes longer = message;
        longer.push_back(0);
        altered.add(key, longer, *ours);
    }
    auto const& sample = good.all[6];
    detail::for_each_altered(sample.signature, [&](auto const& s) { altered.add(key, sample.message, s); });
    if (altered.all.size() > 600) altered.all.resize(600);
    detail::for_each_altered(key, [&](auto const& k) {
        if (altered.all.size() < 900) altered.add(k, sample.message, sample.signature);
    });
    altered.add({}, sample.message, sample.signature);
    altered.add(key, sample.message, {});
    altered.add({}, {}, {});
    v.law("What was signed verifies.", std::all_of(good.all.begin(), good.all.end(), [](item const& i) { return i.good; }));

    auto const right = [&](std::vector<item const*> const& items, bool before = false) {
        auto const got = detail::verdicts_of<Scheme>(b, items, before);
        if (got.size() != items.size()) return false;
        for (std::size_t i = 0; i != items.size(); ++i)
            if (got[i] != items[i]->good) return false;
        return true;
    };

    { // nothing but the batch
        bool guards[2] = {true, false};
        b.verify({}, std::span<bool>(guards + 1, 0));
        v.law("An empty batch is answered, and nothing beyond a batch is written.", guards[0] && !guards[1]);
        item const* first = &good.all[0];
        v.law("An empty batch is answered, and nothing beyond a batch is written.",
              detail::verdicts_of<Scheme>(b, {first, first, first}, false).size() == 3 && detail::verdicts_of<Scheme>(b, {first}, true).size() == 1);
    }
    for (std::size_t size : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 32u, 33u, 63u, 64u, 65u, 129u}) {
        std::vector<item const*> batch;
        for (std::size_t i = 0; i != size; ++i) batch.push_back(&good.all[(i * 5 + size) % good.all.size()]);
        v.law("A batch of good ones is good throughout, whatever its size.", right(batch));
        if (size > 33) continue;
        for (std::size_t at = 0; at != size; ++at) {  // one bad one at every place
            auto spoilt = batch;
            spoilt[at] = &altered.all[(at * 11 + size) % altered.all.size()];
            v.law("One bad signature is bad wherever it stands, and its neighbours stay good.", right(spoilt));
        }
    }
    { // all the altered ones, among themselves and among good ones
        std::vector<item const*> bad, mixed;
        for (auto& i : altered.all) {
            bad.push_back(&i);
            mixed.push_back(&i);
            if (mixed.size() % 3 == 0) mixed.push_back(&good.all[mixed.size() % good.all.size()]);
        }
        v.law("Whatever is altered, the verdict is the scheme's.", right(bad));
        v.law("Whatever is altered, the verdict is the scheme's.", right(mixed));
        v.law("Every verdict is written, whatever stood there.", right(mixed, true) == right(mixed, false));
        std::vector<item const*> const few(mixed.begin(), mixed.begin() + 5);
        v.law("Every verdict is written, whatever stood there.", right(few, true) == right(few, false));
        v.law("Asked again, it answers the same.", detail::verdicts_of<Scheme>(b, mixed, false) == detail::verdicts_of<Scheme>(b, mixed, false));
    }
    { // the same key many times, beside another's signature of the same message
        std::vector<item const*> batch;
        for (std::size_t i = 0; i != 70; ++i) {
            batch.push_back(&good.all[(i % 4) * 2]);
            if (i % 9 == 4) batch.push_back(&altered.all[0]);
        }
        v.law("A key or a signature that comes again is judged again.", right(batch));
        v.law("A key or a signature that comes again is judged again.", right({&good.all[0], &altered.all[0], &good.all[0], &altered.all[0]}));
        v.law("A key or a signature that comes again is judged again.", right({&altered.all[0], &altered.all[0], &good.all[0]}));
    }
    v.law("What does the arithmetic has a name, and keeps it.", kernel == std::string_view(b.kernel()));
}

} // namespace daicho::laws
