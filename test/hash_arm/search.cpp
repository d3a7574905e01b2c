// On an ARM processor, or in an emulated one (test/hash_arm/check): the kernel finds exactly what the portable search finds.
// Says PASSED and leaves with 0; otherwise says what was wrong.
#include <daicho/hash_arm/search.hpp>

#include <daicho/consensus/target.hpp>
#include <daicho/consensus/work.hpp>

#include <cstdio>
#include <random>

namespace {

using namespace daicho;

struct tally {
    unsigned found = 0, exhausted = 0, wrong = 0;
};

template <class Search, class Target, class Digest>
void compare(std::uint32_t target, tally& t) {
    std::mt19937_64 random(target);
    for (int round = 0; round != 120; ++round) {
        work_preimage p;
        for (auto& b : p) b = byte(random());
        // Some runs go over the end of the low half, some over the end of all nonces.
        std::uint64_t const first = round % 3 == 0 ? random() : round % 3 == 1 ? 0xffffffff - random() % 40 : ~std::uint64_t(0) - random() % 40;
        std::uint64_t const count = random() % 100;
        auto const expected = portable_search::search<Target, Digest>(p, target, first, count);
        if (Search::template search<Target, Digest>(p, target, first, count) != expected) ++t.wrong;
        ++(expected ? t.found : t.exhausted);
    }
}

template <class Search>
bool finds_what_the_portable_search_finds(char const* what) {
    tally t;
    for (std::uint32_t const target : {0x2003ffffu, 0x2000ffffu, 0x207fffffu, 0x201fff00u}) {
        compare<Search, little_endian_target, double_sha256>(target, t);
        compare<Search, little_endian_target, single_sha256>(target, t);
    }
    for (std::uint32_t const bits : {1u, 5u, 8u, 9u}) {
        compare<Search, leading_zeros, double_sha256>(bits, t);
        compare<Search, leading_zeros, single_sha256>(bits, t);
    }
    std::printf("%s: found %u, exhausted %u, wrong %u\n", what, t.found, t.exhausted, t.wrong);
    return t.wrong == 0 && t.found > 100 && t.exhausted > 100;
}

} // namespace

int main() {
    std::printf("this processor searches with %s\n", std::string(hash_arm::search::kernel()).c_str());
    bool good = finds_what_the_portable_search_finds<hash_arm::search>("as chosen");
#if defined(__aarch64__)
    if (!hash_arm::sha2_kernel::usable()) {
        std::printf("SKIPPED: %s: this processor cannot run it\n", std::string(hash_arm::sha2_kernel::name).c_str());
    } else {
        good &= hash_arm::search::kernel() == hash_arm::sha2_kernel::name;
        good &= finds_what_the_portable_search_finds<best_search<hash_arm::sha2_kernel_of<1>>>("one stream");
        good &= finds_what_the_portable_search_finds<best_search<hash_arm::sha2_kernel_of<3>>>("three streams");
    }
#else
    good &= hash_arm::search::kernel() == scalar_kernel::name && !hash_arm::cpu::sha2();
#endif
    std::puts(good ? "PASSED" : "FAILED");
    return good ? 0 : 1;
}
