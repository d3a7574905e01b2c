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

/// Over the link: the gateway has to show the proof.
template <class P, class Board>
int look(trust::anchor<P> const& anchor, light_client_of<Board> client) {
    static flash images;
    static cell state, head;
    static radio uplink;
    static element_key own;
    static element_entropy random;
    using device_type = device<P, Board>;
    typename device_type::proof_type::gate_type gate(client, head);
    device_type machine({.model = "thermostat-2", .trust = anchor, .images = images, .state = state, .uplink = uplink, .key = own, .random = random, .ledger = gate});
    auto const outcome = machine.update_once();
    return outcome ? int(*outcome) : -int(outcome.error().code);
}

struct careful_board : board {
    using light_client = trust::witnessed_log<agreed>;
};
struct working_board : board {
    using light_client = trust::work_headers<mined>;
};

/// The log's key, then those of its witnesses, of whom more than half are a quorum.
trust::witnessed_log<agreed> watched(tlog::note_key const* keys, std::size_t witnesses) { return {{keys, 1}, {{keys + 1, witnesses}, witnesses / 2 + 1}}; }

} // namespace

extern "C" int install_what_witnesses_saw(std::uint8_t const* chain_id, std::uint8_t const* management, tlog::note_key const* keys, std::size_t witnesses,
                                          std::uint8_t const* bundle, std::size_t size, std::uint8_t const* image, std::size_t image_size) {
    return install<agreed>(anchor_of<agreed>(chain_id, management), watched(keys, witnesses), {bundle, size}, {image, image_size});
}

extern "C" int look_for_what_witnesses_saw(std::uint8_t const* chain_id, std::uint8_t const* management, tlog::note_key const* keys, std::size_t witnesses) {
    return look<agreed, careful_board>(anchor_of<agreed>(chain_id, management), watched(keys, witnesses));
}

extern "C" int believe_no_more(std::uint8_t const* evidence, std::size_t size, tlog::note_key const* keys, std::size_t witnesses) {
    static cell head;
    trust::bundle_gate<agreed, trust::witnessed_log<agreed>, cell> gate(watched(keys, witnesses), head);
    if (auto f = gate.recall()) return -int(f.code);
    return -int(gate.convict({evidence, size}).code);
}

extern "C" int install_what_was_mined(std::uint8_t const* chain_id, std::uint8_t const* management, std::uint32_t target, std::uint8_t const* bundle,
                                      std::size_t size, std::uint8_t const* image, std::size_t image_size) {
    auto const anchor = anchor_of<mined>(chain_id, management);
    return install<mined>(anchor, trust::work_headers<mined>(anchor.chain_id, {target, 6}), {bundle, size}, {image, image_size});
}

extern "C" int look_for_what_was_mined(std::uint8_t const* chain_id, std::uint8_t const* management, std::uint32_t target) {
    auto const anchor = anchor_of<mined>(chain_id, management);
    return look<mined, working_board>(anchor, {anchor.chain_id, {target, 6}});
}
