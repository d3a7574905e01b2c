#pragma once

#include <daicho/consensus/authority.hpp>
#include <daicho/consensus/work.hpp>
#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/hash.hpp>
#include <daicho/hash.hpp>
#include <daicho/ledger/pool.hpp>

#include <cstdlib>
#include <map>

/// A small network's keys and records, the same in every run. Tests of ledger/, consensus/, role/ and simulated/ share it.
namespace fixture {

using namespace daicho;

template <class Hash, class Consensus, class Scheme = cryptopp::ed25519>
struct protocol_with {
    using hash = Hash;
    using signature = Scheme;
    using consensus = Consensus;
    struct limits : default_limits {
        static constexpr std::size_t pool = 64;
        static constexpr std::size_t per_sender = 8;
        static constexpr std::size_t block_transactions = 32;
    };
};
using easy_work = proof_of_work<leading_zeros>;
// Crypto++'s hashes are optimised however the tests are built, and these networks hash all day.
using work_protocol = protocol_with<cryptopp::sha256, easy_work>;
using authority_protocol = protocol_with<cryptopp::sha256, authority>;
using work_protocol_512 = protocol_with<cryptopp::sha512_256, easy_work>;
using authority_protocol_512 = protocol_with<cryptopp::sha512_256, authority>;

/// Its key follows from a number.
class sealing_key {
public:
    explicit sealing_key(std::uint64_t number) {
        std::array<byte, 8> n;
        store_be64(n.data(), number);
        secret_ = hash_bytes<sha256>(n);
        ::CryptoPP::Donna::ed25519_publickey(public_.data(), secret_.data());
    }
    cryptopp::ed25519::public_key_type const& public_key() const noexcept { return public_; }
    result<cryptopp::ed25519::signature_type> sign(byte_view message) const {
        cryptopp::ed25519::signature_type out;
        ::CryptoPP::Donna::ed25519_sign(message.data(), message.size(), secret_.data(), public_.data(), out.data());
        return out;
    }

private:
    digest secret_;
    cryptopp::ed25519::public_key_type public_;
};

/// What signs with a scheme here: a key that is made from a number.
template <class Scheme>
struct key_of;
template <>
struct key_of<cryptopp::ed25519> {
    using type = sealing_key;
};

enum who : std::uint64_t { management = 1, recovery = 2, publisher = 3, gateway = 4, gateway_2 = 5, device = 6, device_2 = 7, node = 8, stranger = 9, publisher_2 = 10, new_management = 11,
                           signer_0 = 100 };

template <class P>
struct network {
    using key_type = typename key_of<scheme_of<P>>::type;
    using body = transaction_body<scheme_of<P>>;
    static constexpr std::uint64_t start = 1'700'000'000;
    static constexpr std::uint64_t slot = 2;

    explicit network(std::size_t signers = 3, std::uint64_t final_depth = 6, std::uint32_t bits = 4);
    static constexpr bool by_work = requires { typename consensus_of<P>::target; };

    static key_type key(std::uint64_t n) { return key_type(n); }
    static node_id id(std::uint64_t n) { return id_of<P>(key(n).public_key()); }

    /// A transaction with the next sequence of its sender, signed.
    transaction_of<P> signed_by(std::uint64_t n, body b);
    static transaction_of<P> resigned(std::uint64_t n, body const& b);

    transaction_of<P> enrol(std::uint64_t n, member_role role, std::vector<model_name> models = {}, std::uint64_t by = management);
    transaction_of<P> expel(std::uint64_t n, std::uint64_t by = management);

    /// Two headers, of one slot, that signer `who` sealed, as evidence.
    equivocation<scheme_of<P>> evidence(header a, header b, std::uint64_t who = signer_0) const;
    /// The expulsion of signer `who` for it, as `by` signs it.
    body accusation(equivocation<scheme_of<P>> const& e, std::uint64_t who = signer_0) const {
        return {.state = state::expelled, .recipient = id(who), .evidence = e};
    }

    static digest image(std::uint64_t version) {
        std::array<byte, 8> n;
        store_be64(n.data(), version);
        return hash_bytes<sha512_256>(n);
    }
    release unsigned_release(std::uint64_t version, std::uint64_t n = publisher, model_name model = "lamp") const;
    body released(std::uint64_t version, std::uint64_t n = publisher, model_name model = "lamp") const;
    body report(state s, std::uint64_t version, model_name model = "lamp") const;

    /// Everybody of `who` up to `node`, enrolled.
    std::vector<transaction_of<P>> everybody();

    /// The next block on a chain's tip, sealed by the owner of the slot at `time`; 0: the earliest that is possible.
    block_of<P> next(ledger::chain<P> const& c, std::vector<transaction_of<P>> transactions = {}, std::uint64_t time = 0) const;
    sealed_header_of<P> seal(header const& h, std::size_t signers = 3) const;

