// The field of 2^255 - 19 in eight lanes, over a lane type that multiplies 52 bits by 52. This text is read once for each lane type
// (plain_lanes.hpp, avx512.hpp), because what g++ and clang let use an instruction is a function that names it, not a parameter of
// its template:
//   DAICHO_FIELD   the name of the field
//   DAICHO_LANES   the lane type: word, and what is done with words
//   DAICHO_WITH    the attribute that lets a function use its instructions
#ifdef DAICHO_FIELD

/// A number is the sum of limb[i] 2^(52 i), eight numbers side by side. After every operation limbs 0 to 3 are below 2^52 and limb 4
/// is at most 2^47 + 2^7: the multiplier reads 52 bits of each operand, so nothing may lie above.
struct DAICHO_FIELD {
    using lane_type = DAICHO_LANES;
    using word = lane_type::word;
    static constexpr std::size_t lanes = 8;
    using mask = std::uint8_t;
    struct element {
        alignas(64) std::uint64_t limb[5][8];
    };

    DAICHO_WITH static void mul(element& r, element const& a, element const& b) noexcept { carry(r, product(a, b)); }
    /// x y + a b and x y - a b: what is added before it is carried is carried once.
    DAICHO_WITH static void sum_and_difference(element& sum, element& difference, element const& x, element const& y, element const& a,
                                               element const& b) noexcept {
        auto const xy = product(x, y), ab = product(a, b);
        carry(sum, plus(xy, ab));
        carry(difference, minus(xy, ab));
    }
    /// d + a b and d - a b
    DAICHO_WITH static void sum_and_difference(element& sum, element& difference, element const& d, element const& a, element const& b) noexcept {
        auto const to = limbs(d), ab = product(a, b);
        carry(sum, plus(to, ab));
        carry(difference, minus(to, ab));
    }
    DAICHO_WITH static void sqr(element& r, element const& a) noexcept { carry(r, square<1>(a)); }
    /// 2 a^2 + b
    DAICHO_WITH static void twice_sqr_and(element& r, element const& a, element const& b) noexcept {
        carry(r, plus(square<2>(a), limbs(b)));
    }
    /// b - a^2
    DAICHO_WITH static void sqr_from_sum(element& r, element const& a, element const& b) noexcept { carry(r, minus(limbs(b), square<1>(a))); }
    DAICHO_WITH static void add(element& r, element const& a, element const& b) noexcept { carry(r, plus(limbs(a), limbs(b))); }
    DAICHO_WITH static void sub(element& r, element const& a, element const& b) noexcept { carry(r, minus(limbs(a), limbs(b))); }
    /// Exchanges a and b in the lanes where the mask has a one.
    DAICHO_WITH static void exchange(element& a, element& b, mask where) noexcept {
        using l = lane_type;
        for (std::size_t i = 0; i != 5; ++i) {
            word const from_a = l::load(a.limb[i]), from_b = l::load(b.limb[i]);
            l::store(a.limb[i], l::choose(where, from_b, from_a));
            l::store(b.limb[i], l::choose(where, from_a, from_b));
        }
    }
    /// Of numbers below 2^255, one for each lane.
    DAICHO_WITH static void load(element& r, packed const* const (&from)[8]) noexcept {
        using l = lane_type;
        word w0, w1, w2, w3;
        l::columns(w0, w1, w2, w3, from);
        word const low52 = l::broadcast(full);
        l::store(r.limb[0], l::both(w0, low52));
        l::store(r.limb[1], l::both(l::either(l::template down<52>(w0), l::template up<12>(w1)), low52));
        l::store(r.limb[2], l::both(l::either(l::template down<40>(w1), l::template up<24>(w2)), low52));
        l::store(r.limb[3], l::both(l::either(l::template down<28>(w2), l::template up<36>(w3)), low52));
        l::store(r.limb[4], l::template down<16>(w3));
    }
    /// What load takes back as it is: a representative, not always the one below p.
    DAICHO_WITH static void keep(packed* const (&to)[8], element const& a) noexcept {
        using l = lane_type;
        word const a0 = l::load(a.limb[0]), a1 = l::load(a.limb[1]), a2 = l::load(a.limb[2]), a3 = l::load(a.limb[3]), a4 = l::load(a.limb[4]);
        alignas(64) std::uint64_t words[4][8];
        l::store(words[0], l::either(a0, l::template up<52>(a1)));
        l::store(words[1], l::either(l::template down<12>(a1), l::template up<40>(a2)));
        l::store(words[2], l::either(l::template down<24>(a2), l::template up<28>(a3)));
        l::store(words[3], l::either(l::template down<36>(a3), l::template up<16>(a4)));  // limb 4 is below 2^48
        for (std::size_t lane = 0; lane != 8; ++lane) *to[lane] = {{words[0][lane], words[1][lane], words[2][lane], words[3][lane]}};
    }
    /// The representatives below p.
    static void store(packed (&to)[8], element const& a) noexcept {
        for (std::size_t lane = 0; lane != 8; ++lane) {
            std::uint64_t const a0 = a.limb[0][lane], a1 = a.limb[1][lane], a2 = a.limb[2][lane], a3 = a.limb[3][lane], a4 = a.limb[4][lane];
            // Limb 4 is below 2^48: the whole is below 2^256.
            to[lane] = canonical({{a0 | a1 << 52, a1 >> 12 | a2 << 40, a2 >> 24 | a3 << 28, a3 >> 36 | a4 << 16}});
        }
    }

private:
#define DAICHO_INLINE [[gnu::always_inline]] DAICHO_WITH static inline
    static constexpr std::uint64_t full = (std::uint64_t(1) << 52) - 1;

