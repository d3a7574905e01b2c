#pragma once

#include <daicho/concept/batch_verifier.hpp>
#include <daicho/curve25519/engine.hpp>

#include <concepts>

namespace daicho::curve25519 {

inline constexpr std::size_t default_table_bytes = std::size_t(8) << 20;  ///< some two hundred keys

/// Verifies Ed25519 signatures by this wing's own arithmetic (docs/concepts/batch_verifier.md, docs/adr/0018-signatures-in-lanes.md),
/// with the verdict of every Scheme made by strict_ed25519. Keys that come again get a table, within `table_bytes`.
template <class Scheme, class Kernel>
    requires std::derived_from<Scheme, ed25519_types>
class verifier {
public:
    explicit verifier(std::size_t table_bytes = default_table_bytes) : engine_(table_bytes) {}

    void verify(std::span<signed_message<Scheme> const> batch, std::span<bool> verdicts) noexcept {
        for (std::size_t begin = 0; begin < batch.size();) {
            std::size_t n = 0;
            for (; begin != batch.size() && n != asked_.size(); ++begin) {
                auto const& [key, message, signature] = batch[begin];
                verdicts[begin] = false;
                if (!ed25519_well_formed(*key, *signature)) continue;
                asked_[n] = {key, message, signature, false};
                place_[n++] = begin;
            }
            engine_.answer(std::span(asked_).first(n));
            for (std::size_t i = 0; i != n; ++i) verdicts[place_[i]] = asked_[i].holds;
        }
    }
    std::string_view kernel() const noexcept { return Kernel::name; }

private:
    engine<Kernel> engine_;
    std::vector<question> asked_ = std::vector<question>(engine<Kernel>::capacity);
    std::vector<std::size_t> place_ = std::vector<std::size_t>(engine<Kernel>::capacity);
};

} // namespace daicho::curve25519
