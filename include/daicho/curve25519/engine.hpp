#pragma once

#include <daicho/curve25519/challenge.hpp>
#include <daicho/curve25519/comb.hpp>
#include <daicho/curve25519/kernel.hpp>
#include <daicho/curve25519/table_cache.hpp>
#include <daicho/signature/ed25519.hpp>

#include <span>

namespace daicho::curve25519 {

/// One signature to verify, and its verdict. Whoever asks has let ed25519_well_formed() refuse what it refuses.
struct question {
    std::array<byte, 32> const* key;
    byte_view message;
    std::array<byte, 64> const* signature;
    bool holds;
};

/// Whether R = S B - h A, for many signatures at once, by a Kernel: RFC 8032, 5.1.7 without the cofactor, R compared as bytes. Each
/// signature is computed for itself; what they share is the inversion at the end, which is exact.
template <class Kernel>
class engine {
    using field = typename Kernel::field;
    using g = group<field>;
    using mask = typename field::mask;
    static constexpr std::size_t lanes = field::lanes;
    using key_digits = key_comb::digits_type;
    using base_digits = base_comb::digits_type;
    using plain_digits = digits<4>;

public:
    /// How many are computed before one inversion serves them.
    static constexpr std::size_t capacity = 64 * lanes;

    explicit engine(std::size_t table_bytes) : tables_(table_bytes), work_(std::make_unique<work>()) {}

    /// Of `capacity` questions at most.
    void answer(std::span<question> asked) noexcept {
        work& w = *work_;
        tables_.next_turn();
        std::size_t known = 0, plain = 0;
        for (std::size_t i = 0; i != asked.size(); ++i) {
            auto const& q = asked[i];
            auto& n = w.number[i];
            Kernel::template run<read>(n, q);
            w.table[i] = tables_.find(*q.key, [&q](key_comb& table) { return fill(table, q.key->data()); });
            if (w.table[i] != nullptr) {
                recode(n.h_known, n.h);
                w.known[known++] = std::uint32_t(i);
            } else {
                recode(n.h_plain, n.h);
                w.plain[plain++] = std::uint32_t(i);
            }
        }

        std::size_t sums = 0;
        for (std::size_t i = 0; i < known; i += lanes, ++sums) {
            base_comb const* base[lanes];
            key_comb const* tables[lanes];
            key_digits const* h[lanes];
            base_digits const* s[lanes];
            assign(w.owner[sums], w.known + i, known - i);
            for (std::size_t lane = 0; lane != lanes; ++lane) {
                auto const owner = w.owner[sums][lane];
                base[lane] = base_;
                tables[lane] = w.table[owner];
                h[lane] = &w.number[owner].h_known;
                s[lane] = &w.number[owner].s;
                asked[owner].holds = true;
            }
            Kernel::template run<sum_known>(w.sum[sums], tables, base, h, s);
        }
        for (std::size_t i = 0; i < plain; i += lanes, ++sums) {
            base_comb const* base[lanes];
            byte const* keys[lanes];
            plain_digits const* h[lanes];
            base_digits const* s[lanes];
            assign(w.owner[sums], w.plain + i, plain - i);
            for (std::size_t lane = 0; lane != lanes; ++lane) {
                auto const owner = w.owner[sums][lane];
                base[lane] = base_;
                keys[lane] = asked[owner].key->data();
                h[lane] = &w.number[owner].h_plain;
                s[lane] = &w.number[owner].s;
            }
            mask const on_curve = Kernel::template run<sum_plain>(w.sum[sums], keys, base, h, s);
            for (std::size_t lane = 0; lane != lanes; ++lane) asked[w.owner[sums][lane]].holds = on_curve >> lane & 1;
        }

        Kernel::template run<invert>(w, sums);
        for (std::size_t i = 0; i != sums; ++i) {
            packed xs[lanes], ys[lanes];
            Kernel::template run<encode>(xs, ys, w.sum[i]);
            for (std::size_t lane = 0; lane != lanes; ++lane) {
                auto& q = asked[w.owner[i][lane]];
                packed r = ys[lane];
                r.word[3] |= xs[lane].word[0] << 63;  // RFC 8032, 5.1.2: the parity of x above y
                q.holds = q.holds && r == load_packed(q.signature->data());
            }
        }
    }

