#pragma once

#include <daicho/file/block_store.hpp>
#include <daicho/file/clock.hpp>
#include <daicho/file/image_store.hpp>
#include <daicho/file/lock.hpp>
#include <daicho/file/state_store.hpp>
#include <daicho/file/name_table.hpp>
#include <daicho/file/tile_store.hpp>
