#pragma once

#include <daicho/threads/mining_progress.hpp>
#include <daicho/threads/mining_sealer.hpp>
#include <daicho/threads/nonce_range.hpp>
#include <daicho/threads/pool.hpp>
