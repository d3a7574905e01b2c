/// Searches the ledger (paper 2.1): which device runs which version, in which state. Everything shown was checked here first,
/// block by block, from the pinned genesis.
#include "composition.hpp"
#include "https.hpp"
#include "process.hpp"
#include "observer/accusation.hpp"
#include "observer/bundle.hpp"
#include "observer/proof.hpp"
#include "observer/questions.hpp"
#include "progress_bar.hpp"

#include <daicho/asio/http_client.hpp>
#include <daicho/cereal/door.hpp>
#include <daicho/file/clock.hpp>
#include <daicho/file/record_file.hpp>
#include <daicho/record/exported.hpp>
#include <daicho/role/opened.hpp>
#include <daicho/role/observer.hpp>
#include <daicho/role/table.hpp>
#include <daicho/role/verifier.hpp>
#include <daicho/threads/pool.hpp>

#include <cereal/archives/json.hpp>
#include <cereal/archives/portable_binary.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

namespace {

using namespace daicho;
using observer_type = role::observer<::protocol>;
using exported = exported_chain<::protocol::signature, proof_of<::protocol>>;

struct options {
    std::string genesis, file, device, format = "json";
    std::vector<std::string> nodes;
    bool json = false;
};

/// Checks a whole chain with all processors, and says on a terminal how far that has come. `total()`: how long it claims to be.
template <class Source, class Total, class Each>
observer_type::reading check(observer_type& o, std::string const& what, Source&& source, Total total, Each&& each) {
    threads::pool cores;
    progress_bar bar(what);
    return o.take_all(source, [] { return role::verifier_of<::protocol, platform>(); }, cores,
                      {.now = file::clock{}.now(), .progress = [&](std::uint64_t height) { bar.show(height, total()); }}, each);
}

/// One node's chain, read page by page as its blocks are asked for.
class remote_chain {
public:
    static result<remote_chain> of(std::string const& url, digest const& chain_id) {
        asio::http_client_options http;
        if (auto e = allow_https(http)) return e.why;
        return remote_chain(url, chain_id, std::move(http));
    }

    /// The block at a height, asked for in order; none beyond the tip.
    result<std::optional<bytes>> operator()(std::uint64_t height) {
        if (height >= first_ + page_.blocks.size()) {
            auto answer = client_->send(url_ + "/chain?from=" + std::to_string(height) + "&limit=" + std::to_string(limits::page), {.accept = std::string(role::cbor_type)});
            auto p = role::opened<page>(answer);
            if (!p) return refuse(height, p.error());
            if (p->chain_id != chain_id_) return refuse(height, {errc::foreign_genesis, "page.chain_id"});
            page_ = std::move(*p);
            first_ = height;
            if (page_.blocks.empty()) return std::optional<bytes>();
        }
        auto const& raw = page_.blocks[height - first_];
        return std::optional(bytes(raw.begin(), raw.end()));
    }
    /// The height that it was asked for when it gave a fault, not a block; 0 when it never did.
    std::uint64_t unread() const noexcept { return unread_; }
    /// What it says of itself, as of the last page.
    std::uint64_t height() const noexcept { return page_.height; }
    digest const& head() const noexcept { return page_.head; }

private:
    remote_chain(std::string url, digest const& chain_id, asio::http_client_options http)
        : url_(std::move(url)), chain_id_(chain_id), client_(std::make_unique<asio::http_client>(std::move(http))) {}

    fault refuse(std::uint64_t height, fault f) {
        unread_ = height;
        return f;
    }

