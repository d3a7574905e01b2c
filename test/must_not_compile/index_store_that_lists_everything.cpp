// expect: a transaction index keeps its keys in an index_store: docs/concepts/index_store.md
#include <daicho/ledger/transaction_index.hpp>

#include "../archetypes.hpp"

struct protocol {
    using hash = archetypes::hash_function;
    using signature = archetypes::signature_scheme;
    using limits = daicho::default_limits;
};

struct lists_everything : archetypes::index_store {
#ifndef DAICHO_CONTROL
    daicho::result<std::vector<daicho::index_key>> scan(daicho::byte_view from) const;  // however many they are
#endif
};

constexpr std::size_t bytes_of_an_index = sizeof(daicho::ledger::transaction_index<protocol, lists_everything>);
