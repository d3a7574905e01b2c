#pragma once

#include <daicho/lmdb/block_store.hpp>
