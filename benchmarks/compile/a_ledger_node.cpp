// A whole ledger node, as README.md assembles it, without its sockets.
#include <daicho/defaults.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/file/block_store.hpp>
#include <daicho/role/ledger_node.hpp>

struct fleet : daicho::defaults::hardened {};
struct machine : daicho::defaults::host<fleet> {
    using block_store = daicho::file::block_store;
};
template class daicho::role::ledger_node<fleet, machine>;
