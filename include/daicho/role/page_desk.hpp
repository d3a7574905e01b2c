#pragma once

#include <daicho/concept/block_store.hpp>
#include <daicho/protocol.hpp>
#include <daicho/record/page.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/stored_headers.hpp>

#include <algorithm>

namespace daicho::role {

/// Shows the chain page by page, as the store holds it (paper 3.2: "reading the chain").
template <class P, class BlockStore>
class page_desk {
public:
    page_desk(BlockStore& store, digest const& chain_id) : store_(store), headers_(store), chain_id_(chain_id) {}

    /// GET /chain?from=1&limit=100. `height`, `head`: of what is durable.
    http_response blocks(http_request const& r, std::uint64_t height, digest const& head) const {
        std::size_t total = 0;
        auto const p = filled(r, page{.chain_id = chain_id_, .height = height, .head = head}, 100, limits::page, [&](page& to, std::uint64_t h) -> result<bool> {
            auto raw = store_.read(h);
            if (!raw) return raw.error();
            if (!to.blocks.empty() && total + raw->size() > limits::http_body / 2) return false;
            total += raw->size();
            to.blocks.emplace_back(std::move(*raw));
            return true;
        });
        if (!p) return refused(p.error());
        if (says(r.accept, cbor_type)) return show(r, 200, *p);
        // For people: in the shape of the paper's base, {"chain": [...], "length": n}.
        std::string text = "{\"chain\":[";
        for (auto& raw : p->blocks) {
            auto block = decode<block_of<P>>(raw);
            if (!block) return http_refusal({errc::store_corrupt, "block"});
            if (text.back() != '[') text += ',';
            text += schema::to_json(*block);
        }
        text += "],\"length\":" + std::to_string(p->height) + ",\"from\":" + std::to_string(p->from) + ",\"head\":\"" + to_hex(p->head) + "\"}";
        return json_text(200, std::move(text));
    }

    /// GET /headers?from=1&limit=1024, likewise; those of pruned blocks too.
    http_response headers(http_request const& r, std::uint64_t height, digest const& head) const {
        using page_type = header_page<proof_of<P>>;
        std::size_t read = 0;
        auto const p = filled(r, page_type{.chain_id = chain_id_, .height = height, .head = head}, limits::headers, limits::headers, [&](page_type& to, std::uint64_t h) -> result<bool> {
            auto sealed = headers_.read(h, read);
            if (!sealed) return sealed.error();
            to.headers.push_back(std::move(*sealed));
            return read <= most_read;
        });
        return p ? show(r, 200, *p) : refused(p.error());
    }

    static constexpr std::size_t most_read = 16u << 20;  ///< bytes of blocks that one page of headers may cost

private:
    /// The page that is asked for, height by height: `add(page, height)` puts one there, or says that there is no room for more.
    template <class Page, class Add>
    static result<Page> filled(http_request const& r, Page p, std::uint64_t usual, std::uint64_t most, Add&& add) {
        auto const from = number_in(r.query, "from", 1), limit = number_in(r.query, "limit", usual);
        if (!from || !limit) return fault{errc::out_of_range, "query"};
        p.from = std::max<std::uint64_t>(*from, 1);
        for (auto h = p.from; h <= p.height && h - p.from < std::min(*limit, most); ++h) {
            auto const more = add(p, h);
            if (more.error() == errc::not_found) {  // a shorter branch is being stored at this moment
                p.height = h - 1;
                break;
            }
            if (!more) return more.error();
            if (!*more) break;
        }
        return p;
    }
    static http_response refused(fault f) { return std::string_view(f.where) == "query" ? http_refusal(400, f) : http_refusal(f); }

    BlockStore& store_;
    stored_headers<P, BlockStore> headers_;
    digest chain_id_;
};

} // namespace daicho::role
