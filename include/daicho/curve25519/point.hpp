#pragma once

#include <daicho/curve25519/packed.hpp>

#include <type_traits>

/// The group of Ed25519 over any form of its field, in as many lanes as that has. Complete formulas: they hold for every pair of
/// points on the curve, so nothing here branches on what it meets.
namespace daicho::curve25519 {

/// Extended coordinates (RFC 8032, 5.1.4): x = X/Z, y = Y/Z, xy = T/Z.
template <class Field>
struct extended {
    typename Field::element x, y, z, t;
};

/// What an addition needs of its second point: y + x, y - x, 2z, 2dt.
template <class Field>
struct addend {
    typename Field::element sum, difference, z2, t2d;
};

/// The same of a point, as a table keeps it for one lane.
struct alignas(32) projective_entry {
    packed sum, difference, t2d, z2;
};
/// Half of it, of a point with z = 1: (y + x)/2, (y - x)/2, dt. Halves, so that what stands for z is 1 and multiplies nothing.
struct alignas(32) entry {
    packed sum, difference, t2d;
};
inline constexpr entry identity_entry{half, half, zero};

template <class Field>
struct group {
    using element = typename Field::element;
    using mask = typename Field::mask;
    static constexpr std::size_t lanes = Field::lanes;

    static constexpr void broadcast(element& r, packed const& p) noexcept {
        packed const* from[lanes];
        for (auto& f : from) f = &p;
        Field::load(r, from);
    }
    static constexpr void identity(extended<Field>& p) noexcept {
        broadcast(p.x, zero);
        broadcast(p.y, one);
        p.z = p.y;
        p.t = p.x;
    }

    /// dbl-2008-hwcd with a = -1, every factor negated, so that only products are subtracted. Without T it saves a product: enough
    /// when a doubling follows.
    template <bool WithT = true>
    static constexpr void double_it(extended<Field>& p) noexcept {
        element a, b, e, f, g, h;
        Field::sqr(a, p.x);
        Field::sqr(b, p.y);
        Field::add(h, a, b);
        Field::sub(g, a, b);
        Field::add(e, p.x, p.y);
        Field::sqr_from_sum(e, e, h);
        Field::twice_sqr_and(f, p.z, g);
        Field::mul(p.x, f, e);
        Field::mul(p.y, g, h);
        Field::mul(p.z, f, g);
        if constexpr (WithT) Field::mul(p.t, e, h);
    }

    /// add-2008-hwcd-3.
    static constexpr void add(extended<Field>& p, addend<Field> const& q) noexcept {
        finish(p, q.sum, q.difference, q.t2d, 0, q.z2);
    }
    /// The same in all lanes, or takes q away. Without T it saves a product: enough when a doubling follows.
    template <bool WithT = true>
    static constexpr void add_or_take(extended<Field>& p, addend<Field> const& q, bool take) noexcept {
        finish<WithT>(p, take ? q.difference : q.sum, take ? q.sum : q.difference, q.t2d, take ? mask(~mask(0)) : mask(0), q.z2);
    }
    /// The same with entries of tables, one for each lane; takes q away where the mask has a one: -q has y + x and y - x exchanged,
    /// and -2dt.
    template <bool WithT = true, class Entry>
    static constexpr void add(extended<Field>& p, Entry const* const (&q)[lanes], mask negative) noexcept {
        packed const *sums[lanes], *differences[lanes], *t2ds[lanes];
        for (std::size_t i = 0; i != lanes; ++i) {
            bool const minus = negative >> i & 1;
            sums[i] = minus ? &q[i]->difference : &q[i]->sum;
            differences[i] = minus ? &q[i]->sum : &q[i]->difference;
            t2ds[i] = &q[i]->t2d;
        }
        element sum, difference, t2d;
        Field::load(sum, sums);
        Field::load(difference, differences);
        Field::load(t2d, t2ds);
        if constexpr (std::is_same_v<Entry, projective_entry>) {
            packed const* z2s[lanes];
            for (std::size_t i = 0; i != lanes; ++i) z2s[i] = &q[i]->z2;
            element z2;
            Field::load(z2, z2s);
            finish<WithT>(p, sum, difference, t2d, negative, z2);
        } else {
            finish<WithT>(p, sum, difference, t2d, negative);
        }
    }
    static constexpr void prepare(addend<Field>& q, extended<Field> const& p) noexcept {
        element twice_d;
        broadcast(twice_d, edwards_2d);
        element sum, difference, z2;
        Field::add(sum, p.y, p.x);
        Field::sub(difference, p.y, p.x);
        Field::add(z2, p.z, p.z);
        q = {sum, difference, z2, {}};
        Field::mul(q.t2d, p.t, twice_d);
    }
    /// Into an entry for each lane.
    static constexpr void keep(projective_entry* const (&to)[lanes], addend<Field> const& q) noexcept {
        keep(to, &projective_entry::sum, q.sum);
        keep(to, &projective_entry::difference, q.difference);
        keep(to, &projective_entry::t2d, q.t2d);
        keep(to, &projective_entry::z2, q.z2);
    }

