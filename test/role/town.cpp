#include "town.hpp"

#define HERE
DAICHO_TEST_INSTANTIATE_TOWN(HERE, town::paper_protocol)
DAICHO_TEST_INSTANTIATE_TOWN(HERE, town::hardened_protocol)
DAICHO_TEST_INSTANTIATE_TOWN(HERE, town::third_protocol)
