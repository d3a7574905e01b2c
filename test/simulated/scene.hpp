#pragma once

#include <daicho/simulated/network.hpp>

#include "ledger/owned_log.hpp"

#include <cstdio>
#include <set>

/// Real ledger nodes in virtual time. The network is divided, all sides seal, machines lose power, it heals, and one of the
/// peers lies throughout: honest nodes come to one chain, and what was final stays.
namespace fixture {

/// Keeps whatever it has seen first: no branch is ever better than one's own.
template <class Consensus>
struct first_seen : Consensus {
    static std::strong_ordering prefer(branch const&, branch const&) noexcept { return std::strong_ordering::less; }
};

template <class P>
auto sealer_of(std::uint64_t n) {
    if constexpr (network<P>::by_work) return work_sealer<P>(n << 32);
    else return authority_sealer<P, sealing_key>(network<P>::key(n));
}

template <class P>
struct scene {
    using sealer_type = decltype(sealer_of<P>(0));
    using net_type = simulated::network<P, sealing_key, sealer_type>;
    static constexpr std::size_t nodes = 5, liar = 4;
    static constexpr bool by_work = network<P>::by_work;

    /// `with_log`: genesis names a log, whose keys are those of all signers but the first.
    explicit scene(std::uint64_t seed, bool with_log = false) : records(nodes, 60, 6), net(seed, network<P>::start + 10, weather()) {
        if (with_log) own_log<P>(records, nodes - 1, signer_0 + 1);
        for (std::size_t i = 0; i != nodes; ++i) {
            typename net_type::options o{.genesis = records.genesis, .message = "simulated", .sealing = {.interval = 4, .size = 0, .settle = true}};
            for (std::size_t k = 0; k != nodes; ++k)
                if (k != i) o.peers.push_back({records.id(signer_0 + k), net_type::url_of(k)});
            if (with_log && i != 0)
                o.note = [k = sealing_key(log_key + i - 1)](std::string_view name, std::string_view text) { return tlog::sign_note<cryptopp::ed25519>(k, name, text); };
            net.add(std::move(o), records.key(signer_0 + i), sealer_of<P>(signer_0 + i));
        }
        net.watch([this](std::size_t n) { watch(n); });
        net.listen([this](std::size_t, role::note const& n) {
            if (n.event == "banned" && !n.detail.starts_with(net_type::url_of(liar) + " ")) ++wrong_bans;
        });
        lie(seed);
    }
    static simulated::weather weather() {
        simulated::weather w;
        if (by_work) w.least_seal = 500, w.most_seal = 12000;  // mining takes its time
        return w;
    }

    void lie(std::uint64_t seed) {
        net.forge(liar, [this, how = seed % 4](role::http_request const& asked, role::http_response& r) {
            ++lies;
            if (asked.path == "/status") {
                auto s = *decode<status>(r.body);
                s.height = 1'000'000'000;
                s.head[0] ^= 1;
                r = role::show(asked, 200, s);
            }
            if (asked.path != "/chain") return;
            auto p = *decode<page>(r.body);
            if (how == 0) p.height = 1'000'000'000, p.blocks.clear();
            if (how == 1) p.chain_id[0] ^= 1;
            if (how >= 2 && !p.blocks.empty()) {
                auto b = *decode<block_of<P>>(p.blocks.back());
                how == 2 ? void(b.sealed.body.message = "a lie") : b.transactions.clear();
                if (how == 3) b.sealed.body.transactions_root = ledger::root_of<P>({});
                p.blocks.back() = encode(b);
            }
            r = role::show(asked, 200, p);
        });
    }

    /// From now on the liar seals two blocks whenever its slot comes: one it follows itself, the other it sends to somebody else.
    void fork_too() { forking = true; }
    void seal_twice() {
        auto const& c = net.node(liar).chain();
        auto const tip = c.recent(c.height());
        if constexpr (!by_work) {
            if (!tip || tip->sealed.proof.signer != records.id(signer_0 + liar) || tip->head().slot <= forked) return;
            forked = tip->head().slot;
            auto twin = *tip;
            twin.sealed.body.message = "another";
            auto key = records.key(signer_0 + liar);
            twin.sealed.proof.signature = *sign<P>(key, authority::statement_of<P>(twin.sealed.body, records.chain_id));
            role::http_request r{.method = "POST", .path = "/blocks/new", .content_type = std::string(role::cbor_type), .body = encode(twin)};
            net.request(net.chance().below(liar), std::move(r), [](auto const&) {});
            ++forks;
        }
    }
    bool expelled(std::size_t signer, std::size_t seen_by = 0) const {
        auto const* m = net.node(seen_by).chain().members().find(records.id(signer_0 + signer));
        return m && m->expelled;
    }

