#pragma once

#include <daicho/ledger/transaction_index.hpp>
#include <daicho/record/found.hpp>
#include <daicho/role/final_blocks.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/query_fields.hpp>
#include <daicho/schema/cbor.hpp>

namespace daicho::role {

/// Where a node is asked which transactions there are and how far a version has come (paper 2.1: "the chain can be searched").
///
///     GET /transactions?device=&sender=&model=&version=&state=&from=&to=&limit=&after=      all that hold; none: every transaction
///     GET /adoption?model=&version=&step=&limit=&after=
///
/// An answer is about the final blocks that the index has come to: none of it is ever taken back. It names their height, and a page that
/// goes on from another is about the same blocks. Each transaction is read from its block and looked at, so an index that errs shows none
/// that does not belong; one that lacks some, only who counts them finds out (docs/queries.md).
template <class P, class BlockStore, class Index>
class query_desk {
    using transaction_type = transaction_of<P>;
    using row = found_transaction<scheme_of<P>>;
    using page_type = found_transactions<scheme_of<P>>;

public:
    static constexpr std::size_t usual = 100;                 ///< rows in a page, when nobody says how many
    static constexpr std::size_t most_looks = 4096;           ///< into the index for one page
    static constexpr std::size_t most_read = 64 * 1024;       ///< transactions decoded for one page, or a block's
    static constexpr std::size_t most_changes = 64 * 1024;    ///< counted for one page
    static constexpr std::uint64_t longest_step = 366 * 86400;

    query_desk(final_blocks<P, BlockStore> const& blocks, ledger::transaction_index<P, Index>& index, digest const& chain_id)
        : blocks_(blocks), index_(index), chain_id_(chain_id), head_{0, chain_id} {}

    /// The answer to a GET of one of its paths; none for all others.
    std::optional<http_response> answer(http_request const& r) {
        if (r.path == "/transactions") return shown(r, transactions(r.query));
        if (r.path == "/adoption") return shown(r, adopted(r.query));
        return std::nullopt;
    }

    /// Errors: those of query_fields, invalid_text, missing_field, oversized, out_of_range, each with the field; the stores'.
    result<page_type> transactions(std::string_view query) {
        static constexpr char const* known[] = {"query.device", "query.sender", "query.model", "query.version", "query.state", "query.from", "query.to", "query.limit", "query.after"};
        auto const fields = query_fields::of(query, known);
        if (!fields) return fields.error();
        auto const asked = question::of(*fields);
        if (!asked) return asked.error();
        auto const limit = fields->number("query.limit", usual, 1, limits::found);
        auto const place = begin<2>(*fields);
        if (!limit || !place) return limit ? place.error() : limit.error();
        auto const point = at((*place)[0]);
        if (!point) return point.error();
        page_type page{.chain_id = chain_id_, .height = point->height, .head = point->head, .size = point->size, .found = {}, .next = {}};
        std::uint64_t const first = std::max((*place)[1], blocks_.before(asked->from));
        std::uint64_t const last = asked->to == ~std::uint64_t(0) ? page.size : std::min(page.size, blocks_.before(asked->to + 1));
        auto const reached = fill(page.found, *asked, first, last, std::size_t(*limit));
        if (!reached) return reached.error();
        if (*reached < last) page.next = token(page.height, *reached);
        return page;
    }

