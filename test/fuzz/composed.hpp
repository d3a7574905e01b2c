#pragma once

#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/paper.hpp>
#include <daicho/schema/check_bounds.hpp>
#include <daicho/schema/json.hpp>

#include "../ledger/owned_log.hpp"
#include "../ledger/rsa_key.hpp"

#include <cstdlib>

/// The two compositions that ship, each as a small chain on which everybody is enrolled and one version is released. The log has one note
/// key, a ledger node's.
namespace composed {

using namespace fixture;

struct hardened : defaults::hardened {};
struct paper : defaults::paper {};

inline void demand(bool held) {
    if (!held) std::abort();
}

/// A chain of one block, and records that would be valid next.
template <class P, class Record>
struct world {
    explicit world(std::vector<Record> (*next)(network<P>&, ledger::chain<P> const&)) : chain((own_log<P>(records, 1, node), records.genesis)) {
        chain.hold_final(true);  // so that a step can be taken back
        auto first = records.everybody();
        first.push_back(records.signed_by(publisher, records.released(1)));
        demand(!chain.push(records.next(chain, std::move(first)), later));
        valid = next(records, chain);
        for (auto& r : valid) written.push_back(encode(r));
        for (auto& r : valid) {
            auto const text = to_json(r);
            written.emplace_back(text.begin(), text.end());
        }
    }
    auto face() const { return std::tuple(chain.height(), chain.head(), chain.final_height(), chain.signers()); }

    network<P> records{3, 6, 0x207fffff};
    ledger::chain<P> chain;
    std::vector<Record> valid;
    std::vector<bytes> written;  ///< each valid record in canonical bytes, then each in JSON
};

/// What a transaction says, without the signatures on it: RSA-PSS draws a salt, so the same words are signed anew in each process.
template <class Scheme>
transaction_body<Scheme> words(transaction<Scheme> tx) {
    if (tx.body.release) tx.body.release->signature = {};
    return tx.body;
}

/// The record that an input means, when it is one. The first byte chooses canonical bytes, JSON, or a written record with the input
/// laid over it, three bytes for each change: so the fuzzer starts one step before the end. What is read is held to its identities.
template <class P, class Record>
std::optional<Record> read(world<P, Record> const& w, byte_view input) {
    auto const form = input[0] / 2 % 3;
    auto const which = input[1] % w.written.size();
    bytes b(input.begin() + 2, input.end());
    bool json = form == 1;
    if (form == 2) {
        json = which >= w.valid.size();
        auto laid_over = w.written[which];
        for (std::size_t i = 0; i + 2 < b.size(); i += 3) laid_over[std::size_t(b[i] << 8 | b[i + 1]) % laid_over.size()] ^= b[i + 2];
        b = std::move(laid_over);
    }
    auto record = json ? schema::from_json<Record>(as_text(b), limits::http_body) : decode<Record>(b);
    if (!record) return {};
    auto const canonical = encode(*record);
    demand(!schema::check_bounds(*record));
    demand(canonical.size() <= schema::max_encoded<Record>);
    if (!json) demand(equal(canonical, b));
    auto const decoded = decode<Record>(canonical);
    auto const again = from_json<Record>(to_json(*record));
    demand(decoded && *decoded == *record && again && *again == *record);
    return std::move(*record);
}

template <template <class> class Place, class P>
Place<P>& the_place() {
    static Place<P> p;
    return p;
}
/// Before the clock of the fuzzer runs: RSA keys take their time.
template <template <class> class Place>
void make_both() {
    the_place<Place, hardened>();
    the_place<Place, paper>();
}
/// The first byte of an input chooses the composition.
template <template <class> class Place, class Run>
void in_one_of_both(byte_view input, Run run) {
    if (input[0] % 2 == 0) run(the_place<Place, hardened>(), input);
    else run(the_place<Place, paper>(), input);
}

} // namespace composed
