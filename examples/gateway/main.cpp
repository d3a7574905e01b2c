/// A gateway (paper 2.1: PC/access point): keeps the newest file for its devices, carries what they signed to the ledger.
#include "gateway.hpp"

int main(int argc, char** argv) {
    CLI::App app("Serves the devices behind it on the secure channel: version checks, files, transactions, enrolment.\n"
                 "Learns of releases from the management server, from the ledger, or from both.",
                 "gateway");
    gateway_options options;
    options.add_to(app);
    return process::run(app, argc, argv, [&]() -> process::ending {
        daicho::asio::service service;
        running_gateway gateway(service);
        if (auto e = gateway.start(options)) return e;
        service.run();
        return gateway.halted();
    });
}
