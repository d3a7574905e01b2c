/// A node that forks the chain: seals another block beside one that it sealed before, for the same slot, and hands it to a node; or signs
/// another tree of the size of its log. Whoever holds both has evidence against it.
#include "composition.hpp"
#include "https.hpp"
#include "process.hpp"

#include <daicho/asio/http_client.hpp>
#include <daicho/base/hex.hpp>
#include <daicho/file/record_file.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/opened.hpp>
#include <daicho/tlog/checkpoint.hpp>

#include <iostream>

namespace {

using namespace daicho;

struct options {
    std::string genesis, home, from, to, notes;
};

process::ending keep(std::string const& folder, char const* name, std::string_view note) {
    if (auto f = file::make_directory(folder)) return {f, folder};
    auto const file = std::filesystem::path(folder) / name;
    return {file::replace_file(file, as_bytes(note)), file.string()};
}

/// The node's checkpoint, and another of the same size that its note key signs: what it would show to whom it deceives.
process::ending fork_tree(options const& o) {
    auto key = cryptopp::ed25519_signer::load(std::filesystem::path(o.home) / "log.pem");
    if (!key) return {key.error(), o.home};
    asio::http_client_options http;
    if (auto e = allow_https(http)) return e;
    asio::http_client client(std::move(http));
    auto const shown = client.send(o.from + "/checkpoint", {});
    if (!shown) return {shown.error(), o.from};
    auto const text = as_text(shown->body);
    auto const note = tlog::note::parse(text);
    if (!note) return {note.error(), o.from};
    auto tree = tlog::checkpoint::parse(note->text());
    if (!tree) return {tree.error(), o.from};
    auto const origin = std::string(tree->origin);
    tree->root[0] ^= 1;
    auto const other = tree->text();
    auto const line = tlog::sign_note<platform::note_scheme>(*key, origin, other);
    if (!line) return {line.error(), o.home};
    if (auto e = keep(o.notes, "shown", text); e) return e;
    if (auto e = keep(o.notes, "forged", other + '\n' + *line); e) return e;
    std::cout << "signed two trees of " << tree->size << " transactions, for " << origin << '\n';
    return {};
}

/// The newest block of the last hundred that this key sealed.
template <class P, class Page>
std::optional<block_of<P>> newest_by(node_id const& signer, Page const& page) {
    std::optional<block_of<P>> found;
    for (auto& raw : page.blocks)
        if (auto b = decode<block_of<P>>(raw); b && b->sealed.proof.signer == signer) found = std::move(*b);
    return found;
}

template <class P>
process::ending fork(options const& o) {
    if constexpr (!requires { typename proof_of<P>::signature_type; }) {
        return {{errc::not_permitted, "consensus"}, "blocks of this composition are sealed by work: nobody owns a slot to seal twice"};
    } else {
        auto const genesis = file::read_record<genesis_of<P>>(o.genesis);
        if (!genesis) return {genesis.error(), o.genesis};
        auto key = platform::signer::load(std::filesystem::path(o.home) / "signing.pem");
        if (!key) return {key.error(), o.home};
        asio::http_client_options http;
        if (auto e = allow_https(http)) return e;
        asio::http_client client(std::move(http));
        auto const ask = [&](std::string const& path) { return client.send(o.from + path, {.accept = std::string(role::cbor_type)}); };
        auto answer = ask("/status");
        auto const now = role::opened<status>(answer);
        if (!now) return {now.error(), o.from};
        answer = ask("/chain?limit=100&from=" + std::to_string(now->height > 100 ? now->height - 99 : 1));
        auto const page = role::opened<daicho::page>(answer);
        if (!page) return {page.error(), o.from};
        auto twin = newest_by<P>(id_of<P>(key->public_key()), *page);
        if (!twin) return {{errc::not_found, "chain"}, "it sealed none of the last hundred blocks"};

        auto& h = twin->sealed.body;
        h.message = "another history";
        auto const signature = sign<P>(*key, consensus_of<P>::template statement_of<P>(h, digest_of<hash_of<P>>(*genesis)));
        if (!signature) return {signature.error(), o.home};
        twin->sealed.proof.signature = *signature;
        auto const said = client.send(o.to + "/blocks/new", {.method = "POST", .content_type = std::string(role::cbor_type), .body = encode(*twin)});
        if (!said) return {said.error(), o.to};
        std::cout << "sealed block " << h.index << " again, for slot " << h.slot << "; the node answered " << said->status << ' ' << as_text(said->body) << '\n';
        return {};
    }
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("A node that forks the chain, to see it caught: takes the newest block that it sealed, seals another for the same slot, and hands\n"
                 "that to a node. The node expels the signer, with both seals as evidence.\n"
                 "  forger --genesis genesis.cbor --home node-3 --from http://127.0.0.1:5002 --to http://127.0.0.1:5001\n"
                 "Or signs another tree of the size of its own log, and writes both checkpoints: observer accuse --note ... --note ...\n"
                 "  forger --home node-2 --from http://127.0.0.1:5002 --notes FOLDER",
                 "forger");
    options o;
    app.add_option("--genesis", o.genesis, "The genesis record (canonical CBOR)");
    app.add_option("--home", o.home, "Folder with signing.pem of the signer, or its log.pem")->required();
    app.add_option("--from", o.from, "URL of the node whose chain, or checkpoint, is read")->required();
    auto* const to = app.add_option("--to", o.to, "URL of the node that is given the other block");
    app.add_option("--notes", o.notes, "Folder to write two checkpoints of one size into")->excludes(to);
    return process::run(app, argc, argv, [&]() -> process::ending {
        if (!o.notes.empty()) return fork_tree(o);
        if (o.to.empty() || o.genesis.empty()) return {{errc::missing_field, "--genesis and --to, or --notes"}, "forger"};
        return fork<::protocol>(o);
    });
}
