#include "metal.hpp"
#include <daicho/consensus/work.hpp>
#include <daicho/hash_x86/search_avx512.hpp>
using namespace daicho;
int main() {
    if (!hash_x86::avx512_kernel::usable()) { say("no avx512\n"); return 1; }
    std::uint64_t s = 88172645463325252ull, bad = 0, found = 0;
    auto rnd = [&] { s ^= s << 13; s ^= s >> 7; s ^= s << 17; return s; };
    auto one = [&]<class T, class D>(T, D, std::uint32_t t) {
        for (int r = 0; r != 12; ++r) {
            work_preimage p; for (auto& b : p) b = byte(rnd() >> 24);
            std::uint64_t const f = r % 2 ? rnd() : 0xffffffff - rnd() % 40, n = rnd() % 70;
            auto const a = portable_search::search<T, D>(p, t, f, n);
            auto const b = planned_search<hash_x86::avx512_kernel>::search<T, D>(p, t, f, n);
            if (a != b) ++bad;
            if (a) ++found;
        }
    };
    for (auto t : {0x2003ffffu, 0x207fffffu}) { one(little_endian_target{}, double_sha256{}, t); one(little_endian_target{}, single_sha256{}, t); }
    for (auto t : {5u, 9u}) { one(leading_zeros{}, double_sha256{}, t); one(leading_zeros{}, single_sha256{}, t); }
    say("SEARCHES found "); say(found); say(" bad "); say(bad); say("\n");
    return bad == 0 && found > 10 ? 0 : 1;
}
