/// Whatever the wire does to a real dialogue over the RSA channel: nobody meets another peer than the real one, and no message arrives
/// that was not sent. The input's first byte chooses: raw bytes for fresh ends, or changes to a dialogue, four bytes each.
#include <daicho/cryptopp/rsa_channel.hpp>

#include "../channel/rsa_stage.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    using namespace daicho;
    static auto const cast = stage::rsa_members().cast();
    if (size == 0) return 0;
    byte_view rest(input + 1, size - 1);
    if (input[0] % 2 == 0) {
        auto server = stage::rsa::server(cast.server);
        auto client = stage::rsa::client(cast.client);
        (void)server.receive(rest);
        (void)client.receive(rest);
        if (server.established() || client.established() || server.next() || client.next()) std::abort();
        return 0;
    }
    laws::detail::channel_wire<stage::rsa> wire(cast.client, cast.server);
    bytes const question = laws::detail::some_message(1, 50);
    auto const tap = [&](bool, bytes& flight) {
        if (rest.size() < 4) return;
        std::size_t const at = std::size_t(rest[0] << 8 | rest[1]) % flight.size();
        switch (rest[2] % 4) {
        case 0: flight[at] = byte(flight[at] ^ rest[3]); break;
        case 1: flight.resize(at); break;
        case 2: flight.insert(flight.begin() + std::ptrdiff_t(at), rest[3]); break;
        default: flight.erase(flight.begin() + std::ptrdiff_t(at)); break;
        }
        rest = rest.subspan(4);
    };
    wire.carry(tap);
    if (wire.client.established() && wire.client.peer().id != cast.server_id) std::abort();
    if (wire.server.established() && wire.server.peer().id != cast.client_id) std::abort();
    bool const sent = !wire.client.send(question);
    wire.carry(tap);
    auto const got = wire.server.next();
    if (got && (!sent || *got != question)) std::abort();
    return 0;
}
