/// Proof on a Cortex-M4: a device installs from a bundle, which it checks under the genesis and a quorum of witnesses, or under work;
/// from a stick, or shown by its gateway. No heap, no exceptions, no RTTI.
#include "board.hpp"

#include <daicho/consensus/work.hpp>
#include <daicho/trust/bundle_gate.hpp>
#include <daicho/trust/witnessed_log.hpp>
#include <daicho/trust/work_headers.hpp>

using namespace board_parts;

namespace {

struct mined : agreed {
    using consensus = proof_of_work<>;
};

/// The stick: bundle and image lie in memory-mapped flash here.
template <class P, class Client>
int install(trust::anchor<P> const& anchor, Client client, byte_view bundle, byte_view image) {
    static flash images;
    static cell state, head;
    static radio nowhere;
    static element_key own;
    static element_entropy random;
    trust::bundle_gate<P, Client, cell> gate(client, head);
    device<P, board> machine({.model = "thermostat-2", .trust = anchor, .images = images, .state = state, .uplink = nowhere, .key = own, .random = random});
    auto const outcome = machine.install_from(gate, bundle, [&](std::uint64_t at, byte_span out) -> fault {
        if (image.size() < at || image.size() - at < out.size()) return {errc::truncated, "image"};
        std::memcpy(out.data(), image.data() + at, out.size());
        return {};
    });
    return outcome ? int(*outcome) : -int(outcome.error().code);
}

} // namespace

extern "C" int install_what_witnesses_saw(std::uint8_t const* chain_id, std::uint8_t const* management, tlog::note_key const* keys, std::size_t witnesses,
                                          std::uint8_t const* bundle, std::size_t size, std::uint8_t const* image, std::size_t image_size) {
    trust::anchor<agreed> anchor;
    std::memcpy(anchor.chain_id.data(), chain_id, anchor.chain_id.size());
    std::memcpy(anchor.management.data(), management, anchor.management.size());
    trust::witnessed_log<agreed> const client({keys, 1}, {{keys + 1, witnesses}, witnesses / 2 + 1});
    return install<agreed>(anchor, client, {bundle, size}, {image, image_size});
}

namespace {
struct careful_board : board {
    using light_client = trust::witnessed_log<agreed>;
};
} // namespace

extern "C" int look_for_what_witnesses_saw(std::uint8_t const* chain_id, std::uint8_t const* management, tlog::note_key const* keys, std::size_t witnesses) {
    static flash images;
    static cell state, head;
    static radio uplink;
    static element_key own;
    static element_entropy random;
    trust::anchor<agreed> anchor;
    std::memcpy(anchor.chain_id.data(), chain_id, anchor.chain_id.size());
    std::memcpy(anchor.management.data(), management, anchor.management.size());
    using device_type = device<agreed, careful_board>;
    device_type::proof_type::gate_type gate(trust::witnessed_log<agreed>({keys, 1}, {{keys + 1, witnesses}, witnesses / 2 + 1}), head);
    device_type machine({.model = "thermostat-2", .trust = anchor, .images = images, .state = state, .uplink = uplink, .key = own, .random = random, .ledger = gate});
    auto const outcome = machine.update_once();
    return outcome ? int(*outcome) : -int(outcome.error().code);
}

extern "C" int believe_no_more(std::uint8_t const* evidence, std::size_t size, tlog::note_key const* keys, std::size_t witnesses) {
    static cell head;
    trust::bundle_gate<agreed, trust::witnessed_log<agreed>, cell> gate(trust::witnessed_log<agreed>({keys, 1}, {{keys + 1, witnesses}, witnesses / 2 + 1}), head);
    if (auto f = gate.recall()) return -int(f.code);
    return -int(gate.convict({evidence, size}).code);
}

namespace {
struct working_board : board {
    using light_client = trust::work_headers<mined>;
};
} // namespace

extern "C" int look_for_what_was_mined(std::uint8_t const* chain_id, std::uint8_t const* management, std::uint32_t target) {
    static flash images;
    static cell state, head;
    static radio uplink;
    static element_key own;
    static element_entropy random;
    trust::anchor<mined> anchor;
    std::memcpy(anchor.chain_id.data(), chain_id, anchor.chain_id.size());
    std::memcpy(anchor.management.data(), management, anchor.management.size());
    using device_type = device<mined, working_board>;
    device_type::proof_type::gate_type gate(trust::work_headers<mined>(anchor.chain_id, {target, 6}), head);
    device_type machine({.model = "thermostat-2", .trust = anchor, .images = images, .state = state, .uplink = uplink, .key = own, .random = random, .ledger = gate});
    auto const outcome = machine.update_once();
    return outcome ? int(*outcome) : -int(outcome.error().code);
}

extern "C" int install_what_was_mined(std::uint8_t const* chain_id, std::uint8_t const* management, std::uint32_t target, std::uint8_t const* bundle,
                                      std::size_t size, std::uint8_t const* image, std::size_t image_size) {
    trust::anchor<mined> anchor;
    std::memcpy(anchor.chain_id.data(), chain_id, anchor.chain_id.size());
    std::memcpy(anchor.management.data(), management, anchor.management.size());
    trust::work_headers<mined> const client(anchor.chain_id, {target, 6});
    return install<mined>(anchor, client, {bundle, size}, {image, image_size});
}
