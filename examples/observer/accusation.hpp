#pragma once

#include "https.hpp"
#include "composition.hpp"
#include "process.hpp"

#include <daicho/asio/http_client.hpp>
#include <daicho/file/record_file.hpp>
#include <daicho/role/fork_book.hpp>
#include <daicho/role/opened.hpp>

#include <iostream>

/// Evidence against a key that signed two trees of one size: from two checkpoints, or as a witness or a node shows it.
namespace accusing {

using namespace daicho;
using book_type = role::fork_book<platform::note_scheme>;

struct request {
    std::vector<std::string> notes;    ///< files, two
    std::string from, folder;

    void add_to(CLI::App& app) {
        app.add_option("--note", notes, "A checkpoint as a node or a witness signed it; twice")->check(CLI::ExistingFile)->expected(0, 2);
        app.add_option("--from", from, "URL of a witness, or of another node, to ask for what it has");
        app.add_option("--out", folder, "Folder to write the evidence into, for machines without a network: device --evidence FILE");
    }
};

inline process::ending collect(request const& r, book_type& book, asio::http_client& client) {
    if (r.notes.empty() == r.from.empty()) return {{errc::missing_field, "--note twice, or --from"}, "accuse"};
    std::vector<bytes> found;
    if (r.from.empty()) {
        if (r.notes.size() != 2) return {{errc::missing_field, "--note twice"}, "accuse"};
        auto const one = file::read_file(r.notes[0], tlog::note_bound), other = file::read_file(r.notes[1], tlog::note_bound);
        if (!one) return {one.error(), r.notes[0]};
        if (!other) return {other.error(), r.notes[1]};
        found = trust::forks_of<platform::note_scheme>(book.known(), as_text(*one), as_text(*other));
    } else {
        auto const shown = role::opened<forked_logs>(client.send(r.from + "/forks", {.accept = std::string(role::cbor_type)}));
        if (!shown) return {shown.error(), r.from + "/forks"};
        for (auto& e : shown->all) found.push_back(e);
    }
    for (auto& e : found)
        if (auto const whose = book.take(e); !whose) return {whose.error(), r.from};
    return {};
}

/// Says whom it convicts; nobody is no fault.
inline process::ending run(request const& r, genesis_of<::protocol> const& g, std::vector<std::string> const& nodes) {
    asio::http_client_options http;
    if (auto e = allow_https(http)) return e;
    asio::http_client client(std::move(http));
    book_type book(g.watch);
    if (auto e = collect(r, book, client)) return e;
    if (book.all().empty()) std::cout << "nobody whom the genesis names signed two trees of one size\n";
    else std::cout << "signed two trees of one size, and counts no more: " << book.names(book.caught()) << '\n';
    std::size_t n = 0;
    for (auto& e : book.all()) {
        if (!r.folder.empty()) {
            if (auto f = file::make_directory(r.folder)) return {f, r.folder};
            auto const file = std::filesystem::path(r.folder) / (std::to_string(++n) + ".evidence");
            if (auto f = file::replace_file(file, e)) return {f, file.string()};
        }
        for (auto& url : nodes) {
            auto const said = client.send(url + "/forks", {.method = "POST", .content_type = std::string(role::cbor_type), .body = e});
            if (!said) return {said.error(), url};
            if (said->status >= 300) return {{errc::not_permitted, role::refusal_in(*said), said->status}, url};
            std::cout << url << (said->status == 201 ? " took it\n" : " knew it\n");
        }
    }
    return {};
}

} // namespace accusing
