/// Founds a chain: keys, the genesis record that every machine pins, enrolments and claim codes. Later, with the recovery key, puts
/// another management key in the place of one that was stolen or lost.
#include "composition.hpp"
#include "process.hpp"

#include <daicho/base/hex.hpp>
#include <daicho/defaults/channel_host.hpp>
#include <daicho/file/record_file.hpp>
#include <daicho/ledger/note_owners.hpp>
#include <daicho/schema/json.hpp>
#include <daicho/trust/log_keys.hpp>

namespace {

using daicho::member_role;
using process::ending;
namespace fs = std::filesystem;
using channel_keys = daicho::defaults::software_channel<daicho::channel_of<protocol>>;
template <class Consensus>
concept mined = requires { typename Consensus::target; };
constexpr bool by_work = mined<protocol::consensus>;

struct ceremony {
    fs::path out;
    std::string name = "demo";
    std::size_t nodes = 3, gateways = 2, devices = 8;
    std::vector<std::string> models{"demo-board"};
    std::uint32_t target = 0x1e7fffff;
    std::uint64_t final_depth = 3, slot_seconds = 1;
    std::string log_name;
    std::vector<std::string> witnesses;
    std::uint32_t quorum = 0;

    daicho::genesis_of<protocol> genesis{};
    std::optional<platform::signer> management;
    std::uint64_t sequence = 0;

    struct member {
        platform::signer signing;
        daicho::channel_key channel;
    };

    static ending write(fs::path const& path, std::string const& text) {
        return {daicho::file::replace_file(path, daicho::as_bytes(text)), path.string()};
    }

    /// A folder with two keys, one that signs and one for the secure channel, and the name that the first gives.
    daicho::result<member> found(std::string const& who) const {
        auto const home = out / who;
        if (auto f = daicho::file::make_directory(home)) return f;
        auto signing = platform::signer::generate();
        if (!signing) return signing.error();
        if (auto f = signing->save(home / "signing.pem")) return f;
        auto channel = channel_keys::type::generate();
        if (!channel) return channel.error();
        if (auto f = channel->save(home / "channel.pem")) return f;
        auto const id = daicho::to_hex(daicho::id_of<protocol>(signing->public_key()));
        if (auto f = daicho::file::replace_file(home / "id", daicho::as_bytes(id + '\n'))) return f;
        return member{std::move(*signing), channel_keys::public_part(*channel)};
    }

    /// The management key enrols a member; the management server puts that on the ledger at its first start.
    daicho::fault enrol(std::string const& who, member const& m, member_role role, daicho::model_list const& allowed = {}) {
        daicho::transaction_of<protocol> tx{};
        auto& b = tx.body;
        b.chain_id = daicho::digest_of<protocol::hash>(genesis);
        b.state = daicho::state::enrolled;
        b.sender = daicho::id_of<protocol>(management->public_key());
        b.recipient = daicho::id_of<protocol>(m.signing.public_key());
        b.sequence = ++sequence;
        b.time = genesis.time;
        b.enrolment = daicho::enrolment_of<protocol>{role, protocol::signature::algorithm, m.signing.public_key(), m.channel, allowed};
        auto signature = daicho::sign<protocol>(*management, b);
        if (!signature) return signature.error();
        tx.signature = *signature;
        if (auto f = daicho::file::write_record(out / who / "credential.cbor", daicho::trust::present<protocol>(tx))) return f;
        char number[32];
        std::snprintf(number, sizeof number, "%04u-", unsigned(sequence));
        return daicho::file::write_record(out / "management" / "enrolments" / (number + who + ".cbor"), tx);
    }

    /// Whom devices without the chain believe: the nodes' own note keys, made here, and the witnesses that were named. Each key says whose it
    /// is, so that a node that signs two histories is expelled.
    ending watch_the_log(std::vector<member> const& keepers) {
        auto& w = genesis.watch;
        std::vector<daicho::cryptopp::ed25519_signer> note_keys;
        for (std::size_t i = 1; i <= std::min(nodes, decltype(w.logs)::bound); ++i) {
            auto const home = out / ("node-" + std::to_string(i));
            auto key = daicho::cryptopp::ed25519_signer::generate();
            if (!key) return {key.error(), home};
            if (auto f = key->save(home / "log.pem")) return {f, home / "log.pem"};
            daicho::note_signer s{.key = key->public_key()};
            if (!s.name.assign(std::string_view(log_name))) return {daicho::errc::oversized, "--log-name"};
            w.logs.push_back(s);
            note_keys.push_back(std::move(*key));
        }
        for (auto& text : witnesses) {
            auto const key = daicho::tlog::note_key::parse(text);
            if (!key) return {key.error(), "--witness " + text};
            if (key->type != daicho::tlog::signature_type::cosignature) return {daicho::errc::wrong_type, "--witness " + text};
            daicho::note_signer s{.key = key->key};
            if (!s.name.assign(key->name.view()) || !w.witnesses.push_back(s)) return {daicho::errc::oversized, "--witness " + text};
        }
        w.quorum = quorum != 0 ? quorum : std::uint32_t(w.witnesses.size() / 2 + 1);
        auto const keys = daicho::trust::log_keys::of(w);
        if (!keys) return {keys.error(), "--log-name, --witness, --quorum"};
        for (std::size_t i = 0; i != note_keys.size(); ++i) {
            auto const id = daicho::id_of<protocol>(keepers[i].signing.public_key());
            auto const proof = note_keys[i].sign(daicho::encode(daicho::ledger::claim_of_note_key<protocol>(genesis, id)));
            if (!proof) return {proof.error(), "log.pem"};
            w.owners.push_back({std::uint32_t(i), id, *proof});
        }
        if (auto f = daicho::ledger::note_owners<protocol>(genesis).refused()) return {f, "log.pem"};
        std::string watched;
        for (auto& k : keys->log()) watched += k.text() + '\n';
        return write(out / "log_keys", watched);
    }