    /// Errors: as of transactions().
    result<adoption> adopted(std::string_view query) {
        static constexpr char const* known[] = {"query.model", "query.version", "query.step", "query.limit", "query.after"};
        auto const fields = query_fields::of(query, known);
        if (!fields) return fields.error();
        for (auto needed : {"query.model", "query.version"})
            if (!fields->has(needed)) return fault{errc::missing_field, needed};
        auto const model = model_in(*fields);
        auto const version = fields->number("query.version", 0), step = fields->number("query.step", 86400, 1, longest_step);
        auto const limit = fields->number("query.limit", usual, 1, limits::found);
        auto const place = begin<4>(*fields);
        for (auto f : {model.error(), version.error(), step.error(), limit.error(), place.error()})
            if (f) return f;
        auto const point = at((*place)[0]);
        if (!point) return point.error();
        adoption out{.chain_id = chain_id_, .height = point->height, .head = point->head, .size = point->size,
                     .model = *model, .version = *version, .step = *step, .steps = {}, .next = {}};
        auto [height, reached, devices, adopted] = *place;
        std::size_t counted = 0;
        bool more = false;
        auto const counts = [&](std::uint64_t v) { return v != index_type::none && v >= *version; };
        auto const f = index_.changes(*model, reached, [&](std::uint64_t index, std::uint64_t before, std::uint64_t after) {
            if ((reached = index) >= out.size) return false;
            auto const time = blocks_.time(blocks_.holding(index)), from = time - time % *step;
            bool const another = out.steps.empty() || out.steps.back().from != from;
            if ((more = counted++ == most_changes || (another && out.steps.size() == *limit))) return false;
            devices = devices + (after != index_type::none) - (before != index_type::none);
            adopted = adopted + counts(after) - counts(before);
            if (another) out.steps.push_back({.from = from, .size = 0, .devices = 0, .adopted = 0});
            out.steps.back() = {from, index + 1, devices, adopted};
            return true;
        });
        if (f) return f;
        if (more) out.next = token(out.height, reached, devices, adopted);
        return out;
    }

private:
    using index_type = ledger::transaction_index<P, Index>;

    struct question {
        std::optional<node_id> device, sender;
        std::optional<model_name> model;
        std::optional<std::uint64_t> version;
        std::optional<daicho::state> state;
        std::uint64_t from = 0, to = ~std::uint64_t(0);

        static result<question> of(query_fields const& fields) {
            question q;
            for (auto [where, member] : {std::pair{"query.device", &q.device}, {"query.sender", &q.sender}})
                if (fields.has(where) && from_hex(fields.text(where), member->emplace())) return fault{errc::invalid_text, where};
            if (fields.has("query.version") && !fields.has("query.model")) return fault{errc::missing_field, "query.model"};
            if (fields.has("query.model")) {
                auto const model = model_in(fields);
                if (!model) return model.error();
                q.model = *model;
            }
            if (fields.has("query.state")) {
                auto const& names = schema::names_of<daicho::state>;
                auto const it = std::find(names.begin(), names.end(), fields.text("query.state"));
                if (it == names.end()) return fault{errc::invalid_text, "query.state"};
                q.state = daicho::state(it - names.begin());
            }
            auto const version = fields.number("query.version", 0), from = fields.number("query.from", 0), to = fields.number("query.to", ~std::uint64_t(0));
            for (auto f : {version.error(), from.error(), to.error()})
                if (f) return f;
            if (*from > *to) return fault{errc::out_of_range, "query.to", *to};
            if (fields.has("query.version")) q.version = *version;
            q.from = *from, q.to = *to;
            return q;
        }
        std::vector<index_key> subjects() const {
            std::vector<index_key> out;
            if (device) out.push_back(ledger::by_member(*device));
            if (sender) out.push_back(ledger::by_sender(*sender));
            if (version) out.push_back(ledger::by_version<P>(*model, *version));
            else if (model) out.push_back(ledger::by_model<P>(*model));
            if (state) out.push_back(ledger::by_state(*state));
            return out;
        }
        bool holds(transaction_body<scheme_of<P>> const& b) const {
            return (!device || b.sender == *device || b.recipient == *device) && (!sender || b.sender == *sender) && (!model || b.model == *model) &&
                   (!version || b.ver == *version) && (!state || b.state == *state);
        }
    };

    static result<model_name> model_in(query_fields const& fields) {
        auto const text = fields.text("query.model");
        model_name out;
        if (!out.assign(text)) return fault{errc::oversized, "query.model", text.size()};
        if (!schema::cbor::printable_utf8(text)) return fault{errc::invalid_text, "query.model"};
        return out;
    }