    /// Limbs below 2^57, not yet carried.
    struct loose {
        word c0, c1, c2, c3, c4;
    };
    DAICHO_INLINE loose limbs(element const& a) noexcept {
        using l = lane_type;
        return {l::load(a.limb[0]), l::load(a.limb[1]), l::load(a.limb[2]), l::load(a.limb[3]), l::load(a.limb[4])};
    }
    DAICHO_INLINE loose plus(loose const& a, loose const& b) noexcept {
        using l = lane_type;
        return {l::add(a.c0, b.c0), l::add(a.c1, b.c1), l::add(a.c2, b.c2), l::add(a.c3, b.c3), l::add(a.c4, b.c4)};
    }
    /// Adds 2^11 p = 2^266 - 38912, written with limbs that are above every one of b.
    DAICHO_INLINE loose minus(loose const& a, loose const& b) noexcept {
        using l = lane_type;
        word const p0 = l::broadcast(0x3ffffffffff6800), p1 = l::broadcast(0x3ffffffffffffc0);
        return {l::sub(l::add(a.c0, p0), b.c0), l::sub(l::add(a.c1, p1), b.c1), l::sub(l::add(a.c2, p1), b.c2), l::sub(l::add(a.c3, p1), b.c3),
                l::sub(l::add(a.c4, p1), b.c4)};
    }
    /// low and high halves of a product are 2^52 apart, as limbs are: column k of the product is the low halves of a_i b_j with
    /// i + j = k and the high halves with i + j = k - 1, at most nine numbers below 2^52.
    DAICHO_INLINE loose product(element const& a, element const& b) noexcept {
        using l = lane_type;
        word const a0 = l::load(a.limb[0]), a1 = l::load(a.limb[1]), a2 = l::load(a.limb[2]), a3 = l::load(a.limb[3]), a4 = l::load(a.limb[4]);
        word const b0 = l::load(b.limb[0]), b1 = l::load(b.limb[1]), b2 = l::load(b.limb[2]), b3 = l::load(b.limb[3]), b4 = l::load(b.limb[4]);
        word const o = l::broadcast(0);
        // Two sums for each column, so that no multiplication waits for the one before.
        word c0 = l::low(o, a0, b0), c1 = l::low(o, a0, b1), c2 = l::low(o, a0, b2), c3 = l::low(o, a0, b3), c4 = l::low(o, a0, b4);
        word d1 = l::high(o, a0, b0), d2 = l::high(o, a0, b1), d3 = l::high(o, a0, b2), d4 = l::high(o, a0, b3), d5 = l::high(o, a0, b4);
        c1 = l::low(c1, a1, b0), c2 = l::low(c2, a1, b1), c3 = l::low(c3, a1, b2), c4 = l::low(c4, a1, b3);
        word c5 = l::low(o, a1, b4);
        d2 = l::high(d2, a1, b0), d3 = l::high(d3, a1, b1), d4 = l::high(d4, a1, b2), d5 = l::high(d5, a1, b3);
        word d6 = l::high(o, a1, b4);
        c2 = l::low(c2, a2, b0), c3 = l::low(c3, a2, b1), c4 = l::low(c4, a2, b2), c5 = l::low(c5, a2, b3);
        word c6 = l::low(o, a2, b4);
        d3 = l::high(d3, a2, b0), d4 = l::high(d4, a2, b1), d5 = l::high(d5, a2, b2), d6 = l::high(d6, a2, b3);
        word d7 = l::high(o, a2, b4);
        c3 = l::low(c3, a3, b0), c4 = l::low(c4, a3, b1), c5 = l::low(c5, a3, b2), c6 = l::low(c6, a3, b3);
        word c7 = l::low(o, a3, b4);
        d4 = l::high(d4, a3, b0), d5 = l::high(d5, a3, b1), d6 = l::high(d6, a3, b2), d7 = l::high(d7, a3, b3);
        word d8 = l::high(o, a3, b4);
        c4 = l::low(c4, a4, b0), c5 = l::low(c5, a4, b1), c6 = l::low(c6, a4, b2), c7 = l::low(c7, a4, b3);
        word c8 = l::low(o, a4, b4);
        d5 = l::high(d5, a4, b0), d6 = l::high(d6, a4, b1), d7 = l::high(d7, a4, b2), d8 = l::high(d8, a4, b3);
        word const d9 = l::high(o, a4, b4);
        return fold(c0, l::add(c1, d1), l::add(c2, d2), l::add(c3, d3), l::add(c4, d4), l::add(c5, d5), l::add(c6, d6), l::add(c7, d7),
                    l::add(c8, d8), d9);
    }
    /// a^2 or twice that.
    template <int By>
    DAICHO_INLINE loose square(element const& a) noexcept {
        using l = lane_type;
        word const a0 = l::load(a.limb[0]), a1 = l::load(a.limb[1]), a2 = l::load(a.limb[2]), a3 = l::load(a.limb[3]), a4 = l::load(a.limb[4]);
        word const o = l::broadcast(0);
        // Products of two different limbs come twice.
        word c1 = l::low(o, a0, a1), c2 = l::low(o, a0, a2), c3 = l::low(o, a0, a3), c4 = l::low(o, a0, a4), c5 = l::low(o, a1, a4),
             c6 = l::low(o, a2, a4), c7 = l::low(o, a3, a4);
        word d2 = l::high(o, a0, a1), d3 = l::high(o, a0, a2), d4 = l::high(o, a0, a3), d5 = l::high(o, a0, a4), d6 = l::high(o, a1, a4),
             d7 = l::high(o, a2, a4), d8 = l::high(o, a3, a4);
        c3 = l::low(c3, a1, a2), c4 = l::low(c4, a1, a3), c5 = l::low(c5, a2, a3);
        d4 = l::high(d4, a1, a2), d5 = l::high(d5, a1, a3), d6 = l::high(d6, a2, a3);
        c1 = l::add(c1, c1);
        c2 = twice_sum(c2, d2), c3 = twice_sum(c3, d3), c4 = twice_sum(c4, d4), c5 = twice_sum(c5, d5);
        c6 = twice_sum(c6, d6), c7 = twice_sum(c7, d7);
        word const c8 = l::add(d8, d8);
        word const c0 = l::low(o, a0, a0), e1 = l::high(o, a0, a0), e9 = l::high(o, a4, a4);
        return fold(times<By>(c0), times<By>(l::add(c1, e1)), times<By>(l::low(c2, a1, a1)), times<By>(l::high(c3, a1, a1)),
                    times<By>(l::low(c4, a2, a2)), times<By>(l::high(c5, a2, a2)), times<By>(l::low(c6, a3, a3)),
                    times<By>(l::high(c7, a3, a3)), times<By>(l::low(c8, a4, a4)), times<By>(e9));
    }
    template <int By>
    DAICHO_INLINE word times(word c) noexcept {
        if constexpr (By == 2) return lane_type::add(c, c);
        else return c;
    }
    DAICHO_INLINE word twice_sum(word a, word b) noexcept {
        word const sum = lane_type::add(a, b);
        return lane_type::add(sum, sum);
    }
    /// Columns below 2^56.2 (nine numbers below 2^52, twice) become limbs: 2^260 = 608. c5 to c9 are carried first, for they are multiplied
    /// again; c9 began as the high half of two limbs below 2^48, or twice that, so it is below 2^46, and what 608 c9 carries into column 5
    /// is below 2^4.
    DAICHO_INLINE loose fold(word c0, word c1, word c2, word c3, word c4, word c5, word c6, word c7,
                                                               word c8, word c9) noexcept {
        using l = lane_type;
        word const low52 = l::broadcast(full), by = l::broadcast(608), o = l::broadcast(0);
        c6 = l::add(c6, l::template down<52>(c5)), c5 = l::both(c5, low52);
        c7 = l::add(c7, l::template down<52>(c6)), c6 = l::both(c6, low52);
        c8 = l::add(c8, l::template down<52>(c7)), c7 = l::both(c7, low52);
        c9 = l::add(c9, l::template down<52>(c8)), c8 = l::both(c8, low52);
        word const over = l::high(o, c9, by);
        c0 = l::low(l::low(c0, c5, by), over, by);
        c1 = l::low(l::high(c1, c5, by), c6, by);
        c2 = l::low(l::high(c2, c6, by), c7, by);
        c3 = l::low(l::high(c3, c7, by), c8, by);
        return {c0, c1, c2, c3, l::low(l::high(c4, c8, by), c9, by)};
    }
    /// Limbs below 2^58.6 come into their bounds: what lies above 2^255 first (2^255 = 19; below 19 * 2^12 when it arrives), then each
    /// limb's carry to the next, once: below 2^7 when it reaches limb 4.
    DAICHO_INLINE void carry(element& r, loose const& of) noexcept {
        using l = lane_type;
        auto [c0, c1, c2, c3, c4] = of;
        word const low52 = l::broadcast(full), low47 = l::broadcast(full >> 5);
        c0 = l::low(c0, l::template down<47>(c4), l::broadcast(19)), c4 = l::both(c4, low47);
        c1 = l::add(c1, l::template down<52>(c0));
        c2 = l::add(c2, l::template down<52>(c1));
        c3 = l::add(c3, l::template down<52>(c2));
        c4 = l::add(c4, l::template down<52>(c3));
        l::store(r.limb[0], l::both(c0, low52));
        l::store(r.limb[1], l::both(c1, low52));
        l::store(r.limb[2], l::both(c2, low52));
        l::store(r.limb[3], l::both(c3, low52));
        l::store(r.limb[4], c4);
    }
};

#undef DAICHO_INLINE
#undef DAICHO_FIELD
#undef DAICHO_LANES
#undef DAICHO_WITH
#endif
