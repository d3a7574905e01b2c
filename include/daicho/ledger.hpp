#pragma once

#include <daicho/ledger/chain.hpp>
#include <daicho/ledger/committed.hpp>
#include <daicho/ledger/fleet_map.hpp>
#include <daicho/ledger/fleet_proof.hpp>
#include <daicho/ledger/fleet_state.hpp>
#include <daicho/ledger/history.hpp>
#include <daicho/ledger/index_keys.hpp>
#include <daicho/ledger/index_list.hpp>
#include <daicho/ledger/journaled_map.hpp>
#include <daicho/ledger/pool.hpp>
#include <daicho/ledger/proof.hpp>
#include <daicho/ledger/registry.hpp>
#include <daicho/ledger/sender_count.hpp>
#include <daicho/ledger/snapshot.hpp>
#include <daicho/ledger/transaction_index.hpp>
#include <daicho/ledger/tree.hpp>
