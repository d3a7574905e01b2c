#pragma once

#include <daicho/lmdb/block_store.hpp>
#include <daicho/lmdb/index_store.hpp>
