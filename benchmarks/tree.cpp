/// The head of a tree of a million leaves, each kernel forced; blocks of SHA-256 by the kernel alone; proofs of 20 levels, verified;
/// proofs from stored nodes of ten million leaves, made; the root and the ids of a block. Beside what one writes first with Crypto++:
/// leaf by leaf, record by record.
#include "suite/fleet.hpp"
#include "suite/run.hpp"

#include <daicho/cryptopp/ed25519.hpp>
#include <daicho/cryptopp/hash.hpp>
#include <daicho/defaults/hardened.hpp>
#include <daicho/hash_x86/sha256.hpp>
#include <daicho/file/tile_store.hpp>
#include <daicho/ledger/history.hpp>
#include <daicho/ledger/proof.hpp>
#if DAICHO_HAS_OPENSSL
#include <daicho/openssl/hash.hpp>
#endif

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

struct fleet_protocol : defaults::hardened {};

constexpr std::size_t leaf_count = 1'000'000;
std::string const head_group = "the head of a tree of 1,000,000 leaves of 32 bytes";

std::vector<digest> const& leaves() {
    static std::vector<digest> const all = [] {
        std::vector<digest> v(leaf_count);
        for (std::size_t i = 0; i != v.size(); ++i) store_be64(v[i].data(), i * 0x9e3779b97f4a7c15u), v[i][31] = byte(i);
        return v;
    }();
    return all;
}
byte_view leaf_bytes() { return {leaves().front().data(), leaf_count * sizeof(digest)}; }

template <class H>
digest leaf_by_leaf() {
    ledger::tree_head<H> tree;
    for (auto& leaf : leaves()) tree.append(leaf);
    return tree.root();
}

template <class Build>
void head(std::string policy, Build build) {
    add({.group = head_group, .policy = std::move(policy), .body = [build](benchmark::State& state) {
             static digest const expected = leaf_by_leaf<cryptopp::sha256>();
             if (build() != expected) throw std::runtime_error("another head");
             for (auto _ : state) benchmark::DoNotOptimize(build());
             state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(leaf_count));
         }, .item = "leaf"});
}

template <class Kernel>
void head_by() {
    if constexpr (requires { Kernel::available(); })
        if (!Kernel::available()) {
            std::printf("SKIPPED %s: this processor does not have it\n", std::string(Kernel{}.kernel()).c_str());
            return;
        }
    head("append_all, " + std::string(Kernel{}.kernel()), [] {
        ledger::tree_head<hash_x86::sha256> tree;
        tree.append_all(leaf_bytes(), sizeof(digest), Kernel{});
        return tree.root();
    });
}

/// What no tree can beat: blocks of SHA-256 that lie in the nearest memory, one after another in one message, or of many messages.
template <class Hash>
void blocks_alone(std::string policy, std::size_t blocks, Hash hash) {
    add({.group = "a block of SHA-256, the kernel alone", .policy = std::move(policy), .body = [hash, blocks](benchmark::State& state) {
             std::array<digest, 256> out{};
             for (auto _ : state) {
                 hash(std::span(out));
                 benchmark::DoNotOptimize(out.data());
             }
             state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(blocks));
         }, .item = "block"});
}
template <class H>
void one_message(std::string policy) {
    constexpr std::size_t length = 256 * 64;
    blocks_alone(std::move(policy), length / 64, [](std::span<digest> out) { out[0] = hash_bytes<H>(leaf_bytes().first(length)); });
}

/// 64 proofs of one tree of 2^20 leaves, made up from below: all that is verified is real, the tree is not built.
struct proofs {
    static constexpr std::size_t count = 64, levels = 20, index = 0xa5f03;  // as many nodes on the left as on the right
    std::vector<std::vector<digest>> paths;
    std::vector<ledger::inclusion> claims;
    digest root{};

    proofs() : paths(count) {
        // Claims of one leaf, so that they have one root.
        digest d = leaves()[0];
        std::vector<digest> path;
        for (std::size_t i = 0; i != levels; ++i) {
            path.push_back(leaves()[i + 1]);
            d = index >> i & 1 ? ledger::node_hash<sha256>(path.back(), d) : ledger::node_hash<sha256>(d, path.back());
        }
        root = d;
        for (auto& p : paths) {
            p = path;
            claims.push_back({leaves()[0], index, p});
        }
    }
};

template <class Verify>
void proof(std::string policy, Verify verify) {
    add({.group = "verify an inclusion proof of 20 levels", .policy = std::move(policy), .body = [verify](benchmark::State& state) {
             static proofs const made;
             std::vector<fault> verdicts(proofs::count, errc::busy);
             for (auto _ : state) {
                 verify(made, verdicts);
                 benchmark::DoNotOptimize(verdicts.data());
             }
             for (auto& f : verdicts) must_not(f, "verifying a proof");
             state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(proofs::count));
         }, .item = "proof"});
}
template <class H>
void one_proof_at_a_time(std::string policy) {
    proof(std::move(policy), [](proofs const& p, std::vector<fault>& verdicts) {
        for (std::size_t i = 0; i != p.claims.size(); ++i)
            verdicts[i] = ledger::verify_inclusion<H>(p.claims[i], std::uint64_t(1) << proofs::levels, p.root);
    });
}

/// Ten million leaves in a file that is gone with the process: 640 MB, made before anything is measured.
struct ten_million {
    static constexpr std::size_t count = 10'000'000;
    using H = hash_x86::sha256;