    std::string url_;
    digest chain_id_;
    std::unique_ptr<asio::http_client> client_;
    page page_{};
    std::uint64_t first_ = 0;
    std::uint64_t unread_ = 0;
};

/// Takes one node's whole chain. `good`: up to where all was well.
process::ending read_from(std::string const& url, observer_type& o, std::vector<block_of<::protocol>>* keep = nullptr, std::uint64_t* good = nullptr) {
    auto source = remote_chain::of(url, o.chain().chain_id());
    if (!source) return {source.error(), url};
    auto const read = check(o, url, *source, [&] { return source->height(); }, [&](block_of<::protocol> const& b) {
        if (keep) keep->push_back(b);
        if (good) *good = b.head().index;
    });
    if (read.refused && read.height == source->unread()) return {read.refused, url};
    if (read.refused) return {read.refused, url + ", block " + std::to_string(read.height)};
    // What was read is what it says it has: neither more nor less.
    if (source->height() > o.chain().height()) return {{errc::wrong_index, "page.height", source->height()}, url};
    if (source->head() != o.chain().head()) return {{errc::unlinked_block, "page.head", source->height()}, url};
    return {};
}

void show_fleet(observer_type const& o, bool json) {
    boost::json::array rows;
    role::table t({"device", "model", "version", "state", "when", "block"});
    for (auto& r : o.fleet()) {
        auto const state = r.expelled ? std::string("expelled") : std::string(schema::name_of(r.last));
        if (json) {
            rows.push_back(boost::json::object{{"device", to_hex(r.device)}, {"model", std::string_view(r.model)}, {"version", r.version},
                                               {"state", state}, {"when", r.when}, {"block", r.height}});
        } else {
            t.row({to_hex(r.device).substr(0, 16), std::string(r.model), std::to_string(r.version), state, role::utc(r.when), std::to_string(r.height)});
        }
    }
    std::cout << (json ? boost::json::serialize(rows) + "\n" : t.text());
}

void show_releases(observer_type const& o, bool json) {
    boost::json::array rows;
    role::table t({"model", "version", "bytes", "verifier", "publisher", "expires", "gateways", "devices", "state"});
    for (auto& r : o.releases()) {
        auto const& b = r.release;
        auto const state = r.withdrawn ? "withdrawn" : "released";
        if (json) {
            rows.push_back(boost::json::object{{"release", schema::to_json_value(b)}, {"block", r.height}, {"gateways", r.gateways},
                                               {"devices", r.devices}, {"state", state}});
        } else {
            t.row({std::string(b.model), std::to_string(b.version), std::to_string(b.size), to_hex(b.verifier).substr(0, 16),
                   to_hex(b.publisher).substr(0, 16), role::utc(b.expires), std::to_string(r.gateways), std::to_string(r.devices), state});
        }
    }
    std::cout << (json ? boost::json::serialize(rows) + "\n" : t.text());
}

/// Whose id begins so: as many leading digits as tell it apart.
result<node_id> member_named(observer_type const& o, std::string const& wanted) {
    std::optional<node_id> found;
    for (auto& [id, m] : o.chain().members().members()) {
        if (!to_hex(id).starts_with(wanted)) continue;
        if (found) return fault{errc::duplicate, "several members"};
        found = id;
    }
    if (!found) return fault{errc::unknown_sender, "no member"};
    return *found;
}

process::ending show_history(observer_type const& o, std::string const& wanted, bool json) {
    auto const found = member_named(o, wanted);
    if (!found) return {found.error(), wanted};
    boost::json::array rows;
    role::table t({"block", "when", "state", "version", "verifier", "sequence", ""});
    for (auto& e : o.history(*found)) {
        auto const& b = e.body;
        if (json) {
            rows.push_back(boost::json::object{{"block", e.height}, {"when", e.block_time}, {"gap", e.gap}, {"transaction", schema::to_json_value(b)}});
        } else {
            t.row({std::to_string(e.height), role::utc(e.block_time), std::string(schema::name_of(b.state)), std::to_string(b.ver),
                   to_hex(b.verifier).substr(0, 16), std::to_string(b.sequence), e.gap ? "numbers before it never arrived" : ""});
        }
    }
    std::cout << (json ? boost::json::serialize(rows) + "\n" : t.text());
    return {};
}

/// Every node's whole chain, from genesis; they must all have the same head.
process::ending verify_all(options const& given, genesis_of<::protocol> const& g) {
    std::optional<branch> first;
    boost::json::array rows;
    process::ending end;
    for (auto& url : given.nodes) {
        observer_type o(g);
        std::uint64_t good = 0;
        auto e = read_from(url, o, nullptr, &good);
        auto const b = o.chain().branch();
        if (!e && first && first->head != b.head) e = {{errc::unlinked_block, "another head than the first node's", b.height}, url};
        if (!e && !first) first = b;
        if (e && given.json) {
            rows.push_back(boost::json::object{{"node", url}, {"height", good}, {"valid", false}});
        } else if (given.json) {
            rows.push_back(boost::json::object{{"node", url}, {"height", b.height}, {"head", to_hex(b.head)}, {"final", o.chain().final_height()},
                                               {"transactions", o.entries().size()}, {"valid", true}});
        } else if (e) {
            std::cout << url << "  REFUSED  valid up to height " << good << '\n';
        } else {
            std::cout << url << "  valid  height " << b.height << "  head " << to_hex(b.head) << "  final "
                      << o.chain().final_height() << "  " << o.entries().size() << " transactions\n";
        }
        if (e && !end) end = std::move(e);
    }
    if (given.json) std::cout << boost::json::serialize(rows) << '\n';
    return end;
}

/// A statement about devices, for who keeps no chain.
process::ending prove(proving::request const& r, genesis_of<::protocol> const& g) {
    if (r.device.empty() == r.behind.first.empty()) return {{errc::missing_field, "--device or --behind"}, "prove"};
    node_id device{};
    if (!r.device.empty() && from_hex(r.device, device)) {
        observer_type o(g);
        if (auto e = read_from(r.node, o)) return e;
        auto const found = member_named(o, r.device);
        if (!found) return {found.error(), r.device};
        device = *found;
    }
    return proving::write(r, g, device, [&](proving::block_list& blocks) {
        observer_type o(g);
        return read_from(r.node, o, &blocks);
    });
}

process::ending write_export(options const& given, genesis_of<::protocol> const& g) {
    observer_type o(g);
    exported out{g, {}};
    if (auto e = read_from(given.nodes.at(0), o, &out.blocks)) return e;
    std::ostringstream text;
    auto const f = given.format == "json" ? daicho::cereal::save<::cereal::JSONOutputArchive>(text, out)
                                          : daicho::cereal::save<::cereal::PortableBinaryOutputArchive>(text, out);
    if (f) return {f, given.file};
    auto const bytes = text.str();
    if (auto g2 = file::replace_file(given.file, as_bytes(bytes))) return {g2, given.file};
    std::cout << out.blocks.size() << " blocks written to " << given.file << '\n';
    return {};
}

/// Reads an export and checks it as if it came from a stranger, which it may.
process::ending read_export(options const& given, genesis_of<::protocol> const& g, observer_type& o) {
    auto const raw = file::read_file(given.file, std::size_t(1) << 30);
    if (!raw) return {raw.error(), given.file};
    auto const loaded = [&]() -> result<exported> {
        if (given.format != "json") return daicho::cereal::load_bounded<exported>(*raw);
        std::istringstream in(std::string(as_text(*raw)));
        return daicho::cereal::load<exported, ::cereal::JSONInputArchive>(in, raw->size());
    }();
    if (!loaded) return {loaded.error(), given.file};
    if (!(loaded->start == g)) return {{errc::foreign_genesis, "export"}, given.file};
    auto const& blocks = loaded->blocks;
    auto const source = [&](std::uint64_t height) -> result<std::optional<bytes>> {
        return height > blocks.size() ? std::optional<bytes>() : std::optional(encode(blocks[height - 1]));
    };
    auto const read = check(o, given.file, source, [&] { return blocks.size(); }, [](auto&) {});
    if (read.refused) return {read.refused, given.file + ", block " + std::to_string(read.height)};
    std::cout << "valid: " << o.chain().height() << " blocks, head " << to_hex(o.chain().head()) << '\n';
    return {};
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Searches a daicho ledger. Reads a node's chain, checks every block from genesis, and answers.\n"
                 "  observer --genesis genesis.cbor --node http://127.0.0.1:5001 fleet",
                 "observer");
    options given;
    app.add_option("--genesis", given.genesis, "The genesis record (canonical CBOR) that the chain must start from; to verify a proof its hash will do")->required();
    app.add_option("--node", given.nodes, "URL of a ledger node; verify takes several");
    app.add_flag("--json", given.json, "JSON in place of tables");
    app.require_subcommand(1);
    auto* fleet = app.add_subcommand("fleet", "One row a device: model, version, state, when");
    auto* history = app.add_subcommand("history", "Everything a member said or that was said of it");
    history->add_option("DEVICE", given.device, "Its id in hexadecimal, or the first digits of it")->required();
    questions::request question;
    auto* list = app.add_subcommand("list", "");
    auto* adoption = app.add_subcommand("adoption", "");
    question.add_to(*list, *adoption);
    auto* releases = app.add_subcommand("releases", "Everything that was released, and how far it has come");
    auto* verify = app.add_subcommand("verify", "Checks the whole chain of every node; they must have the same head");
    proving::request shown;
    verify->add_option("--proof", shown.file, "A file that prove wrote: it is verified alone, without a node")->check(CLI::ExistingFile);
    verify->add_option("--since", shown.since, "A block that is known: a proof of an older one is refused")->capture_default_str();
    auto* proof = app.add_subcommand("prove", "Writes how devices stand into a file that anybody verifies with the hash of the genesis");
    proof->add_option("--device", shown.device, "Of which device: its id in hexadecimal, or the first digits of it");
    proof->add_option("--model", shown.model, "Of which model the device is, or is not; without it, the one that it is enrolled for");
    proof->add_option("--behind", shown.behind, "A model and a version: all devices of it that run less");
    proof->add_option("--out", shown.file, "The file")->required();
    proof->add_option("--witness", shown.witnesses, "URL of a witness that is asked to cosign the checkpoint; genesis says how many are needed");
    auto* exporting = app.add_subcommand("export", "Writes the chain into a file");
    auto* bundle = app.add_subcommand("bundle", "Writes a release and the proof that the ledger holds it into a file, for devices without a network");
    bundling::request wanted;
    bundle->add_option("FILE", wanted.file, "The file")->required();
    bundle->add_option("--model", wanted.model, "Of which model")->required();
    bundle->add_option("--version", wanted.version, "Which version; 0: the newest")->capture_default_str();
    bundle->add_option("--witness", wanted.witnesses, "URL of a witness that is asked to cosign the checkpoint; genesis says how many are needed");
    bundle->add_option("--older", wanted.older_size, "Size of a checkpoint that its readers know already; 0: they know none")->capture_default_str();
    auto* accuse = app.add_subcommand("accuse", "Two checkpoints of one size that one key signed convict it: hands the evidence to a node, or writes it into files");
    accusing::request accused;
    accused.add_to(*accuse);
    auto* importing = app.add_subcommand("import", "Reads such a file, checks all of it, and shows the fleet");
    for (auto* c : {exporting, importing}) {
        c->add_option("FILE", given.file, "The file")->required();
        c->add_option("--format", given.format, "The archive")->check(CLI::IsMember({"json", "binary"}))->capture_default_str();
    }
    for (auto* c : app.get_subcommands({})) c->fallthrough();

