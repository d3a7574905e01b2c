#pragma once

#include <daicho/consensus/best_search.hpp>
#include <daicho/hash_x86/search_avx2.hpp>
#include <daicho/hash_x86/search_avx512.hpp>
#include <daicho/hash_x86/search_sha_ni.hpp>

namespace daicho::hash_x86 {

/// The fastest search of an x86 processor, chosen where it runs; on another architecture the scalar one.
#if defined(__x86_64__) || defined(__i386__)
using search = best_search<avx512_kernel, sha_ni_kernel, avx2_kernel>;
#else
using search = best_search<>;
#endif

} // namespace daicho::hash_x86
