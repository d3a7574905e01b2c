/// A file that says how devices stand: it is no statement, is written as it was read, and is refused, or it tells the truth. The first
/// byte chooses the consensus, the second whether the rest is a statement or what to alter in an honest one: a place in two bytes and what
/// is laid over the byte there, again and again.
#include "wire_records.hpp"

#include <daicho/trust/fleet_statement.hpp>

#include "../ledger/fixture.hpp"

namespace {

using namespace fixture;
using wire::demand;

/// Two lamps, one of which says version 2, all final.
template <class P>
struct street {
    using statement = trust::fleet_statement_of<P>;

    street() : chain(n.genesis) {
        add(n.everybody());
        add({n.signed_by(publisher, n.released(2)), n.signed_by(device, n.report(state::unchanged, 2)), n.enrol(signer_0 + 3, member_role::signer)});
        for (auto const all = chain.height(); chain.final_height() < all;) add({});
        auto const height = chain.final_height();
        auto const view = *chain.fleet_at(height);
        device_answer const one{height, "lamp", n.id(device), *view.prove_standing("lamp", n.id(device))};
        behind_answer const all{height, "lamp", 2, *view.prove_behind("lamp", 2)};
        honest = {encode(*trust::make_statement<P>(n.genesis, blocks, one, "")), encode(*trust::make_statement<P>(n.genesis, blocks, all, ""))};
    }
    void add(std::vector<transaction_of<P>> transactions) {
        blocks.push_back(n.next(chain, std::move(transactions)));
        demand(!chain.push(blocks.back(), later));
    }

    void check(bool altered, byte_view rest) const {
        bytes file(rest.begin(), rest.end());
        if (altered) {
            file = honest[rest.empty() ? 0 : rest[0] % 2];
            for (std::size_t i = 1; i + 3 <= rest.size(); i += 3) file[load_be16(rest.data() + i) % file.size()] ^= rest[i + 2];
        }
        auto const s = decode<statement>(file);
        if (!s) return;
        demand(encode(*s) == file);
        auto const told = trust::check_statement<P>(*s, n.chain_id);
        if (file == honest[0] || file == honest[1]) demand(bool(told));
        if (!told || n.by_work) return;  // whoever finds the work for four bits may say what it likes
        auto const* d = chain.fleet_at(chain.final_height())->find(told->model, told->device);
        if (std::holds_alternative<device_answer>(s->answer)) demand(told->standing ? d && *d == *told->standing : !d);
        for (auto& b : told->behind) demand(b.device == n.id(device_2));
    }

    network<P> n;
    ledger::chain<P> chain;
    std::vector<block_of<P>> blocks;
    std::array<bytes, 2> honest;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    static street<authority_protocol> const by_authority;
    static street<work_protocol> const by_work;
    if (size < 2) return 0;
    byte_view const rest{input + 2, size - 2};
    if (input[0] % 2 == 0) by_authority.check(input[1] % 2 != 0, rest);
    else by_work.check(input[1] % 2 != 0, rest);
    return 0;
}
