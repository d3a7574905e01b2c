#pragma once

#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/fixed_target.hpp>
#include <daicho/consensus/target.hpp>
#include <daicho/consensus/weighted_retarget.hpp>
#include <daicho/consensus/work.hpp>
