#pragma once

/// Names of the hash functions, for headers that only pass them on.
namespace daicho {

template <class Kernel> class block_hash;
class sha256;
class sha512_256;

} // namespace daicho
