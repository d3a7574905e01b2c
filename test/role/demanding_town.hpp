#pragma once

#include "town.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

namespace town {

/// A town whose gateway spreads only what is shown to be in the ledger, as `Client` judges, and a device behind it that believes nothing else.
template <class P, class Client>
struct demanding_host : host<P> {
    using light_client = Client;
};
template <class P, class Client>
struct demanding_board : board<P> {
    using light_client = Client;
};

template <class P, class Client>
struct demanding_town : town<P, demanding_host<P, Client>> {
    using board_type = demanding_board<P, Client>;
    using device_type = device<P, board_type>;
    using gate_type = typename device_type::proof_type::gate_type;

    /// Builds it, of a genesis that is complete, and lets the device enrol.
    void open(Client const& client) {
        this->proof.follows = client;
        (void)images.provision(this->image(0));
        this->build();
        this->run(12);
        gate.emplace(client, head);
        uplink.send = [this](byte_view request) -> result<bytes> { return this->ask_gateway(0, {id_of<P>(device_key.public_key()), true}, request); };
        device_type d(parts());
        BOOST_TEST_REQUIRE(bool(d.enrol_with(trust::claim_of<P>(as_bytes("code-1"), this->chain_id, device_key.public_key()), {})));
        this->run(6);
    }
    typename device_type::parts parts() {
        return {.model = this->model, .trust = trust::anchor<P>::of(this->genesis), .factory_version = 0, .images = images, .state = state, .uplink = uplink,
                .key = device_key, .random = this->random, .ledger = *gate};
    }
    result<update::outcome> look() { return device_type(parts()).update_once(); }
    bool updates_to(std::uint64_t version) {
        if (auto r = look(); !r || *r != update::outcome::reboot) return false;
        (void)images.reboot();
        (void)images.confirm();
        auto r = look();
        return r && *r == update::outcome::installed && equal(images.running(), this->image(version));
    }
    /// Does the gateway offer it?
    bool keeps(std::uint64_t version) {
        auto const* k = this->gateways[0].machine->newest(this->model);
        return k && k->release.body.version == version;
    }

    key<P> device_key = this->fresh_key();
    typename board_type::image_store images;
    typename board_type::state_store state, head;
    wire uplink;
    std::optional<gate_type> gate;
};

} // namespace town
