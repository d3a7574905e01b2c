#pragma once

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/curve25519/engine.hpp>
#include <daicho/signature/ed25519.hpp>

#include <concepts>
#include <variant>

namespace daicho::curve25519 {

inline constexpr std::size_t default_table_bytes = std::size_t(8) << 20;  ///< some two hundred keys

/// The quickest kernel of this processor.
struct best {};

/// Verifies Ed25519 signatures by this wing's own arithmetic (docs/concepts/batch_verifier.md, docs/adr/0018-signatures-in-lanes.md),
/// with the verdict of every Scheme made by strict_ed25519. Keys that come again get a table, within `table_bytes`; 0 keeps none.
template <class Scheme, class Kernel = best>
    requires std::derived_from<Scheme, ed25519_types>
class verifier {
public:
    verifier() : verifier(default_table_bytes) {}
    explicit verifier(std::size_t table_bytes) : engine_(table_bytes) {}

    void verify(std::span<signed_message<Scheme> const> batch, std::span<bool> verdicts) noexcept {
        for (std::size_t i = 0; i != batch.size();) {
            std::size_t n = 0;
            for (; i != batch.size() && n != asked_.size(); ++i) {
                auto const& [key, message, signature] = batch[i];
                verdicts[i] = false;
                if (!ed25519_well_formed(*key, *signature)) continue;
                asked_[n] = {key, message, signature, false};
                place_[n++] = i;
            }
            engine_.answer(std::span(asked_).first(n));
            for (std::size_t k = 0; k != n; ++k) verdicts[place_[k]] = asked_[k].holds;
        }
    }
    std::string_view kernel() const noexcept { return Kernel::name; }
    table_cache<key_comb> const& tables() const noexcept { return engine_.tables(); }

private:
    engine<Kernel> engine_;
    std::vector<question> asked_ = std::vector<question>(engine<Kernel>::capacity);
    std::vector<std::size_t> place_ = std::vector<std::size_t>(engine<Kernel>::capacity);
};

template <class Scheme>
    requires std::derived_from<Scheme, ed25519_types>
class verifier<Scheme, best> {
public:
    verifier() : verifier(default_table_bytes) {}
    explicit verifier(std::size_t table_bytes) : chosen_(choose(table_bytes)) {}

    void verify(std::span<signed_message<Scheme> const> batch, std::span<bool> verdicts) noexcept {
        std::visit([&](auto& v) { v.verify(batch, verdicts); }, chosen_);
    }
    std::string_view kernel() const noexcept {
        return std::visit([](auto const& v) { return v.kernel(); }, chosen_);
    }

private:
#if defined(__x86_64__)
    using any = std::variant<verifier<Scheme, portable>, verifier<Scheme, avx2>, verifier<Scheme, avx512>>;
#else
    using any = std::variant<verifier<Scheme, portable>>;
#endif
    static any choose(std::size_t table_bytes) {
#if defined(__x86_64__)
        if (avx512::runs_here()) return verifier<Scheme, avx512>(table_bytes);
        if (avx2::runs_here()) return verifier<Scheme, avx2>(table_bytes);
#endif
        return verifier<Scheme, portable>(table_bytes);
    }
    any chosen_;
};

} // namespace daicho::curve25519