    table_cache<key_comb> const& tables() const noexcept { return tables_; }

private:

    struct numbers {
        packed h;
        base_digits s;
        key_digits h_known;
        plain_digits h_plain;
    };
    struct work {
        numbers number[capacity];
        key_comb const* table[capacity];
        std::uint32_t known[capacity], plain[capacity];  ///< questions with and without a table
        std::uint32_t owner[64 + 1][lanes];              ///< which question each lane of a sum belongs to
        extended<field> sum[64 + 1];
        typename field::element products[64 + 1];
    };

    // What runs with the kernel's instructions.

    struct read {
        static void apply(numbers& n, question const& q) noexcept {
            n.h = challenge(q.signature->data(), q.key->data(), q.message);
            recode(n.s, load_packed(q.signature->data() + 32));
        }
    };
    struct sum_known {
        static void apply(extended<field>& sum, key_comb const* const (&tables)[lanes], base_comb const* const (&base)[lanes],
                          key_digits const* const (&h)[lanes], base_digits const* const (&s)[lanes]) noexcept {
            g::identity(sum);
            key_comb::accumulate(sum, tables, h);
            base_comb::accumulate(sum, base, s);
        }
    };
    /// Digits of four bits of h, and the eight multiples of -A that they name.
    struct sum_plain {
        static mask apply(extended<field>& sum, byte const* const (&keys)[lanes], base_comb const* const (&base)[lanes],
                          plain_digits const* const (&h)[lanes], base_digits const* const (&s)[lanes]) noexcept {
            extended<field> p;
            mask const on_curve = g::unpack_negative(p, keys);
            projective_entry multiples[lanes][9];
            auto const keep = [&multiples](std::size_t i, addend<field> const& q) {
                projective_entry* to[lanes];
                for (std::size_t lane = 0; lane != lanes; ++lane) to[lane] = &multiples[lane][i];
                g::keep(to, q);
            };
            addend<field> first, next;
            g::identity(sum);
            g::prepare(next, sum);
            keep(0, next);
            g::prepare(first, p);
            keep(1, first);
            for (std::size_t i = 2; i != 9; ++i) {
                g::add(p, first);
                g::prepare(next, p);
                keep(i, next);
            }
            for (std::size_t i = plain_digits::count; i-- != 0;) {
                if (i + 1 != plain_digits::count) {
                    for (int k = 0; k != 3; ++k) g::template double_it<false>(sum);
                    g::double_it(sum);
                }
                mask negative = 0;
                projective_entry const* chosen[lanes];
                for (std::size_t lane = 0; lane != lanes; ++lane) {
                    int const digit = h[lane]->at[i];
                    chosen[lane] = &multiples[lane][digit < 0 ? -digit : digit];
                    negative = mask(negative | unsigned(digit < 0) << lane);
                }
                g::add(sum, chosen, negative);
            }
            base_comb::accumulate(sum, base, s);
            return on_curve;
        }
    };
    struct invert {
        static void apply(work& w, std::size_t n) noexcept {
            g::invert_all([&w](std::size_t i) -> typename field::element& { return w.sum[i].z; }, w.products, n);
        }
    };
    struct encode {
        static void apply(packed (&xs)[lanes], packed (&ys)[lanes], extended<field>& p) noexcept {
            field::mul(p.x, p.x, p.z);
            field::mul(p.y, p.y, p.z);
            field::store(xs, p.x);
            field::store(ys, p.y);
        }
    };

    static bool fill(key_comb& table, byte const* key) noexcept {
        extended<field51> p;
        byte const* from[1] = {key};
        if (!group<field51>::unpack_negative(p, from)) return false;
        table.fill(p);
        return true;
    }

    /// The next questions to the lanes of a sum; lanes that are left over compute the first one again.
    static void assign(std::uint32_t (&owner)[lanes], std::uint32_t const* next, std::size_t left) noexcept {
        for (std::size_t lane = 0; lane != lanes; ++lane) owner[lane] = next[lane < left ? lane : 0];
    }

    base_comb const* base_ = &base_table();
    table_cache<key_comb> tables_;
    std::unique_ptr<work> work_;
};

} // namespace daicho::curve25519
