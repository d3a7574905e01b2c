#pragma once

#include <daicho/memory/block_store.hpp>
#include <daicho/memory/image_store.hpp>
#include <daicho/memory/power.hpp>
#include <daicho/memory/state_store.hpp>
