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
        auto from = number_in(r.query, "from", 1), limit = number_in(r.query, "limit", 100);
        if (!from || !limit) return http_refusal(400, {errc::out_of_range, "query"});
        page p{.chain_id = chain_id_, .height = height, .head = head, .from = std::max<std::uint64_t>(*from, 1)};
        std::size_t total = 0;
        for (auto h = p.from; h <= p.height && p.blocks.size() < std::min<std::uint64_t>(*limit, limits::page); ++h) {
            auto raw = store_.read(h);
            if (raw.error() == errc::not_found) {  // a shorter branch is being stored at this moment
                p.height = h - 1;
                break;
            }
            if (!raw) return http_refusal(raw.error());
            if (!p.blocks.empty() && total + raw->size() > limits::http_body / 2) break;
            total += raw->size();
            p.blocks.emplace_back(std::move(*raw));
        }
        if (says(r.accept, cbor_type)) return show(r, 200, p);
        // For people: in the shape of the paper's base, {"chain": [...], "length": n}.
        std::string text = "{\"chain\":[";
        for (auto& raw : p.blocks) {
            auto block = decode<block_of<P>>(raw);
            if (!block) return http_refusal({errc::store_corrupt, "block"});
            if (text.back() != '[') text += ',';
            text += schema::to_json(*block);
        }
        text += "],\"length\":" + std::to_string(p.height) + ",\"from\":" + std::to_string(p.from) + ",\"head\":\"" + to_hex(p.head) + "\"}";
        return json_text(200, std::move(text));
    }

    /// GET /headers?from=1&limit=1024, likewise; those of pruned blocks too.
    http_response headers(http_request const& r, std::uint64_t height, digest const& head) const {
        auto from = number_in(r.query, "from", 1), limit = number_in(r.query, "limit", limits::headers);
        if (!from || !limit) return http_refusal(400, {errc::out_of_range, "query"});
        header_page<proof_of<P>> p{.chain_id = chain_id_, .height = height, .head = head, .from = std::max<std::uint64_t>(*from, 1)};
        std::size_t read = 0;
        for (auto h = p.from; h <= p.height && p.headers.size() < std::min<std::uint64_t>(*limit, limits::headers); ++h) {
            auto sealed = headers_.read(h, read);
            if (sealed.error() == errc::not_found) {
                p.height = h - 1;
                break;
            }
            if (!sealed) return http_refusal(sealed.error());
            p.headers.push_back(std::move(*sealed));
            if (read > most_read) break;
        }
        return show(r, 200, p);
    }

    static constexpr std::size_t most_read = 16u << 20;  ///< bytes of blocks that one page of headers may cost

private:
    BlockStore& store_;
    stored_headers<P, BlockStore> headers_;
    digest chain_id_;
};

} // namespace daicho::role
