/// The fleet map: what a block's reports cost, and a root after them, beside the history tree over the same transactions; what a proof
/// costs to make and to verify. Reports are by devices chosen at random.
#include "suite/run.hpp"

#include <daicho/hash/digest_of.hpp>
#include <daicho/hash_x86/sha256.hpp>
#include <daicho/ledger/fleet_map.hpp>
#include <daicho/ledger/fleet_proof.hpp>
#include <daicho/ledger/tree.hpp>
#include <daicho/schema/codec.hpp>

#include <map>
#include <memory>
#include <random>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;
using hash = hash_x86::sha256;
using map = ledger::fleet_map<hash>;

std::vector<model_name> const models = {"thermostat-2", "lamp", "valve", "meter"};

node_id name(std::uint64_t number) {
    std::array<byte, 8> n;
    store_be64(n.data(), number);
    return hash_bytes<hash>(n);
}
model_name const& model_of(std::uint64_t device) { return models[device % models.size()]; }

/// Each of a thousand runs the version before.
std::uint64_t version_of(std::uint64_t device) { return device % 1000 == 0 ? 6 : 7; }

struct town {
    map devices;
    std::vector<node_id> names;
    std::mt19937_64 random{1};

    explicit town(std::size_t n) {
        names.reserve(n);
        for (std::uint64_t i = 0; i != n; ++i) {
            names.push_back(name(i));
            devices.set(model_of(i), {names[i], version_of(i), i, state::installed, false});
        }
        devices.forget(devices.mark());
    }
    std::uint64_t any() { return random() % names.size(); }
};

town& town_of(std::size_t n) {
    static std::map<std::size_t, town> all;
    auto const it = all.find(n);
    return it != all.end() ? it->second : all.try_emplace(n, n).first->second;
}

std::string of(std::size_t n) { return n >= 1'000'000 ? std::to_string(n / 1'000'000) + ",000,000" : std::to_string(n / 1'000) + ",000"; }

/// Transactions as the history tree sees them: 300 bytes that are hashed, and the digests above them.
struct history {
    std::vector<bytes> encoded{std::vector<bytes>(400, bytes(300, 0x42))};
    ledger::tree_head<hash> tree;
    digest block(std::size_t n) {
        for (std::size_t i = 0; i != n; ++i) tree.append(encoded[i]);
        return tree.root();
    }
};

void blocks(std::size_t fleet, std::size_t n) {
    std::string const group = "take in a block of " + std::to_string(n) + " reports, " + of(fleet) + " devices";
    add({.group = group, .policy = "history tree, transaction by transaction", .body = [n](benchmark::State& state) {
             history h;
             for (auto _ : state) benchmark::DoNotOptimize(h.block(n));
             state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(n));
         }, .item = "report"});
    add({.group = group, .policy = "fleet_map, " + std::string(many_of<hash>{}.kernel()), .body = [=](benchmark::State& state) {
             auto& t = town_of(fleet);
             std::uint64_t height = 1;
             std::vector<std::uint64_t> reporting(n);
             for (auto _ : state) {
                 state.PauseTiming();
                 for (auto& d : reporting) d = t.any();
                 state.ResumeTiming();
                 ++height;
                 std::vector<map::place_name> places;
                 for (auto d : reporting) places.push_back({&model_of(d), &t.names[d]});
                 t.devices.expect(places);
                 for (auto d : reporting) t.devices.set(model_of(d), {t.names[d], version_of(d), height, daicho::state::running, false});
                 benchmark::DoNotOptimize(t.devices.root());
                 t.devices.forget(t.devices.mark());  // as each block becomes final
             }
             state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(n));
         }, .item = "report"});
}

template <class Body>
void proofs(std::size_t fleet, std::string what, std::string policy, Body body) {
    add({.group = std::move(what) + ", " + of(fleet) + " devices", .policy = std::move(policy), .body = [=](benchmark::State& state) {
             auto& t = town_of(fleet);
             body(state, t);
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "proof"});
}

void standing(std::size_t fleet) {
    proofs(fleet, "prove how a device stands", "view::prove_standing", [](benchmark::State& state, town& t) {
        auto const view = t.devices.now();
        std::vector<std::uint64_t> asked(4096);
        for (auto& d : asked) d = t.any();
        std::size_t i = 0;
        for (auto _ : state) {
            auto const d = asked[i++ % asked.size()];
            benchmark::DoNotOptimize(view.prove_standing(model_of(d), t.names[d]));
        }
    });
    proofs(fleet, "verify how a device stands", "verify_standing", [](benchmark::State& state, town& t) {
        auto const view = t.devices.now();
        digest const root = view.root();
        std::vector<std::pair<std::uint64_t, standing_proof>> all;
        for (std::size_t i = 0; i != 256; ++i) {
            auto const d = t.any();
            all.push_back({d, must(view.prove_standing(model_of(d), t.names[d]), "proving")});
        }
        std::size_t i = 0;
        for (auto _ : state) {
            auto const& [d, proof] = all[i++ % all.size()];
            auto const said = ledger::verify_standing<hash>(proof, model_of(d), t.names[d], root);
            if (!must(said, "verifying")) throw std::runtime_error("a device is missing");
        }
        state.counters["bytes"] = double(schema::encoded_size(all[0].second));
    });
    proofs(fleet, "verify how a device stands", "decode, verify_standing", [](benchmark::State& state, town& t) {
        auto const view = t.devices.now();
        digest const root = view.root();
        auto const d = t.any();
        bytes const encoded = encode(must(view.prove_standing(model_of(d), t.names[d]), "proving"));
        auto proof = std::make_unique<standing_proof>();
        for (auto _ : state) {
            must_not(schema::decode_into(encoded, *proof), "decoding");
            benchmark::DoNotOptimize(ledger::verify_standing<hash>(*proof, model_of(d), t.names[d], root));
        }
    });
}

void behind(std::size_t fleet) {
    std::string const what = "all devices of a model behind a version: one of a thousand is";
    proofs(fleet, what, "view::prove_behind", [](benchmark::State& state, town& t) {
        auto const view = t.devices.now();
        for (auto _ : state) benchmark::DoNotOptimize(view.prove_behind(models[0], 7));
    });
    proofs(fleet, what, "verify_behind", [](benchmark::State& state, town& t) {
        auto const view = t.devices.now();
        digest const root = view.root();
        auto const proof = must(view.prove_behind(models[0], 7), "proving");
        for (auto _ : state) benchmark::DoNotOptimize(must(ledger::verify_behind<hash>(proof, models[0], 7, root), "verifying").of());
        state.counters["bytes"] = double(schema::encoded_size(proof));
        state.counters["nodes"] = double(proof.nodes.size());
        state.counters["behind"] = double(ledger::verify_behind<hash>(proof, models[0], 7, root)->size());
    });
}

} // namespace

int main(int argc, char** argv) {
    for (std::size_t n : {std::size_t(40), std::size_t(400)}) blocks(100'000, n);
    for (std::size_t fleet : {std::size_t(100'000), std::size_t(1'000'000)}) standing(fleet), behind(fleet);
    return run(argc, argv);
}