    /// r = a^(2^n).
    static constexpr void sqr_times(element& r, element const& a, unsigned n) noexcept {
        Field::sqr(r, a);
        while (--n != 0) Field::sqr(r, r);
    }
    /// a^(2^250 - 1), and a^11 on the way.
    static constexpr void power_250(element& r, element& a11, element const& a) noexcept {
        element a2, a9, x5, x10, x20, x50, x100, t;
        Field::sqr(a2, a);
        sqr_times(t, a2, 2);
        Field::mul(a9, t, a);
        Field::mul(a11, a9, a2);
        Field::sqr(t, a11);
        Field::mul(x5, t, a9);  // a^(2^5 - 1)
        sqr_times(t, x5, 5);
        Field::mul(x10, t, x5);
        sqr_times(t, x10, 10);
        Field::mul(x20, t, x10);
        sqr_times(t, x20, 20);
        Field::mul(t, t, x20);
        sqr_times(t, t, 10);
        Field::mul(x50, t, x10);
        sqr_times(t, x50, 50);
        Field::mul(x100, t, x50);
        sqr_times(t, x100, 100);
        Field::mul(t, t, x100);
        sqr_times(t, t, 50);
        Field::mul(r, t, x50);
    }
    /// a^(p - 2) = 1/a; of 0 it is 0.
    static constexpr void invert(element& r, element const& a) noexcept {
        element t, a11;
        power_250(t, a11, a);
        sqr_times(t, t, 5);
        Field::mul(r, t, a11);
    }
    /// a^((p - 5) / 8).
    static constexpr void power_root(element& r, element const& a) noexcept {
        element t, a11;
        power_250(t, a11, a);
        sqr_times(t, t, 2);
        Field::mul(r, t, a);
    }
    /// Replaces each of n numbers, none of which is 0, by its inverse: one inversion and three products a number (Montgomery).
    /// at(i) is the number i, wherever it lies; `products` has room for n.
    template <class At>
    static constexpr void invert_all(At at, element* products, std::size_t n) noexcept {
        if (n == 0) return;
        products[0] = at(0);
        for (std::size_t i = 1; i != n; ++i) Field::mul(products[i], products[i - 1], at(i));
        element inverse, t;
        invert(inverse, products[n - 1]);
        for (std::size_t i = n; --i != 0;) {
            t = at(i);
            Field::mul(at(i), inverse, products[i - 1]);
            Field::mul(inverse, inverse, t);
        }
        at(0) = inverse;
    }

