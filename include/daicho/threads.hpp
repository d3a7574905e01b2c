#pragma once

#include <daicho/threads/pool.hpp>
