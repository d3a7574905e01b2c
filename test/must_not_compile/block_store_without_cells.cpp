// expect: Platform::block_store must be a block_store: docs/concepts/block_store.md
#include <daicho/role/ledger_client.hpp>

#include "../archetypes.hpp"

struct forgetful : archetypes::block_store {
#ifndef DAICHO_CONTROL
    daicho::result<daicho::bytes> cell(std::string_view) = delete;
#endif
};
struct board : archetypes::platform {
    using block_store = forgetful;
};

constexpr std::size_t bytes_of_a_client = sizeof(daicho::role::ledger_client<archetypes::protocol, board>);
