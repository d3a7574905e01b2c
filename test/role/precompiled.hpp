// What most tests of this room begin with.
#include <boost/test/unit_test.hpp>

#include "role/node_bench.hpp"
