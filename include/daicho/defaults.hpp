#pragma once

/// Named starting points for a Protocol.
#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/paper.hpp>
