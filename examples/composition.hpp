#pragma once

#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/paper.hpp>

/// What all machines of this fleet agree on. Every program here includes this file; the build makes each of them twice,
/// with either line.
#if DAICHO_COMPOSITION_PAPER
struct protocol : daicho::defaults::paper {};
#else
struct protocol : daicho::defaults::hardened {};
#endif
