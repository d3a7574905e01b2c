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

    /// For each lane the entry for digit i of its number, and a one in the mask if it is to be taken away.
    template <class Field>
    static typename Field::mask find(entry const* (&found)[Field::lanes], comb const* const (&tables)[Field::lanes],
                                     digits_type const* const (&numbers)[Field::lanes], std::size_t row, std::size_t i) noexcept {
        typename Field::mask negative = 0;
        for (std::size_t lane = 0; lane != Field::lanes; ++lane) {
            int const digit = numbers[lane]->at[i];
            unsigned const size = unsigned(digit < 0 ? -digit : digit);
            found[lane] = size == 0 ? &identity_entry : &tables[lane]->at[row][size - 1];
            negative = typename Field::mask(negative | unsigned(digit < 0) << lane);
        }
        return negative;
    }

    /// Adds each lane's number times the point of its table to `sum`. With Spacing above 1, `sum` must be the identity.
    template <class Field>
    static void accumulate(extended<Field>& sum, comb const* const (&tables)[Field::lanes],
                           digits_type const* const (&numbers)[Field::lanes]) noexcept {
        using g = group<Field>;
        for (std::size_t s = Spacing; s-- != 0;) {
            if (s + 1 != Spacing)
                for (unsigned i = 0; i != Width; ++i) g::double_it(sum);
            for (std::size_t row = 0; row != rows; ++row) {
                std::size_t const i = row * Spacing + s;
                if (i >= digits_type::count) break;
                entry const* found[Field::lanes];
                auto const negative = find<Field>(found, tables, numbers, row, i);
                g::add(sum, found, negative);
            }
        }
    }

private:
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
        extended<field51> base;
        byte const* from[1] = {minus_base_point};
        group<field51>::unpack_negative(base, from);
        table->fill(base);
        return table;
    }();
    return *made;
}

} // namespace daicho::curve25519