    return process::run(app, argc, argv, [&]() -> process::ending {
        digest chain_id{};
        bool const by_hash = *verify && !shown.file.empty() && !from_hex(given.genesis, chain_id);
        if (by_hash) return proving::check(shown, chain_id);
        auto g = file::read_record<genesis_of<::protocol>>(given.genesis);
        if (!g) return {g.error(), given.genesis};
        observer_type o(*g);
        if (*importing) {
            if (auto e = read_export(given, *g, o)) return e;
            show_fleet(o, given.json);
            return {};
        }
        if (*verify && !shown.file.empty()) return proving::check(shown, o.chain().chain_id());
        if (*accuse) return accusing::run(accused, *g, given.nodes);
        if (given.nodes.empty()) return {{errc::missing_field, "--node"}, "observer"};
        if (*verify) return verify_all(given, *g);
        question.node = given.nodes[0];
        question.json = given.json;
        if (*list) return questions::list(question, o.chain().chain_id());
        if (*adoption) return questions::show_adoption(question, o.chain().chain_id());
        if (*exporting) return write_export(given, *g);
        if (*proof) {
            shown.node = given.nodes[0];
            return prove(shown, *g);
        }
        if (*bundle) {
            std::vector<block_of<::protocol>> blocks;
            if (auto e = read_from(given.nodes[0], o, &blocks)) return e;
            wanted.node = given.nodes[0];
            return bundling::write(wanted, *g, blocks);
        }
        if (auto e = read_from(given.nodes[0], o)) return e;
        if (*fleet) show_fleet(o, given.json);
        if (*releases) show_releases(o, given.json);
        if (*history) return show_history(o, given.device, given.json);
        return {};
    });
}
