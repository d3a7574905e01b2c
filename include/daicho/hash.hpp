#pragma once

/// Hash functions in plain C++, and what is made of any hash function.
#include <daicho/hash/digest_of.hpp>
#include <daicho/hash/encoded_records.hpp>
#include <daicho/hash/hmac.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/hash/sha512_256.hpp>