    ending hold() {
        if (fs::exists(out / "genesis.cbor")) return {daicho::errc::duplicate, (out / "genesis.cbor").string()};
        if (auto f = daicho::file::make_directory(out / "management" / "enrolments")) return {f, out.string()};
        daicho::model_list allowed;
        for (auto& m : models) {
            daicho::model_name model;
            if (!model.assign(m) || !allowed.push_back(model)) return {daicho::errc::oversized, "--model " + m};
        }

        auto root = found("management"), recovery = found("recovery");
        if (!root || !recovery) return {root ? recovery.error() : root.error(), out.string()};
        management.emplace(root->signing);
        std::vector<member> keepers;
        for (std::size_t i = 1; i <= nodes; ++i) {
            auto m = found("node-" + std::to_string(i));
            if (!m) return {m.error(), "node"};
            keepers.push_back(std::move(*m));
        }
        if (!genesis.name.assign(name)) return {daicho::errc::oversized, "--name"};
        genesis.time = platform::clock().now();
        genesis.management = root->signing.public_key();
        genesis.management_channel = root->channel;
        genesis.recovery = recovery->signing.public_key();
        if constexpr (by_work) {
            genesis.target = target;
            genesis.final_depth = final_depth;
        } else {
            genesis.slot_seconds = slot_seconds;
            for (auto& k : keepers) genesis.signers.push_back(k.signing.public_key());
        }
        if (!log_name.empty())
            if (auto e = watch_the_log(keepers)) return e;
        auto const chain_id = daicho::digest_of<protocol::hash>(genesis);
        if (auto f = daicho::file::write_record(out / "genesis.cbor", genesis)) return {f, "genesis.cbor"};
        if (auto e = write(out / "genesis.json", daicho::to_json(genesis) + '\n')) return e;
        if (auto e = write(out / "chain_id", daicho::to_hex(chain_id) + '\n')) return e;

        if (by_work)  // authorities stand in genesis; who only keeps the chain is enrolled
            for (std::size_t i = 0; i != keepers.size(); ++i)
                if (auto f = enrol("node-" + std::to_string(i + 1), keepers[i], member_role::ledger_node)) return {f, "node"};
        for (std::size_t i = 1; i <= gateways; ++i) {
            auto const who = "gateway-" + std::to_string(i);
            auto m = found(who);
            if (!m) return {m.error(), who};
            if (auto f = enrol(who, *m, member_role::gateway)) return {f, who};
        }
        auto publisher = found("publisher");
        if (!publisher) return {publisher.error(), "publisher"};
        if (auto f = enrol("publisher", *publisher, member_role::publisher, allowed)) return {f, "publisher"};
        if (auto server = found("repository"); !server) return {server.error(), "repository"};  // trusted with nothing: its key is for HTTPS
        auto shown = daicho::trust::self_made<protocol>(*management, chain_id, member_role::management, root->channel);
        if (!shown) return {shown.error(), "management"};
        if (auto f = daicho::file::write_record(out / "management" / "credential.cbor", daicho::trust::present<protocol>(*shown))) return {f, "management"};

        // Devices make their keys themselves; what comes with them is a code that enrols one key, once.
        std::string claims;
        for (std::size_t i = 1; i <= devices; ++i) {
            std::array<daicho::byte, 16> code;
            if (auto f = platform::entropy().fill(code)) return {f, "claim code"};
            auto const home = out / ("device-" + std::to_string(i));
            if (auto f = daicho::file::make_directory(home)) return {f, home.string()};
            if (auto e = write(home / "claim_code", daicho::to_hex(code) + '\n')) return e;
            claims += models.front() + ' ' + daicho::to_hex(code) + '\n';
        }
        if (auto e = write(out / "management" / "claims", claims)) return e;
        std::printf("chain %s\n%zu nodes, %zu gateways, 1 publisher of %zu models, %zu claim codes in %s\n", daicho::to_hex(chain_id).c_str(), nodes, gateways,
                    models.size(), devices, out.c_str());
        return {};
    }

