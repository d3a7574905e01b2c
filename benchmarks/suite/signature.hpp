#pragma once

#include "row.hpp"

#include <daicho/concept/signature_scheme.hpp>

#include <memory>

namespace daicho::benchmarks {

inline constexpr std::size_t message_size = 250;  ///< about what a device signs

inline bytes sample_message() {
    bytes m(message_size);
    for (std::size_t i = 0; i != m.size(); ++i) m[i] = byte(i * 31);
    return m;
}

/// A scheme's own two rows: verify, and sign. `make_signer() -> result<Signer>` makes a new key. `of` keeps schemes apart that
/// are no choice between each other: it becomes part of the group's name.
template <signature_scheme Scheme, class Signer, class MakeSigner>
    requires daicho::signer<Signer, Scheme>
void signature(std::string policy, MakeSigner make_signer, std::string const& of = "a signature") {
    auto key = std::make_shared<std::shared_ptr<Signer>>();
    auto const the_key = [key, make_signer]() -> Signer& {
        if (!*key) *key = std::make_shared<Signer>(must(make_signer(), "making a key"));
        return **key;
    };
    add({.group = "verify " + of, .policy = policy, .body = [the_key](benchmark::State& state) {
             auto& signer = the_key();
             typename Scheme::public_key_type const known = signer.public_key();
             bytes const message = sample_message();
             auto const made = must(signer.sign(message), "signing");
             bool good = true;
             for (auto _ : state) good = Scheme::verify(known, message, made) && good;
             if (!good) throw std::runtime_error("a good signature was refused");
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "signature"});
    add({.group = "sign " + of, .policy = policy, .body = [the_key](benchmark::State& state) {
             auto& signer = the_key();
             bytes const message = sample_message();
             for (auto _ : state) benchmark::DoNotOptimize(must(signer.sign(message), "signing"));
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "signature"});
}

} // namespace daicho::benchmarks
