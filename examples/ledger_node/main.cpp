/// A ledger node (paper 3.2): keeps the chain, answers the five requests, seals, follows its peers.
#include "composition.hpp"
#include "inspection.hpp"
#include "ledger_node.hpp"
#include "process.hpp"

int main(int argc, char** argv) {
    CLI::App app("Keeps the chain of a daicho fleet and serves it over HTTP: /chain, /transactions/new, /mine, /nodes/register,\n"
                 "/nodes/resolve; and as a transparency log: /checkpoint, /tile, /proof. Try: curl http://127.0.0.1:5001/chain\n"
                 "After a crash nothing needs to be repaired: what was acknowledged is there. When a disk is in doubt, stop the node and\n"
                 "run it with --check; a store that it calls corrupt is put aside, and the node fetches the chain from its --peer again.",
                 "ledger_node");
    node_options options;
    options.add_to(app);
    return process::run(app, argc, argv, [&]() -> process::ending {
        if (options.check || options.rebuild_index) return inspect(options);
        daicho::asio::service service;
        running_node node(service);
        if (auto f = node.start(options)) return f;
        service.run();
        return node.halted();
    });
}