    // --- with the recovery key ----------------------------------------------------------------------------------------
    /// A folder for the next management server: new keys, their enrolment by the recovery key, and, from the folder of the one
    /// before, the claim codes with the record of those that were used.
    ending replace_management() {
        auto g = daicho::file::read_record<daicho::genesis_of<protocol>>(out / "genesis.cbor");
        if (!g) return {g.error(), out / "genesis.cbor"};
        genesis = std::move(*g);
        auto recovery = platform::signer::load(out / "recovery" / "signing.pem");
        if (!recovery) return {recovery.error(), out / "recovery" / "signing.pem"};
        if (!(recovery->public_key() == genesis.recovery)) return {daicho::errc::bad_key, out / "recovery" / "signing.pem"};

        std::string before = "management", who;
        for (unsigned n = 2;; ++n, before = who)
            if (who = "management-" + std::to_string(n); !fs::exists(out / who)) break;
        auto next = found(who);
        if (!next) return {next.error(), out / who};

        daicho::transaction_of<protocol> tx{};
        auto& b = tx.body;
        b.chain_id = daicho::digest_of<protocol::hash>(genesis);
        b.state = daicho::state::enrolled;
        b.sender = daicho::id_of<protocol>(genesis.recovery);
        b.recipient = daicho::id_of<protocol>(next->signing.public_key());
        b.time = platform::clock().now();
        b.sequence = b.time;  // offline, nobody knows the last one: seconds rise, whoever keeps the key and however often it was copied
        b.enrolment = daicho::enrolment_of<protocol>{member_role::management, protocol::signature::algorithm, next->signing.public_key(), next->channel, {}};
        auto signature = daicho::sign<protocol>(*recovery, b);
        if (!signature) return {signature.error(), "recovery"};
        tx.signature = *signature;
        if (auto f = daicho::file::make_directory(out / who / "enrolments")) return {f, out / who};
        if (auto f = daicho::file::write_record(out / who / "enrolments" / ("0001-" + who + ".cbor"), tx)) return {f, out / who};
        if (auto f = daicho::file::write_record(out / who / "credential.cbor", daicho::trust::present<protocol>(tx))) return {f, out / who};
        for (auto const* kept : {"claims", "spool"}) {
            std::error_code failed;
            if (fs::exists(out / before / kept)) fs::copy(out / before / kept, out / who / kept, fs::copy_options::recursive, failed);
            if (failed) return {daicho::errc::io_failed, out / before / kept};
        }
        std::printf("%s/%s holds the next management key %s\nStop the server that runs with %s, if it is yours, and start: management_server --home %s/%s ...\n",
                    out.c_str(), who.c_str(), daicho::to_hex(b.recipient).c_str(), before.c_str(), out.c_str(), who.c_str());
        return {};
    }
};

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Founds a chain in a folder: a genesis record (CBOR to pin, JSON to read), and for each member a folder with its keys.\n"
                 "All keys are made here, which is right for a demonstration; in earnest each machine makes its own.\n\n"
                 "When the management key is stolen or lost: stop its server, bring the recovery key's folder back as OUT/recovery, and\n"
                 "  ceremony --out OUT --replace-management\n"
                 "makes OUT/management-2 (then -3, ...). A management_server that starts with that folder puts the new key in office and\n"
                 "enrols gateways and publishers again under it; machines follow by themselves, and what the old key signs counts no more.\n"
                 "Who was expelled stays out. Whom a thief may have enrolled since some height, --distrust-from HEIGHT of\n"
                 "management_server expels. Take the recovery key offline again.",
                 "ceremony");
    ceremony c;
    bool replaces = false;
    app.add_option("--out", c.out, "Folder to make, or with --replace-management the folder that was made")->required();
    app.add_flag("--replace-management", replaces, "Make the next management key and have the recovery key enrol it");
    app.add_option("--name", c.name, "Name of the chain")->capture_default_str();
    app.add_option("--nodes", c.nodes, "Ledger nodes")->check(CLI::Range(1, 16))->capture_default_str();
    app.add_option("--gateways", c.gateways, "Gateways")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--devices", c.devices, "Claim codes for devices, of the first model")->check(CLI::Range(0, 100000))->capture_default_str();
    app.add_option("--model", c.models, "Models that the publisher may release")->capture_default_str();
    if (by_work) {
        app.add_option("--target", c.target, "Compact target of the work (docs/wire.md)")->capture_default_str();
        app.add_option("--final-depth", c.final_depth, "A block is final under so many others")->capture_default_str();
    } else {
        app.add_option("--slot-seconds", c.slot_seconds, "Length of a signer's slot")->check(CLI::Range(1, 3600))->capture_default_str();
    }
    app.add_option("--log-name", c.log_name,
                   "Name of the log over all transactions, such as ledger.example/town: devices may then install from a bundle, without\n"
                   "a network. Makes a note key for each of the first four nodes (OUT/node-1/log.pem ...) and writes OUT/log_keys, which\n"
                   "witnesses are started with: witness --log KEY");
    app.add_option("--witness", c.witnesses, "A witness to believe, NAME+ID+KEY as its --print-key shows; again for more")->needs("--log-name");
    app.add_option("--quorum", c.quorum, "So many of them must have seen what a device believes; more than half when not said")->needs("--log-name");
    return process::run(app, argc, argv, [&] { return replaces ? c.replace_management() : c.hold(); });
}
