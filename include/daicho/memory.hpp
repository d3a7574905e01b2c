#pragma once

#include <daicho/memory/artifact_cache.hpp>
#include <daicho/memory/artifact_store.hpp>
#include <daicho/memory/block_store.hpp>
#include <daicho/memory/image_store.hpp>
#include <daicho/memory/index_store.hpp>
#include <daicho/memory/link.hpp>
#include <daicho/memory/power.hpp>
#include <daicho/memory/state_store.hpp>
#include <daicho/memory/workshop.hpp>
