#pragma once

#include "row.hpp"

#include <daicho/ledger/chain.hpp>
#include <daicho/trust/anchor.hpp>

#include <memory>

namespace daicho::benchmarks {

inline constexpr std::uint64_t fleet_start = 1'700'000'000;

/// A chain's members and what they say: the same number of records, of the same sizes, for every Protocol.
template <class P, class Signer>
struct fleet {
    using body = transaction_body<scheme_of<P>>;

    template <class MakeSigner>
    explicit fleet(MakeSigner make_signer, std::size_t devices_wanted, std::uint32_t target = 0x207fffff) {
        auto const key = [&] { return std::make_shared<Signer>(must(make_signer(), "making a key")); };
        management = key();
        recovery = key();
        sealing = key();
        for (std::size_t i = 0; i != devices_wanted; ++i) devices.push_back(key());
        genesis.name = "benchmark";
        genesis.time = fleet_start;
        genesis.management = management->public_key();
        genesis.recovery = recovery->public_key();
        genesis.signers.push_back(sealing->public_key());
        genesis.target = target;
        genesis.final_depth = 6;
        genesis.slot_seconds = 1;
        chain_id = digest_of<hash_of<P>>(genesis);
    }

    transaction_of<P> signed_by(Signer& who, body b) {
        b.chain_id = chain_id;
        b.sender = id_of<P>(who.public_key());
        b.sequence = ++sequence;
        b.time = fleet_start;
        return {b, must(sign<P>(who, b), "signing")};
    }
    transaction_of<P> enrolment(Signer& who) {
        body b{.state = state::enrolled, .recipient = id_of<P>(who.public_key())};
        b.enrolment = enrolment_of<P>{.role = member_role::device, .algorithm = scheme_of<P>::algorithm, .key = who.public_key()};
        b.enrolment->models.push_back("lamp");
        return signed_by(*management, b);
    }
    /// What device i runs: an ordinary report (state `running`).
    transaction_of<P> report(std::size_t i) {
        auto& who = *devices[i % devices.size()];
        body b{.state = state::running, .recipient = id_of<P>(management->public_key()), .model = "lamp", .ver = 2};
        b.verifier.fill(0x77);
        return signed_by(who, b);
    }
    std::vector<transaction_of<P>> reports(std::size_t n) {
        std::vector<transaction_of<P>> all;
        for (std::size_t i = 0; i != n; ++i) all.push_back(report(i));
        return all;
    }
    std::vector<transaction_of<P>> enrolments() {
        std::vector<transaction_of<P>> all;
        for (auto& d : devices) all.push_back(enrolment(*d));
        return all;
    }

    /// The next block on a chain, `height + 1` seconds after the fleet's start.
    template <class Sealer>
    block_of<P> next(ledger::chain<P>& c, Sealer& sealer, std::vector<transaction_of<P>> transactions) {
        auto h = must(c.prepare("benchmark", fleet_start + c.height() + 1, id_of<P>(sealing->public_key()), slot), "preparing a block");
        c.commit_to(h, transactions);
        slot = h.slot;
        block_of<P> b;
        b.sealed = {h, must(sealer.seal({0, h, c.chain_id()}, {}), "sealing a block")};
        b.transactions = std::move(transactions);
        return b;
    }

    std::shared_ptr<Signer> management, recovery, sealing;
    std::vector<std::shared_ptr<Signer>> devices;
    genesis_of<P> genesis{};
    digest chain_id{};
    std::uint64_t sequence = 0;
    std::uint64_t slot = 0;
};

} // namespace daicho::benchmarks
