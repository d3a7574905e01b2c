#pragma once

#include <daicho/ledger/verified_cache.hpp>

#include <algorithm>
#include <array>

namespace daicho::ledger {

/// A batch_verifier that gives another no signature which that one found good already, while it remembers
/// (docs/adr/0020-signatures-are-claims.md). Bad ones are not remembered: they are asked about again.
template <class P, class Verifier = one_by_one<scheme_of<P>>>
    requires batch_verifier<Verifier, scheme_of<P>>
class remembering_verifier {
public:
    using message_type = signed_message<scheme_of<P>>;

    explicit remembering_verifier(Verifier v = {}, std::size_t remembered = 65'536) : verifier_(std::move(v)), known_(remembered) {}

    void verify(std::span<message_type const> batch, std::span<bool> verdicts) noexcept {
        for (std::size_t from = 0; from < batch.size(); from += run) {
            auto const n = std::min(run, batch.size() - from);
            verify_run(batch.subspan(from, n), verdicts.subspan(from, n));
        }
    }
    std::string_view kernel() const noexcept { return verifier_.kernel(); }
    /// The other, for signatures that are met once: they are neither looked for nor remembered.
    Verifier& without_memory() noexcept { return verifier_; }

    verified_cache<P> const& known() const noexcept { return known_; }
    /// How many signatures the other was given so far.
    std::uint64_t asked() const noexcept { return asked_; }

private:
    static constexpr std::size_t run = 128;

    void verify_run(std::span<message_type const> batch, std::span<bool> verdicts) noexcept {
        std::size_t n = 0;
        for (std::size_t i = 0; i != batch.size(); ++i) {
            names_[n] = known_.name_of(batch[i]);
            if ((verdicts[i] = known_.holds(names_[n]))) continue;
            unknown_[n] = batch[i];
            places_[n++] = i;
        }
        if (n == 0) return;
        verifier_.verify(std::span(unknown_).first(n), std::span(answers_).first(n));
        asked_ += n;
        for (std::size_t k = 0; k != n; ++k)
            if ((verdicts[places_[k]] = answers_[k])) known_.add(names_[k]);
    }

    Verifier verifier_;
    verified_cache<P> known_;
    std::uint64_t asked_ = 0;
    std::array<digest, run> names_{};
    std::array<message_type, run> unknown_{};
    std::array<std::size_t, run> places_{};
    std::array<bool, run> answers_{};
};

} // namespace daicho::ledger