    // --- where an answer stands ----------------------------------------------------------------------------------------
    struct standpoint {
        std::uint64_t height, size;
        digest head;
    };
    /// What is final, as far as the index has come.
    std::uint64_t newest() const { return blocks_.upto(std::min(index_.size(), blocks_.size())); }

    result<standpoint> at(std::uint64_t height) {
        if (head_.first != height) {
            auto const block = blocks_.read(height);
            if (!block) return block.error();
            head_ = {height, ledger::hash_of_block<P>(block->sealed)};
        }
        return standpoint{height, blocks_.end(height), head_.second};
    }

    template <class... Numbers>
    static page_token token(Numbers... n) {
        std::string text;
        ((text += (text.empty() ? "" : "-") + std::to_string(n)), ...);
        return page_token::cut(text);
    }
    /// Where to begin: the height, the next transaction, and what was counted so far. Errors: invalid_text, out_of_range.
    template <std::size_t N>
    result<std::array<std::uint64_t, N>> begin(query_fields const& fields) const {
        std::array<std::uint64_t, N> out{newest()};
        if (!fields.has("query.after")) return out;
        auto text = fields.text("query.after");
        for (std::size_t i = 0; i != N; ++i) {
            auto const digits = text.substr(0, text.find('-'));
            auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out[i]);
            bool const ended = digits.size() == text.size();
            if (error != std::errc{} || end != digits.data() + digits.size() || ended != (i + 1 == N)) return fault{errc::invalid_text, "query.after"};
            text.remove_prefix(ended ? text.size() : digits.size() + 1);
        }
        if (out[0] > newest() || out[1] > blocks_.end(out[0])) return fault{errc::out_of_range, "query.after", out[0]};
        return out;
    }

    // --- transactions --------------------------------------------------------------------------------------------------
    /// Rows of a page, those from `first` up to `last` that hold. Gives where the next page begins.
    result<std::uint64_t> fill(typename page_type::list_type& rows, question const& asked, std::uint64_t first, std::uint64_t last, std::size_t limit) {
        auto const subjects = asked.subjects();
        std::size_t looks = most_looks, read = 0;
        std::optional<block_of<P>> block;
        std::uint64_t height = 0;
        for (; first < last && rows.size() != limit; ++first) {
            auto const met = meet(subjects, first, last, looks);
            if (!met) return met.error();
            if ((first = *met) >= last || looks == 0) return first;
            if (auto const holding = blocks_.holding(first); !block || holding != height) {
                std::uint64_t const more = blocks_.end(holding) - blocks_.end(holding - 1);
                if (block && read + more > most_read) return first;
                auto next = blocks_.read(height = holding);
                if (!next) return next.error();
                block = std::move(*next);
                read += std::size_t(more);
            }
            auto const& tx = block->transactions[std::size_t(first - blocks_.end(height - 1))];
            if (asked.holds(tx.body)) rows.push_back({first, height, blocks_.time(height), tx});
        }
        return first;
    }

    /// The first place from `at` on that all subjects have; `last` when there is none before it. How far it came, when no looks are left.
    result<std::uint64_t> meet(std::vector<index_key> const& subjects, std::uint64_t at, std::uint64_t last, std::size_t& looks) {
        for (std::size_t agreed = 0, i = 0; agreed != subjects.size(); i = (i + 1) % subjects.size()) {
            if (looks == 0) return at;
            --looks;
            auto const next = index_.next(subjects[i], at);
            if (!next) return next.error();
            if (!*next || **next >= last) return last;
            agreed = **next == at ? agreed + 1 : 1;
            at = **next;
        }
        return at;
    }

    template <class Record>
    static http_response shown(http_request const& asked, result<Record> const& answer) {
        if (answer) return show(asked, 200, *answer);
        auto const f = answer.error();
        return std::string_view(f.where).starts_with("query") ? http_refusal(400, f) : http_refusal(f);
    }

    final_blocks<P, BlockStore> const& blocks_;
    index_type& index_;
    digest chain_id_;
    std::pair<std::uint64_t, digest> head_;  // of the last answer
};

} // namespace daicho::role
