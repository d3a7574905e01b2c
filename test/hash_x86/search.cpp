#include <daicho/hash_x86/search.hpp>

#include <boost/mp11/list.hpp>
#include <boost/test/unit_test.hpp>

#include "consensus/search_cases.hpp"

namespace {
using namespace daicho;
#if defined(__x86_64__) || defined(__i386__)
using kernels = boost::mp11::mp_list<hash_x86::sha_ni_kernel, hash_x86::sha_ni_wide_kernel, hash_x86::avx2_kernel, hash_x86::avx512_kernel>;

struct absent {
    static constexpr std::string_view name = "absent";
    static bool usable() noexcept { return false; }
    template <unsigned, bool>
    static std::uint64_t first(search_plan const&, std::uint32_t, std::uint64_t count) noexcept {
        BOOST_ERROR("a kernel ran that this processor cannot run");
        return count;
    }
};
struct scalar_here : scalar_kernel {
    static bool usable() noexcept { return true; }
};
#endif
} // namespace

BOOST_AUTO_TEST_SUITE(search_x86)

#if defined(__x86_64__) || defined(__i386__)
BOOST_AUTO_TEST_CASE_TEMPLATE(a_kernel_finds_exactly_what_the_portable_search_finds, Kernel, kernels) {
    if (!Kernel::usable()) {
        BOOST_TEST_MESSAGE("SKIPPED: " << Kernel::name << ": this processor cannot run it");
        return;
    }
    BOOST_TEST(best_search<Kernel>::kernel() == Kernel::name);
    search_cases::finds_what_the_portable_search_finds<best_search<Kernel>>();
}

BOOST_AUTO_TEST_CASE(a_kernel_that_cannot_run_here_is_passed_over) {
    BOOST_TEST(best_search<absent>::kernel() == "scalar");
    search_cases::finds_what_the_portable_search_finds<best_search<absent>>();
    if (hash_x86::avx2_kernel::usable()) BOOST_TEST((best_search<absent, hash_x86::avx2_kernel>::kernel() == hash_x86::avx2_kernel::name));
}

// It may be any of those that are there; asked again it is the same one.
BOOST_AUTO_TEST_CASE(of_two_kernels_the_quicker_one_is_chosen_once) {
    using hash_x86::if_quicker;
    BOOST_TEST((!if_quicker<absent, hash_x86::avx2_kernel>::usable()));
    BOOST_TEST((if_quicker<hash_x86::avx2_kernel, absent>::usable() == hash_x86::avx2_kernel::usable()));
    bool const wide = hash_x86::avx512_kernel::usable();
    if (wide) BOOST_TEST((if_quicker<hash_x86::avx512_kernel, scalar_here>::usable()));  // by far
    auto const chosen = hash_x86::search::kernel();
    BOOST_TEST(hash_x86::search::kernel() == chosen);
}

// The arithmetic that AVX2 and AVX-512 are given, in the four lanes that every x86-64 has.
BOOST_AUTO_TEST_CASE(lanes_agree_with_one) {
    using lanes [[gnu::vector_size(16)]] = std::uint32_t;
    auto const plan = search_plan::of(work_preimage{7}, 3, 0);
    lanes nonces{}, word{};
    for (unsigned i = 0; i != 4; ++i) nonces[i] = 0xfffffff8u + i * 0x01010101u;
    search_lanes<lanes>::deciding<7, true>(word, plan, nonces);
    for (unsigned i = 0; i != 4; ++i) {
        std::uint32_t alone = 0;
        std::uint32_t const nonce = nonces[i];
        search_lanes<std::uint32_t>::deciding<7, true>(alone, plan, nonce);
        std::uint32_t const among = word[i];
        BOOST_TEST(among == alone);
    }
}
#endif

BOOST_AUTO_TEST_CASE(the_chosen_kernel_finds_exactly_what_the_portable_search_finds) {
    BOOST_TEST_MESSAGE("this processor searches with " << hash_x86::search::kernel());
    search_cases::finds_what_the_portable_search_finds<hash_x86::search>();
}

BOOST_AUTO_TEST_SUITE_END()
