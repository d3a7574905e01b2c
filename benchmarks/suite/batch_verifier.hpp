#pragma once

#include "row.hpp"
#include "signature.hpp"

#include <daicho/concept/batch_verifier.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace daicho::benchmarks {

/// Good signatures to verify together: `count` of them, by `keys` signers in turn.
template <class Scheme, class Signer>
class signed_batch {
public:
    template <class MakeSigner>
    signed_batch(MakeSigner&& make_signer, std::size_t keys, std::size_t count) : keys_(keys), messages_(count), signatures_(count) {
        std::vector<Signer> signers;
        for (std::size_t i = 0; i != keys; ++i) {
            signers.push_back(must(make_signer(), "making a key"));
            keys_[i] = signers.back().public_key();
        }
        for (std::size_t i = 0; i != count; ++i) {
            messages_[i] = signed_message_of(i);
            signatures_[i] = must(signers[i % keys].sign(messages_[i]), "signing");
            batch_.push_back({&keys_[i % keys], messages_[i], &signatures_[i]});
        }
    }
    std::span<daicho::signed_message<Scheme> const> batch() const noexcept { return batch_; }

private:
    static bytes signed_message_of(std::size_t i) {
        bytes m = sample_message();
        store_be64(m.data(), i);
        return m;
    }
    std::vector<typename Scheme::public_key_type> keys_;
    std::vector<bytes> messages_;
    std::vector<typename Scheme::signature_type> signatures_;
    std::vector<daicho::signed_message<Scheme>> batch_;
};

/// A batch verifier's two rows: keys that it met before (64 of them, 512 signatures at a time), and keys that it meets for the
/// first time (a new verifier for each 512 keys). `make_verifier() -> Verifier`.
template <signature_scheme Scheme, class Signer, class MakeVerifier, class MakeSigner>
    requires daicho::signer<Signer, Scheme>
void batch_verifier(std::string const& policy, MakeVerifier make_verifier, MakeSigner make_signer) {
    static constexpr std::size_t count = 512;
    auto const run = [make_verifier, make_signer](benchmark::State& state, std::size_t keys, bool known) {
        static std::vector<std::pair<std::size_t, std::shared_ptr<signed_batch<Scheme, Signer>>>> made;  // all rows of one scheme share them
        auto found = std::find_if(made.begin(), made.end(), [&](auto const& m) { return m.first == keys; });
        if (found == made.end())
            found = made.insert(made.end(), {keys, std::make_shared<signed_batch<Scheme, Signer>>(make_signer, keys, count)});
        auto const batch = found->second->batch();
        auto const room = std::make_unique<bool[]>(count);
        std::span<bool> const verdicts(room.get(), count);
        auto verifier = std::make_unique<decltype(make_verifier())>(make_verifier());
        static_assert(daicho::batch_verifier<std::remove_reference_t<decltype(*verifier)>, Scheme>);
        if (known) verifier->verify(batch, verdicts);
        for (auto _ : state) {
            if (!known) {
                state.PauseTiming();
                verifier = std::make_unique<decltype(make_verifier())>(make_verifier());
                state.ResumeTiming();
            }
            verifier->verify(batch, verdicts);
            if (std::count(verdicts.begin(), verdicts.end(), true) != std::ptrdiff_t(count))
                throw std::runtime_error("a good signature was refused");
        }
        state.SetItemsProcessed(std::int64_t(state.iterations() * count));
    };
    add({.group = "verify many, keys met before", .policy = policy, .body = [run](auto& state) { run(state, 64, true); }, .item = "signature"});
    add({.group = "verify many, keys met for the first time", .policy = policy, .body = [run](auto& state) { run(state, count, false); },
         .item = "signature"});
}

} // namespace daicho::benchmarks
