// Eight field elements in lanes are what plain C++ makes of them, over random and extreme words.
#include "metal.hpp"
#include <daicho/curve25519/avx512.hpp>
#include <daicho/curve25519/plain_lanes.hpp>
#include <daicho/curve25519/point.hpp>
using namespace daicho::curve25519;
static std::uint64_t state = 25519;
static std::uint64_t next() { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
template <class E, class G> static bool same(E const& a, G const& b) {
    for (int i = 0; i != 5; ++i) for (int k = 0; k != 8; ++k) if (a.limb[i][k] != b.limb[i][k]) return false;
    return true;
}
int main() {
    using h = avx512_field52; using s = plain_field52;
    static h::element a, b, r[10]; static s::element x, y, q[10];
    unsigned bad = 0, n = 0;
    for (int t = 0; t != 400; ++t) {
        packed pa[8], pb[8]; packed const *fa[8], *fb[8];
        for (int i = 0; i != 8; ++i) {
            for (auto& w : pa[i].word) { w = next(); if (next() % 4 == 0) w = ~0ull; if (next() % 6 == 0) w = 0; }
            for (auto& w : pb[i].word) { w = next(); if (next() % 4 == 0) w = ~0ull; if (next() % 6 == 0) w = 0; }
            pa[i].word[3] &= ~0ull >> 1; pb[i].word[3] &= ~0ull >> 1; fa[i] = &pa[i]; fb[i] = &pb[i];
        }
        h::load(a, fa); h::load(b, fb); s::load(x, fa); s::load(y, fb);
        h::add(r[0], a, b); s::add(q[0], x, y); h::sub(r[1], a, b); s::sub(q[1], x, y);
        h::mul(r[2], r[0], r[1]); s::mul(q[2], q[0], q[1]); h::sqr(r[3], r[2]); s::sqr(q[3], q[2]);
        r[4] = a; r[5] = b; q[4] = x; q[5] = y; auto m = std::uint8_t(next()); h::exchange(r[4], r[5], m); s::exchange(q[4], q[5], m);
        h::sqr_from_sum(r[6], r[0], r[2]); s::sqr_from_sum(q[6], q[0], q[2]);
        h::twice_sqr_and(r[7], r[0], r[1]); s::twice_sqr_and(q[7], q[0], q[1]);
        h::sum_and_difference(r[8], r[9], r[0], r[1], r[2], r[3]); s::sum_and_difference(q[8], q[9], q[0], q[1], q[2], q[3]);
        for (int i = 0; i != 10; ++i) { ++n; bad += !same(r[i], q[i]); }
        bad += !same(a, x);
    }
    static extended<h> hp; static extended<s> sp; static daicho::byte keys[8][32]; daicho::byte const* from[8];
    for (int t = 0; t != 4; ++t) {
        for (int i = 0; i != 8; ++i) { for (auto& v : keys[i]) v = daicho::byte(next()); from[i] = keys[i]; }
        auto const m1 = group<h>::unpack_negative(hp, from); auto const m2 = group<s>::unpack_negative(sp, from);
        group<h>::double_it(hp); group<s>::double_it(sp);
        bad += m1 != m2; bad += !same(hp.x, sp.x); bad += !same(hp.y, sp.y); bad += !same(hp.z, sp.z); bad += !same(hp.t, sp.t); n += 5;
    }
    say("compared "); say(n); say(" bad "); say(bad); say("\n");
    return bad != 0;
}
