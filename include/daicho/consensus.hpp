#pragma once

#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/target.hpp>
#include <daicho/consensus/work.hpp>
