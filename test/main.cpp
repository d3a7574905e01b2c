#define BOOST_TEST_MODULE daicho
#include <boost/test/unit_test.hpp>