    /// What one honest node holds final, no honest node may ever hold otherwise.
    void watch(std::size_t n) {
        if (n == liar && forking && net.up(n)) seal_twice();
        if (n == liar || !net.up(n)) return;
        auto const& c = net.node(n).chain();
        for (auto h = c.final_height(); h > 0 && h > c.final_height() - std::min<std::uint64_t>(c.final_height(), 80); --h) {
            auto const block = c.recent(h);
            if (!block) break;
            auto const [it, fresh] = settled.emplace(h, ledger::hash_of_block<P>(block->sealed));
            if (!fresh && it->second != ledger::hash_of_block<P>(block->sealed)) ++conflicts;
            if (!fresh && checked[n] >= h) break;
        }
        checked[n] = c.final_height();
    }

    /// Hands transactions to one node, each when the one before was answered; remembers which were acknowledged.
    void send(std::size_t n, std::vector<transaction_of<P>> all, std::size_t from = 0) {
        if (from == all.size()) return;
        role::http_request r{.method = "POST", .path = "/transactions/new", .content_type = std::string(role::cbor_type), .body = encode(all[from])};
        net.request(n, std::move(r), [this, n, all, from](result<role::http_response> answer) {
            if (answer && answer->status == 201) acknowledged.insert(digest_of<hash_of<P>>(all[from]));
            bool const again = !answer || answer->status >= 500;
            if (!again || ++retries < 1000) send(n, all, again ? from : from + 1);
        });
    }
    void report() {
        send(0, {records.signed_by(device, records.report(state::running, 1))});
        send(3, {records.signed_by(device_2, records.report(state::running, 1))});
    }

    void run() {
        send(0, records.everybody());
        net.run_for(60);
        for (int phase = 0; phase != 3; ++phase) {
            std::vector<unsigned> sides(nodes);
            for (auto& s : sides) s = unsigned(net.chance().below(phase == 1 ? 3 : 2));
            if (phase == 0) sides = {0, 0, 1, 1, unsigned(net.chance().below(2))};
            net.divide(sides);
            for (int i = 0; i != 5; ++i) {
                report();
                if (net.chance().percent(40)) {
                    auto const n = net.chance().below(nodes);
                    net.crash(n);
                    net.run_for(1 + net.chance().below(5));
                    BOOST_TEST(!net.boot(n));
                }
                net.run_for(6);
            }
            net.heal();
            net.run_for(20);
        }
    }
    bool agreed() const {
        for (std::size_t n = 1; n != liar; ++n)
            if (net.node(n).chain().head() != net.node(0).chain().head()) return false;
        return true;
    }
    /// Gives it time; true when the honest nodes agree on a chain that holds all that was acknowledged, all of it final.
    bool converges() {
        for (int i = 0; i != 60; ++i) {
            net.run_for(5);
            if (agreed() && settles() && lost() == 0) return true;
            if (by_work && i % 3 == 0) report();  // depth comes only with blocks
        }
        return false;
    }
    bool settles() const {
        auto const& c = net.node(0).chain();
        for (auto h = c.final_height() + 1; h <= c.height(); ++h)
            if (auto const b = c.recent(h); !by_work && b && !b->transactions.empty()) return false;
        return true;
    }
    std::size_t lost() {
        std::set<digest> found;
        for (std::uint64_t h = 1; h <= net.disk(0).height(); ++h) {
            auto const block = *decode<block_of<P>>(*net.disk(0).read(h));
            for (auto& tx : block.transactions) found.insert(digest_of<hash_of<P>>(tx));
        }
        std::size_t n = 0;
        for (auto& id : acknowledged) n += found.count(id) == 0;
        return n;
    }

    network<P> records;
    net_type net;
    std::map<std::uint64_t, digest> settled;
    std::map<std::size_t, std::uint64_t> checked;
    std::set<digest> acknowledged;
    std::size_t conflicts = 0, lies = 0, wrong_bans = 0, retries = 0, forks = 0;
    std::uint64_t forked = 0;  // the last slot that the liar sealed twice
    bool forking = false;
};

template <class P>
void many_seeds(std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t seed = first; seed != first + count; ++seed) {
        scene<P> s(seed);
        s.run();
        bool const converged = s.converges();
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST(converged);
            BOOST_TEST(s.agreed());
            BOOST_TEST(s.settles());
            BOOST_TEST(s.lost() == 0u);
            BOOST_TEST(s.conflicts == 0u);
            BOOST_TEST(s.lies != 0u);
            BOOST_TEST(s.wrong_bans == 0u);  // however messages were lost, branches changed and machines crashed
            BOOST_TEST(s.acknowledged.size() > 10u);
            // However they crashed, who is honest is never shown to have sealed twice.
            for (std::size_t n = 0; n != s.nodes; ++n) BOOST_TEST(!s.expelled(n));
        }
    }
}

} // namespace fixture
