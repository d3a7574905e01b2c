#pragma once

#include <cstddef>
#include <cstdint>

namespace daicho::role {

/// When a node seals what waits. The paper seals on request (3.2: "mining"); a number turns the other two on.
struct sealing_policy {
    std::uint64_t interval = 0;      ///< seconds: seal when something waits and the tip is at least that old; 0: never by itself
    std::size_t size = 0;            ///< seal as soon as so many wait; 0: never by itself
    bool settle = false;             ///< seal empty blocks until every transaction is final
};

} // namespace daicho::role
