#include "role/node_bench.hpp"

#define HERE
DAICHO_TEST_INSTANTIATE(HERE, fixture::paper_protocol)
DAICHO_TEST_INSTANTIATE(HERE, fixture::hardened_protocol)