    genesis_of<P> genesis{};
    digest chain_id{};
    std::map<std::uint64_t, std::uint64_t> sequences;
};

template <class P>
network<P>::network(std::size_t signers, std::uint64_t final_depth, std::uint32_t bits) {
    genesis.name = "test";
    genesis.time = start;
    genesis.management = key(management).public_key();
    genesis.recovery = key(recovery).public_key();
    for (std::size_t i = 0; i != signers; ++i) genesis.signers.push_back(key(signer_0 + i).public_key());
    if constexpr (by_work) genesis.target = bits;
    genesis.final_depth = final_depth;
    genesis.slot_seconds = slot;
    chain_id = digest_of<hash_of<P>>(genesis);
}

template <class P>
auto network<P>::signed_by(std::uint64_t n, body b) -> transaction_of<P> {
    b.chain_id = chain_id;
    b.sender = id(n);
    if (b.sequence == 0) b.sequence = ++sequences[n];
    if (b.time == 0) b.time = start;
    return resigned(n, b);
}

template <class P>
auto network<P>::resigned(std::uint64_t n, body const& b) -> transaction_of<P> {
    auto k = key(n);
    return {b, *sign<P>(k, b)};
}

template <class P>
auto network<P>::enrol(std::uint64_t n, member_role role, std::vector<model_name> models, std::uint64_t by) -> transaction_of<P> {
    body b{.state = state::enrolled, .recipient = id(n)};
    b.enrolment = enrolment_of<P>{.role = role, .algorithm = scheme_of<P>::algorithm, .key = key(n).public_key()};
    for (auto& m : models) b.enrolment->models.push_back(m);
    return signed_by(by, b);
}

template <class P>
auto network<P>::expel(std::uint64_t n, std::uint64_t by) -> transaction_of<P> { return signed_by(by, {.state = state::expelled, .recipient = id(n)}); }

template <class P>
auto network<P>::evidence(header a, header b, std::uint64_t who) const -> equivocation<scheme_of<P>> {
    if (digest_of<hash_of<P>>(b) < digest_of<hash_of<P>>(a)) std::swap(a, b);
    auto const signature = [&](header const& h) { auto k = key(who); return *sign<P>(k, seal_statement{chain_id, h.slot, digest_of<hash_of<P>>(h)}); };
    return {a.slot, digest_of<hash_of<P>>(a), signature(a), digest_of<hash_of<P>>(b), signature(b)};
}

template <class P>
auto network<P>::unsigned_release(std::uint64_t version, std::uint64_t n, model_name model) const -> release {
    return {.chain_id = chain_id, .publisher = id(n), .model = model, .version = version, .size = 1000, .verifier = image(version),
            .minimum_version = 0, .check = {}, .time = start, .expires = start + 1'000'000};
}

template <class P>
auto network<P>::released(std::uint64_t version, std::uint64_t n, model_name model) const -> body {
    auto k = key(n);
    auto const r = unsigned_release(version, n, model);
    body b{.state = state::released, .model = model, .ver = version, .verifier = r.verifier};
    b.release = signed_release_of<P>{r, *sign<P>(k, r)};
    return b;
}

template <class P>
auto network<P>::report(state s, std::uint64_t version, model_name model) const -> body {
    return {.state = s, .model = model, .ver = version, .verifier = image(version)};
}

template <class P>
auto network<P>::everybody() -> std::vector<transaction_of<P>> {
    return {enrol(publisher, member_role::publisher, {"lamp", "lock"}), enrol(gateway, member_role::gateway), enrol(gateway_2, member_role::gateway),
            enrol(device, member_role::device, {"lamp"}), enrol(device_2, member_role::device, {"lamp"}), enrol(node, member_role::ledger_node)};
}

template <class P>
auto network<P>::next(ledger::chain<P> const& c, std::vector<transaction_of<P>> transactions, std::uint64_t time) const -> block_of<P> {
    header h{.index = c.height() + 1, .message = "test", .time = time, .previous_hash = c.head()};
    c.commit_to(h, transactions);
    if (h.time == 0) {
        h.time = c.earliest_time();
        if constexpr (!by_work) h.time = ((c.depth() == 0 ? start / slot : c.at(0).body.slot) + 1) * slot;
    }
    if constexpr (by_work) h.target = *consensus_of<P>::next_target(c);
    else h.slot = h.time / slot;
    block_of<P> b;
    b.sealed = seal(h, c.signers().size());
    b.transactions = std::move(transactions);
    return b;
}

template <class P>
auto network<P>::seal(header const& h, std::size_t signers) const -> sealed_header_of<P> {
    if constexpr (by_work) {
        return {h, *work_sealer<P>().seal({0, h, chain_id}, {})};
    } else {
        return {h, *authority_sealer<P, key_type>(key(signer_0 + h.slot % signers)).seal({0, h, chain_id}, {})};
    }
}

/// A time at which nothing built here lies in the future.
inline constexpr std::uint64_t later = 1'700'100'000;

} // namespace fixture
