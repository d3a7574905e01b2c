/// A gateway and a ledger node in one program: in the paper, gateways mine (2.1, 3.2). Sealing runs here.
#include "gateway.hpp"
#include "ledger_node.hpp"

int main(int argc, char** argv) {
    CLI::App app("A gateway that keeps the chain itself: the options of gateway, and those of ledger_node with --node- before them.\n"
                 "The two have keys of their own: one key, one role.",
                 "gateway_node");
    gateway_options gateway_side;
    node_options node_side;
    gateway_side.add_to(app);
    node_side.add_to(app, "node-");
    return process::run(app, argc, argv, [&]() -> process::ending {
        node_side.genesis = gateway_side.self.genesis_file;
        daicho::asio::service service;
        running_node node(service);
        running_gateway gateway(service);
        if (auto e = node.start(node_side)) return e;
        if (auto e = gateway.start(gateway_side)) return e;
        service.run();
        if (auto e = node.halted()) return e;
        return gateway.halted();
    });
}