    static std::filesystem::path fresh() {
        auto const path = std::filesystem::temp_directory_path() / ("daicho-tiles-" + std::to_string(::getpid()));
        std::filesystem::remove(path);
        return path;
    }
    ten_million() {
        for (std::size_t i = 0; i != count / leaf_count; ++i) must_not(history.append(leaves()), "appending leaves");
        root = must(history.root(), "the root");
        std::filesystem::remove(path);
        std::filesystem::remove(path.string() + ".lock");
    }
    static ten_million& made() {
        static ten_million all;
        return all;
    }

    std::filesystem::path path = fresh();
    file::tile_store tiles = must(file::tile_store::open(path), "opening the tiles");
    ledger::history<H, file::tile_store> history{tiles};
    digest root{};
};

/// Proofs of leaves at random places: more than a processor learns by heart, few enough to lie near it, as one that has just come does.
struct made_proofs {
    static constexpr std::size_t count = 256;
    std::vector<std::pair<std::uint64_t, proof_path>> proofs;

    explicit made_proofs(ten_million const& all) {
        for (std::uint64_t i = 0, which = 7; i != count; ++i) {
            auto const index = ((which = which * 6364136223846793005u + 1442695040888963407u) >> 20) % ten_million::count;
            proofs.emplace_back(index, must(all.history.inclusion(index, ten_million::count), "a proof"));
        }
    }
};

template <class Make>
void from_ten_million(std::string policy, Make make) {
    add({.group = "a proof about a tree of 10,000,000 leaves", .policy = std::move(policy), .body = [make](benchmark::State& state) {
             auto& all = ten_million::made();
             std::uint64_t which = 1;
             for (auto _ : state) must_not(make(all, which = which * 6364136223846793005u + 1442695040888963407u), "a proof");
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "proof"});
}

using transactions = std::vector<transaction_of<fleet_protocol>>;

template <class Commit>
void block_of_100(std::string policy, std::shared_ptr<transactions const> all, Commit commit) {
    add({.group = "root and ids of a block of 100 transactions", .policy = std::move(policy), .body = [all, commit](benchmark::State& state) {
             for (auto _ : state) benchmark::DoNotOptimize(commit(*all));
             state.SetItemsProcessed(std::int64_t(state.iterations()));
         }, .item = "block"});
}

} // namespace

int main(int argc, char** argv) {
    head("Crypto++, leaf by leaf", leaf_by_leaf<cryptopp::sha256>);
#if DAICHO_HAS_OPENSSL
    head("OpenSSL, leaf by leaf", leaf_by_leaf<openssl::sha256>);
#endif
    head("hash_x86::sha256, leaf by leaf", leaf_by_leaf<hash_x86::sha256>);
    head_by<hashed_one_by_one<sha256>>();
#if defined(__x86_64__)
    head_by<hash_x86::many_avx2>();
    head_by<hash_x86::many_sha_ni>();
    head_by<hash_x86::many_sha_ni_wide>();
    head_by<hash_x86::many_avx512>();
#endif

    one_message<cryptopp::sha256>("Crypto++, one message");
    one_message<hash_x86::sha256>("hash_x86::sha256, one message");
    using many = many_of<hash_x86::sha256>;
    blocks_alone("leaves of a block, " + std::string(many{}.kernel()), 256, [](std::span<digest> out) {
        many{}.hash(ledger::leaf_prefix, leaf_bytes().first(256 * 32), 32, out);
    });
    blocks_alone("nodes of two blocks, " + std::string(many{}.kernel()), 512, [](std::span<digest> out) {
        many{}.hash(ledger::node_prefix, leaf_bytes().first(256 * 64), 64, out);
    });

    one_proof_at_a_time<cryptopp::sha256>("Crypto++, one at a time");
    one_proof_at_a_time<hash_x86::sha256>("hash_x86::sha256, one at a time");
    proof("hash_x86::sha256, 64 at a time, " + std::string(many_of<hash_x86::sha256>{}.kernel()), [](proofs const& p, std::vector<fault>& verdicts) {
        ledger::verify_inclusions<hash_x86::sha256>(p.claims, std::uint64_t(1) << proofs::levels, p.root, verdicts);
    });

    using H = ten_million::H;
    from_ten_million("inclusion, made from file::tile_store", [](ten_million const& all, std::uint64_t which) {
        return all.history.inclusion((which >> 20) % ten_million::count, ten_million::count).error();
    });
    from_ten_million("inclusion, verified", [](ten_million const& all, std::uint64_t which) {
        static made_proofs const made(all);
        auto const& [index, path] = made.proofs[which >> 20 & (made_proofs::count - 1)];
        return ledger::verify_inclusion<H>({leaves()[index % leaf_count], index, path}, ten_million::count, all.root);
    });
    from_ten_million("consistency, made from file::tile_store", [](ten_million const& all, std::uint64_t which) {
        return all.history.consistency((which >> 20) % ten_million::count + 1, ten_million::count).error();
    });

    fleet<fleet_protocol, cryptopp::ed25519_signer> f(cryptopp::ed25519_signer::generate, 4);
    auto const all = std::make_shared<transactions const>(f.reports(100));
    block_of_100("Crypto++, each encoded and hashed twice", all, [](transactions const& t) {
        ledger::tree_head<cryptopp::sha256> tree;
        for (auto& one : t) tree.append(encode(one));
        digest last{};
        for (auto& one : t) last = digest_of<cryptopp::sha256>(one);
        return std::pair(tree.root(), last);
    });
    block_of_100("encoded_records, hash_x86::sha256", all, [](transactions const& t) {
        encoded_records const encoded(t);
        auto level = encoded.digests<hash_x86::sha256>(ledger::leaf_prefix);
        return std::pair(ledger::root_over<hash_x86::sha256>(level), encoded.digests<hash_x86::sha256>().back());
    });
    return run(argc, argv);
}