    /// Minus the points that 32 bytes each stand for (RFC 8032, 5.1.3), with a one in the mask where there is such a point; where
    /// there is none, the identity. Takes what ed25519_point() lets pass: y is canonical and x is not 0.
    static constexpr mask unpack_negative(extended<Field>& p, byte const* const (&from)[lanes]) noexcept {
        packed ys[lanes];
        packed const* at[lanes];
        bool odd[lanes]{};
        for (std::size_t i = 0; i != lanes; ++i) {
            ys[i] = load_packed(from[i]);
            odd[i] = ys[i].word[3] >> 63;
            ys[i].word[3] &= 0x7fffffffffffffff;
            at[i] = &ys[i];
        }
        element unit, d, u, v, x, t;
        broadcast(unit, one);
        broadcast(d, edwards_d);
        identity(p);
        Field::load(p.y, at);

        // Step 3: x = u v^3 (u v^7)^((p-5)/8) with u = y^2 - 1, v = d y^2 + 1. Products by one bring sums back to their bounds.
        Field::sqr(t, p.y);
        Field::sub(u, t, unit);
        Field::mul(u, u, unit);
        Field::mul(v, t, d);
        Field::add(v, v, unit);
        Field::mul(v, v, unit);
        element v3;
        Field::sqr(v3, v);
        Field::mul(v3, v3, v);
        Field::sqr(t, v3);
        Field::mul(t, t, v);
        Field::mul(t, t, u);
        power_root(t, t);
        Field::mul(x, u, v3);
        Field::mul(x, x, t);

        // v x^2 = u: a root. v x^2 = -u: x times the root of -1 is one. Else there is none.
        Field::sqr(t, x);
        Field::mul(t, t, v);
        element rotated;
        broadcast(rotated, square_root_of_minus_one);
        Field::mul(rotated, rotated, x);
        element sum;
        Field::add(sum, t, u);
        packed vx2[lanes], us[lanes], sums[lanes];
        Field::store(vx2, t);
        Field::store(us, u);
        Field::store(sums, sum);
        mask rotate = 0, found = 0;
        for (std::size_t i = 0; i != lanes; ++i) {
            bool const root = vx2[i] == us[i], other = sums[i] == zero;
            rotate = mask(rotate | unsigned(!root && other) << i);
            found = mask(found | unsigned(root || other) << i);
        }
        Field::exchange(x, rotated, rotate);

        // Step 4 chooses the root with the parity that was asked for; we, the other.
        packed xs[lanes];
        Field::store(xs, x);
        mask flip = 0;
        for (std::size_t i = 0; i != lanes; ++i) flip = mask(flip | unsigned((xs[i].word[0] & 1) == odd[i]) << i);
        element nothing, minus;
        broadcast(nothing, zero);
        Field::sub(minus, nothing, x);
        Field::mul(minus, minus, unit);
        Field::exchange(x, minus, flip);

        mask const lost = mask(~found);
        element y1 = unit;
        Field::exchange(x, nothing, lost);
        Field::exchange(p.y, y1, lost);
        p.x = x;
        Field::mul(p.t, p.x, p.y);
        return found;
    }

private:
    static constexpr void keep(projective_entry* const (&to)[lanes], packed projective_entry::*part, element const& v) noexcept {
        if constexpr (requires(packed* const (&at)[lanes]) { Field::keep(at, v); }) {
            packed* at[lanes];
            for (std::size_t i = 0; i != lanes; ++i) at[i] = &(to[i]->*part);
            Field::keep(at, v);
        } else {
            packed canonical[lanes];
            Field::store(canonical, v);
            for (std::size_t i = 0; i != lanes; ++i) to[i]->*part = canonical[i];
        }
    }

    /// What stands for z multiplies p.z, unless it is 1 and left out.
    template <bool WithT = true>
    static constexpr void finish(extended<Field>& p, element const& sum, element const& difference, element const& t2d, mask negative,
                                 auto const&... z2) noexcept {
        element e, f, g, h;
        Field::sub(e, p.y, p.x);
        Field::add(h, p.y, p.x);
        Field::sum_and_difference(h, e, h, sum, e, difference);
        Field::sum_and_difference(g, f, p.z, z2..., p.t, t2d);
        Field::exchange(f, g, negative);
        Field::mul(p.x, f, e);
        Field::mul(p.y, g, h);
        Field::mul(p.z, f, g);
        if constexpr (WithT) Field::mul(p.t, e, h);
    }
};

} // namespace daicho::curve25519
