#pragma once

#include <daicho/ledger/chain.hpp>
#include <daicho/role/action.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/opened.hpp>

namespace daicho::role {

/// Looks at what another node holds and pulls what the own chain lacks, page by page. What is not yet preferred is kept until
/// it is, within bounds. Nothing is believed: `take` checks every block. One conversation at a time and node.
template <class P>
class branch_pull {
public:
    using block_list = std::vector<block_of<P>>;
    using answer_type = std::function<void(result<http_response>)>;
    using ask_type = std::function<void(std::string const& url, http_request, answer_type)>;
    using take_type = std::function<fault(std::uint64_t fork_point, block_list const&)>;
    using then_type = std::function<void(fault)>;

    /// Of a fork that is not yet preferred, held at once.
    static constexpr std::size_t longest_branch = 4096, heaviest_branch = 64u << 20;  ///< blocks, bytes

    branch_pull(ledger::chain<P> const& c, ask_type ask, take_type take) : chain_(c), ask_(std::move(ask)), take_(std::move(take)) {}

    void look(std::string const& url, then_type then) {
        ask_(url, {.path = "/status", .accept = std::string(cbor_type)}, [this, url, then](result<http_response> answer) {
            auto s = opened<status>(answer);
            if (!s) return then(s.error());
            if (s->chain_id != chain_.chain_id()) return then({errc::foreign_genesis, "status.chain_id"});
            if (s->head == chain_.head() || s->height <= chain_.final_height()) return then({});
            auto const from = chain_.final_height();
            pull(url, {from, {}, 0}, from + 1, s->height, then);
        });
    }

private:
    struct collected {
        std::uint64_t fork_point;
        block_list blocks;
        std::size_t bytes;
    };

    void pull(std::string const& url, collected have, std::uint64_t from, std::uint64_t until, then_type then) {
        http_request r{.path = "/chain",
                       .query = "from=" + std::to_string(from) + "&limit=" + std::to_string(limits::page),
                       .accept = std::string(cbor_type)};
        ask_(url, std::move(r), [this, url, have = std::move(have), from, until, then](result<http_response> answer) mutable {
            auto p = opened<page>(answer);
            if (!p) return then(p.error());
            if (p->chain_id != chain_.chain_id()) return then({errc::foreign_genesis, "page.chain_id"});
            if (p->from != from) return then({errc::wrong_index, "page.from", p->from});
            if (p->blocks.empty() && p->height >= from) return then({errc::missing_field, "page.blocks", p->height});  // a false length
            for (auto& raw : p->blocks) {
                auto block = decode<block_of<P>>(raw);
                if (!block) return then(block.error());
                if (have.blocks.empty() && block->head().index == have.fork_point + 1) {
                    auto ours = chain_.recent(block->head().index);
                    if (ours && ours->sealed == block->sealed) {
                        ++have.fork_point;
                        continue;
                    }
                }
                have.bytes += raw.size();
                have.blocks.push_back(std::move(*block));
            }
            std::uint64_t const next = from + p->blocks.size();
            bool const last = p->blocks.empty() || next > until;
            if (!have.blocks.empty()) {
                auto const f = take_(have.fork_point, have.blocks);
                if (f && (last || f != errc::not_preferred)) return then(f);
                if (!f) have = {have.fork_point + have.blocks.size(), {}, 0};
            }
            if (last) return then({});
            if (have.blocks.size() > longest_branch || have.bytes > heaviest_branch) return then({errc::oversized, "branch", have.bytes});
            pull(url, std::move(have), next, until, then);
        });
    }

    ledger::chain<P> const& chain_;
    ask_type ask_;
    take_type take_;
};

} // namespace daicho::role
