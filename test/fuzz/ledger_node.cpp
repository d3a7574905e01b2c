/// A ledger node answers any HTTP request: nothing crashes it, what it refuses changes nothing, and its tip moves only for a
/// block that it took.
///
/// The first byte chooses method and path, the second the form of the body. The rest is the body, or, as the second says, is laid
/// over a record that would be valid: so the fuzzer starts one step before the end.
#include <daicho/role/ledger_node.hpp>

#include <daicho/memory/block_store.hpp>

#include "../ledger/fixture.hpp"

#include <cstdlib>

namespace {

using namespace fixture;
using P = authority_protocol;

struct no_entropy {
    fault fill(byte_span out) {
        std::fill(out.begin(), out.end(), byte(7));
        return {};
    }
};
struct platform {
    using block_store = memory::block_store;
    using signer = sealing_key;
    using entropy = no_entropy;
};

void demand(bool held) {
    if (!held) std::abort();
}

/// A node with six members on its chain, a transaction waiting, and what would be valid next.
struct world {
    world() : key(network<P>::key(stranger)), chain(records.genesis) {
        auto const first = records.next(chain, records.everybody());
        demand(!chain.push(first, now) && !disk.commit({.blocks = {encode(first)}}));
        node.emplace(role::ledger_node<P, platform>::options{.genesis = records.genesis, .admits = [](auto) { return true; }}, key, disk, entropy);
        demand(!node->restore(now));
        auto const report = records.report(state::running, 1);
        send("POST", "/transactions/new", role::cbor_type, encode(records.signed_by(device, report)));
        demand(node->pending() == 1);

        auto const tx = records.signed_by(device_2, report);
        auto const block = records.next(chain, {records.signed_by(gateway, {.state = state::running})});
        auto const good = records.next(chain);
        command_body c{.chain_id = records.chain_id, .sender = records.id(management), .recipient = node->id(), .sequence = 1, .time = now};
        c.wanted = node_command::register_node;
        c.subject = records.id(fixture::node);
        c.address = "http://peer:1";
        auto k = records.key(management);
        command_of<P> const order{c, *sign<P>(k, c)};
        transaction_batch batch;
        for (auto& one : {tx, records.signed_by(device_2, report), records.signed_by(gateway, {.state = state::running})}) batch.transactions.push_back(encode(one));
        for (auto& r : {encode(tx), encode(block), encode(good), encode(order), encode(batch)}) samples.push_back(r);
        for (auto& t : {to_json(tx), to_json(good), to_json(order)}) samples.emplace_back(t.begin(), t.end());
    }

    unsigned send(std::string method, std::string path, std::string_view type, bytes body, std::string query = {}) {
        std::optional<unsigned> status;
        auto actions = node->step(role::arrived{++ticket, {.method = std::move(method), .path = std::move(path), .query = std::move(query), .accept = std::string(type), .content_type = std::string(type), .body = std::move(body)}}, now);
        for (std::size_t i = 0; i != actions.size(); ++i) {
            if (auto* p = std::get_if<role::persist>(&actions[i]))
                for (auto& more : node->step(role::committed{p->id, disk.commit(p->batch)}, now)) actions.push_back(std::move(more));
            if (auto* r = std::get_if<role::respond>(&actions[i])) {
                demand(r->id == ticket && !status);
                status = r->response.status;
            }
            demand(!std::holds_alternative<role::halt>(actions[i]));
        }
        return status.value_or(0);  // 0: it waits for a peer or a block
    }
    auto face() const { return std::tuple(node->chain().head(), node->chain().height(), node->pending(), disk.height()); }

    static constexpr std::uint64_t now = network<P>::start + 100;
    network<P> records;
    sealing_key key;
    ledger::chain<P> chain;
    memory::block_store disk;
    no_entropy entropy;
    std::optional<role::ledger_node<P, platform>> node;
    std::vector<bytes> samples;
    role::ticket ticket = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    static constexpr char const* methods[] = {"POST", "GET", "HEAD", ""};
    static constexpr char const* paths[] = {"/transactions/new", "/blocks/new", "/mine", "/nodes/register", "/nodes/resolve", "/chain", "/identity", "/status", "/", "", "/fleet/device", "/fleet/behind", "/transactions/batch"};
    static std::optional<world> w;
    if (size < 3) return 0;
    if (!w || w->node->chain().height() > 1 || w->node->pending() > 1 || w->disk.used() > 100'000) w.emplace();

    std::string const method = methods[input[0] % 4], path = paths[input[0] / 4 % std::size(paths)];
    auto const type = input[1] % 2 ? role::json_type : role::cbor_type;
    bytes body(input + 3, input + size);
    std::string query;
    if (input[1] & 2) {
        auto laid_over = w->samples[input[2] % w->samples.size()];
        for (std::size_t i = 0; i + 2 < body.size(); i += 3) laid_over[std::size_t(body[i] << 8 | body[i + 1]) % laid_over.size()] ^= body[i + 2];
        body = std::move(laid_over);
    } else if (method == "GET") {
        query.assign(body.begin(), body.end());
    }

    auto const before = w->face();
    auto const status = w->send(method, path, type, std::move(body), std::move(query));
    auto const after = w->face();
    if (status >= 400 || method != "POST") demand(after == before);
    if (std::get<0>(after) != std::get<0>(before)) demand(path == "/blocks/new" && status == 201);
    if (std::get<2>(after) != std::get<2>(before)) demand(((path == "/transactions/new" || path == "/blocks/new") && status == 201) || (path == "/transactions/batch" && status == 200));
    demand(std::get<1>(after) == std::get<3>(after));
    return 0;
}
