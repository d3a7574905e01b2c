/// Proofs about a fleet that is known: an input is no proof, is refused, or is the one honest proof, and says what is so. The first
/// byte chooses the kind of proof, the second the question, the third whether the rest is a proof or what to alter in the honest one:
/// a place in two bytes and what is laid over the byte there, again and again.
#include "wire_records.hpp"

#include <daicho/hash.hpp>
#include <daicho/ledger/fleet_map.hpp>
#include <daicho/ledger/fleet_proof.hpp>

#include <map>

namespace {

using namespace daicho;
using wire::demand;

struct town {
    ledger::fleet_map<sha256> map;
    std::map<std::pair<std::string, node_id>, device_standing> plain;
    std::vector<model_name> models{"lamp", "valve", "meter", "gate"};
    digest root;

    static node_id name(std::uint64_t number) {
        std::array<byte, 8> n;
        store_be64(n.data(), number);
        return hash_bytes<sha256>(n);
    }
    town() {
        for (std::uint64_t i = 0; i != 48; ++i) {
            auto const& model = models[i % 3];  // of the fourth there is none
            device_standing const d{name(i), i % 7, i, state(i % 10), i % 11 == 3};
            map.set(model, d);
            plain[{std::string(model.view()), d.device}] = d;
        }
        root = map.root();
    }
    std::vector<device_standing> behind(model_name const& model, std::uint64_t version) const {
        std::vector<device_standing> out;
        for (auto& [key, d] : plain)
            if (key.first == model.view() && !d.expelled && d.version < version) out.push_back(d);
        return out;
    }
};

town& here() {
    static town t;
    return t;
}

/// The proof that the rest of the input means, if any.
template <class Proof>
std::optional<Proof> read(byte_view input, Proof const& honest) {
    if (input.empty()) return honest;
    if (input[0] % 2 == 0) {
        auto proof = decode<Proof>(input.subspan(1));
        if (!proof) return std::nullopt;
        demand(equal(encode(*proof), input.subspan(1)));
        return std::move(*proof);
    }
    bytes altered = encode(honest);
    for (std::size_t i = 1; i + 3 <= input.size(); i += 3) altered[load_be16(input.data() + i) % altered.size()] ^= input[i + 2];
    auto proof = decode<Proof>(altered);
    return proof ? std::optional(std::move(*proof)) : std::nullopt;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    if (size < 2) return 0;
    auto& t = here();
    byte_view const rest{input + 2, size - 2};
    auto const& model = t.models[input[1] % 4];
    auto const view = t.map.now();
    switch (input[0] % 3) {
    case 0: {
        auto const honest = *view.prove_model(model);
        auto const proof = read(rest, honest);
        if (!proof) break;
        auto const said = ledger::verify_model<sha256>(*proof, model, t.root);
        demand(bool(said) == (*proof == honest));
        if (said) demand(said->has_value() == (input[1] % 4 != 3));
        if (said && *said) demand((*said)->devices == t.behind(model, ~std::uint64_t(0)).size());
        break;
    }
    case 1: {
        auto const id = town::name(input[1] / 4);
        auto const honest = *view.prove_standing(model, id);
        auto const proof = read(rest, honest);
        if (!proof) break;
        auto const said = ledger::verify_standing<sha256>(*proof, model, id, t.root);
        demand(bool(said) == (*proof == honest));
        if (!said) break;
        auto const is = t.plain.find({std::string(model.view()), id});
        demand(said->has_value() == (is != t.plain.end()));
        if (*said) demand(**said == is->second);
        break;
    }
    case 2: {
        std::uint64_t const version = input[1] / 4 % 9;
        auto const honest = *view.prove_behind(model, version);
        auto const proof = read(rest, honest);
        if (!proof) break;
        auto const said = ledger::verify_behind<sha256>(*proof, model, version, t.root);
        demand(bool(said) == (*proof == honest));
        if (said) demand(std::vector<device_standing>(said->begin(), said->end()) == t.behind(model, version));
        break;
    }
    }
    return 0;
}
