#pragma once

#include <daicho/simulated/clock.hpp>
#include <daicho/simulated/network.hpp>
