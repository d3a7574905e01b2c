#pragma once

#include <daicho/curve25519/field51.hpp>
#include <daicho/curve25519/point.hpp>
#include <daicho/curve25519/scalar.hpp>

#include <memory>

/// Tables of a point's multiples, with which a multiple of it is a sum of table entries and hardly a doubling.
namespace daicho::curve25519 {

/// For digits of Width bits: row i holds 1 to 2^(Width-1) times 2^(Width Spacing i) P. A row serves Spacing digits; that costs
/// Width doublings for each beyond the first, and divides the room.
template <unsigned Width, unsigned Spacing>
struct comb {
    using digits_type = digits<Width>;
    static constexpr std::size_t width = Width, spacing = Spacing, multiples = std::size_t(1) << (Width - 1);
    static constexpr std::size_t rows = (digits_type::count + Spacing - 1) / Spacing;

    entry at[rows][multiples];

    /// Of minus the point that 32 bytes stand for; false where they stand for none.
    bool fill_minus(byte const* encoded) noexcept {
        extended<field51> p;
        byte const* from[1] = {encoded};
        if (!group<field51>::unpack_negative(p, from)) return false;
        fill(p);
        return true;
    }
    /// Of a point whose coordinates are products.
    void fill(extended<field51> p) noexcept {
        using g = group<field51>;
        extended<field51> made[rows_at_once][multiples];
        for (std::size_t row = 0; row != rows; ++row) {
            auto& multiple = made[row % rows_at_once];
            addend<field51> first;
            g::prepare(first, p);
            multiple[0] = p;
            for (std::size_t i = 1; i != multiples; ++i) {
                multiple[i] = multiple[i - 1];
                g::add(multiple[i], first);
            }
            p = multiple[multiples - 1];  // 2^(Width-1) P
            for (unsigned i = Width - 1; i != Width * Spacing; ++i) g::double_it(p);
            std::size_t const waiting = row % rows_at_once + 1;
            if (waiting == rows_at_once || row + 1 == rows) flatten(&at[row + 1 - waiting], made, waiting);
        }
    }

    /// Adds each lane's number times the point of its table to `sum`. With Spacing above 1, `sum` must be the identity.
    template <class Field>
    static void accumulate(extended<Field>& sum, comb const* const (&tables)[Field::lanes],
                           digits_type const* const (&numbers)[Field::lanes]) noexcept {
        using g = group<Field>;
        named<Field> next;
        next.find(tables, numbers, Spacing - 1, 0);
        for (std::size_t s = Spacing; s-- != 0;) {
            if (s + 1 != Spacing)
                for (unsigned i = 0; i != Width; ++i) g::double_it(sum);
            for (std::size_t row = 0; row != rows && row * Spacing + s < digits_type::count; ++row) {
                named<Field> const now = next;
                bool const last = row + 1 == rows || (row + 1) * Spacing + s >= digits_type::count;
                if (!last) next.find(tables, numbers, (row + 1) * Spacing + s, row + 1);
                else if (s != 0) next.find(tables, numbers, s - 1, 0);
                g::add(sum, now.at, now.negative);
            }
        }
    }

private:
    /// For each lane the entry that a digit names, asked of the memory one addition ahead, and a one in the mask if it is to be
    /// taken away.
    template <class Field>
    struct named {
        entry const* at[Field::lanes];
        typename Field::mask negative;

        void find(comb const* const (&tables)[Field::lanes], digits_type const* const (&numbers)[Field::lanes], std::size_t digit,
                  std::size_t row) noexcept {
            negative = 0;
            for (std::size_t lane = 0; lane != Field::lanes; ++lane) {
                int const d = numbers[lane]->at[digit];
                unsigned const size = unsigned(d < 0 ? -d : d);
                at[lane] = size == 0 ? &identity_entry : &tables[lane]->at[row][size - 1];
                negative = typename Field::mask(negative | unsigned(d < 0) << lane);
                __builtin_prefetch(&at[lane]->sum);
                __builtin_prefetch(&at[lane]->t2d);
            }
        }
    };

    static constexpr std::size_t rows_at_once = multiples < 128 ? 128 / multiples : 1;

    /// Brings z to 1, with one inversion for up to 128 points.
    static void flatten(entry (*to)[multiples], extended<field51> (*points)[multiples], std::size_t n) noexcept {
        using f = field51;
        f::element products[rows_at_once * multiples], d, by_half, x, y, t, sum, difference;
        auto const z = [&](std::size_t i) -> f::element& { return points[i / multiples][i % multiples].z; };
        group<f>::invert_all(z, products, n * multiples);
        group<f>::broadcast(d, edwards_d);
        group<f>::broadcast(by_half, half);
        for (std::size_t i = 0; i != n * multiples; ++i) {
            auto const& p = points[i / multiples][i % multiples];
            auto& e = to[i / multiples][i % multiples];
            f::mul(x, p.x, p.z);
            f::mul(y, p.y, p.z);
            f::mul(t, x, y);
            f::mul(t, t, d);
            f::mul(x, x, by_half);
            f::mul(y, y, by_half);
            f::add(sum, y, x);
            f::sub(difference, y, x);
            packed out[1];
            f::store(out, sum);
            e.sum = out[0];
            f::store(out, difference);
            e.difference = out[0];
            f::store(out, t);
            e.t2d = out[0];
        }
    }
};

/// For the base point: 32 additions and no doubling.
using base_comb = comb<8, 1>;
/// For a key that is met again: 51 additions and 5 doublings.
using key_comb = comb<5, 2>;

/// RFC 8032, 5.1: y = 4/5, and x is even.
inline constexpr byte minus_base_point[32] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                              0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                              0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0xe6};

/// One for the program, made when it is first asked for.
inline base_comb const& base_table() {
    static std::unique_ptr<base_comb const> const made = [] {
        auto table = std::make_unique<base_comb>();
        table->fill_minus(minus_base_point);
        return table;
    }();
    return *made;
}

} // namespace daicho::curve25519
