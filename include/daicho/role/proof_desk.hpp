#pragma once

#include <daicho/hash/sha256.hpp>
#include <daicho/ledger/history.hpp>
#include <daicho/ledger/transaction_index.hpp>
#include <daicho/role/final_blocks.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/proof_stores.hpp>
#include <daicho/tlog/entry_bundle.hpp>
#include <daicho/tlog/note_key.hpp>
#include <daicho/tlog/tile.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace daicho::role {

/// The name under which a chain is known as a log, and of the note key of who speaks for it (C2SP tlog-checkpoint: the origin line).
inline std::string log_origin(digest const& chain_id) { return "daicho/" + to_hex(chain_id); }

/// The same of a chain whose genesis names it, and whose note keys light clients believe.
template <class P>
std::string log_origin(genesis_of<P> const& g, digest const& chain_id) {
    return g.watch.logs.empty() ? log_origin(chain_id) : std::string(g.watch.logs[0].name.view());
}

/// The line that a note key puts under a text, or why not: `tlog::sign_note` with a signer that is bound.
using note_signer = std::function<result<std::string>(std::string_view name, std::string_view text)>;

/// Where a node shows proof instead of its word: checkpoints, tiles and entries of the chain as a transparency log (C2SP tlog-tiles), and single
/// proofs. All of it only up to the final point, so nothing that it ever showed is taken back.
///
/// It also files them in an index, by which one is found by its id, and the query_desk finds many. Index and tiles may be lost, behind,
/// altered or another chain's: they are made again from the blocks.
///
/// In memory: 16 bytes a block, blocks that are about to be filed, and what its tile_store and index_store take.
template <class P, class BlockStore, class Tiles, class Index = ledger::index_list>
class proof_desk {
    using H = hash_of<P>;
    using transaction_type = transaction_of<P>;

public:
    using blocks_type = final_blocks<P, BlockStore>;
    using index_type = ledger::transaction_index<P, Index>;

    static constexpr std::size_t index_keys = 64 * 1024;    ///< in one batch, or those of a block
    static constexpr std::uint64_t index_slice = 8 * 1024;  ///< transactions that a step files at most of what is behind, or a block

    proof_desk(BlockStore& blocks, Tiles& tiles, Index& index, std::string origin, note_signer note)
        : blocks_(blocks), history_(tiles), index_(index), origin_(std::move(origin)), note_(std::move(note)) {}

    /// Takes up what tiles and index of an earlier run hold, and reads from the chain's blocks what is missing. Those of another chain, or
    /// altered ones, are made anew from the blocks. Errors: store_corrupt (they do not become what the chain commits to), pruned (what is
    /// missing is gone), the stores'.
    fault open(ledger::chain<P> const& chain) {
        trusted_ = false;
        if (auto f = begin(history_.open(), chain); f && f != errc::store_corrupt) return f;
        if (broken_ || history_.size() != size()) {
            if (pruned_height(blocks_.store()) != 0) return broken_ = {errc::pruned, "history"};  // what is there is not given up for nothing
            if (auto f = begin(history_.clear(), chain)) return f;
        }
        (void)file(~std::uint64_t(0));  // follow() tells of it
        return {};
    }

    /// Takes in what has become final since. Errors: those of open; after one it answers nothing until it is opened again. And those of the
    /// index, which stays behind then, and is tried again with the next block.
    fault follow(ledger::chain<P> const& chain) {
        if (broken_) return broken_;
        if (blocks_.height() == chain.final_height()) return unfiled_ ? unfiled_ : file(index_slice);
        if (auto f = go_on(chain)) return f;
        return file(index_slice);
    }

    /// Puts into the outbox what makes the next start short.
    void keep(outbox& out) {
        if (!broken_) blocks_.keep(out);
    }

    /// The lowest height whose transactions are read again if a power cut takes from tiles and index what it may.
    std::uint64_t height_needed() const {
        constexpr std::uint64_t tiles = [] {
            if constexpr (requires { Tiles::unsynced; }) return (std::uint64_t(Tiles::unsynced) + 1) * tile_hashes;
            else return std::uint64_t(tile_hashes);
        }();
        constexpr std::uint64_t filed = [] {
            if constexpr (requires { Index::unsynced; }) return std::uint64_t(Index::unsynced) * 2 * index_slice;
            else return std::uint64_t(0);
        }();
        if (broken_ || size() <= tiles || index_.size() <= filed) return 1;
        return blocks_.holding(std::min(size() - tiles, index_.size() - filed));
    }

    /// Transactions that are final.
    std::uint64_t size() const noexcept { return blocks_.size(); }
    blocks_type const& blocks() const noexcept { return blocks_; }
    index_type& index() noexcept { return index_; }

    /// The answer to a GET of one of its paths; none for all others.
    std::optional<http_response> answer(http_request const& r) {
        bool const tile = r.path.starts_with("/tile/");
        if (!tile && r.path != "/checkpoint" && r.path != "/proof" && r.path != "/proof/consistency") return std::nullopt;
        if (broken_) return http_refusal(broken_);
        if (tile) return show_tile(r.path.substr(1));
        if (r.path == "/checkpoint") return show_checkpoint();
        return r.path == "/proof" ? show_inclusion(r) : show_consistency(r);
    }

private:
    /// A block by which the history has grown, until it is filed: it is not read, decoded and encoded again.
    struct grown {
        std::uint64_t height;
        std::shared_ptr<block_of<P> const> block;
        std::vector<digest> ids;
    };

    fault begin(fault opened, ledger::chain<P> const& chain) {
        shown_.clear();
        grown_.clear();
        blocks_.restore(chain.final_height());
        broken_ = opened;
        return broken_ ? broken_ : go_on(chain);
    }

    /// Headers say where transactions are; only blocks whose leaves the tiles lack are read.
    fault go_on(ledger::chain<P> const& chain) {
        while (blocks_.height() < chain.final_height()) {
            auto const height = blocks_.height() + 1;
            auto block = chain.recent(height);
            if ((broken_ = block ? blocks_.add(block->head()) : blocks_.add_stored())) return broken_;
            if (block && history_.size() == blocks_.end(height - 1) && history_.size() < size())
                if ((broken_ = grow(height, std::move(block), chain.recent_examined(height)))) return broken_;
        }
        while (history_.size() < size())
            if ((broken_ = grow_by(chain, blocks_.holding(history_.size())))) return broken_;
        auto const distance = chain.height() - chain.final_height();
        if (distance >= chain.depth()) return {};  // genesis
        auto const& last = chain.at(distance).body;
        auto const said = decode<commitments>(last.commitments);
        auto const root = history_.root();
        if (!root) return broken_ = root.error();
        if (!said || said->history_size != history_.size() || said->history_root != *root) return broken_ = {errc::store_corrupt, "history", last.index};
        return {};
    }

    fault grow_by(ledger::chain<P> const& chain, std::uint64_t height) {
        auto block = chain.recent(height);
        if (block) return grow(height, std::move(block));
        auto old = blocks_.read(height);
        return old ? grow(height, std::make_shared<block_of<P> const>(std::move(*old))) : old.error();
    }
    fault grow(std::uint64_t height, std::shared_ptr<block_of<P> const> block, std::optional<typename ledger::chain<P>::examined> const& known = {}) {
        auto const first = blocks_.end(height - 1);
        if (block->transactions.size() != blocks_.end(height) - first) return {errc::store_corrupt, "history", height};
        auto const encoded = known ? encoded_records::of_canonical(known->transactions) : encoded_records(block->transactions);
        std::vector<digest> own;
        if (!known) own = encoded.template digests<H>(ledger::leaf_prefix);
        auto const leaves = known ? known->leaves : std::span<digest const>(own);
        if (auto f = history_.append(leaves.subspan(std::size_t(history_.size() - first)))) return f;
        if (blocks_.end(height) - index_.filed() <= 2 * index_slice) grown_.push_back({height, std::move(block), encoded.template digests<H>()});
        return {};
    }

    /// Files what is behind: so many transactions, or the rest of a block. Goes on only with an index of this very history.
    fault file(std::uint64_t most) {
        unfiled_ = {};
        if (index_.in_doubt() || !trusted_)
            if (!known())
                if (auto f = index_.clear()) return unfiled_ = f;
        trusted_ = true;
        std::uint64_t const until = most < size() - index_.filed() ? index_.filed() + most : size();
        while (index_.filed() < until) {
            if (auto f = file_block(blocks_.holding(index_.filed()))) return unfiled_ = f;
            if (index_.waiting() < index_keys && index_.filed() < until) continue;
            auto const root = history_.root(index_.filed());
            if (auto f = root ? index_.keep(*root) : root.error()) return unfiled_ = f;
        }
        return {};
    }
    fault file_block(std::uint64_t height) {
        while (!grown_.empty() && grown_.front().height < height) grown_.pop_front();
        if (!grown_.empty() && grown_.front().height == height) {
            auto const known = std::move(grown_.front());
            grown_.pop_front();
            return index_.file(known.block->transactions, known.ids);
        }
        auto const block = blocks_.read(height);
        return block ? index_.file(block->transactions, encoded_records(block->transactions).template digests<H>()) : block.error();
    }
    bool known() {
        if (index_.in_doubt() || index_.size() > size() || blocks_.end(blocks_.upto(index_.size())) != index_.size()) return false;
        auto const root = history_.root(index_.size());
        return root && index_.marked(*root);
    }

    http_response show_checkpoint() {
        if (!note_ || !as_other_logs()) return http_refusal(404, {errc::not_found, "path"});
        if (shown_.empty() || shown_size_ != size()) {
            auto const root = history_.root();
            if (!root) return http_refusal(root.error());
            auto text = tlog::checkpoint{.origin = origin_, .size = size(), .root = *root, .extensions = {}}.text();
            auto const line = note_(origin_, text);
            if (!line) return http_refusal(line.error());
            shown_ = text + '\n' + *line;
            shown_size_ = size();
        }
        http_response out{.content_type = "text/plain; charset=utf-8"};
        out.body.assign(shown_.begin(), shown_.end());
        return out;
    }

    http_response show_tile(std::string_view path) const {
        if (!as_other_logs()) return http_refusal(404, {errc::not_found, "path"});
        auto const t = tlog::tile::parse(path);
        if (!t) return http_refusal(400, t.error());
        if (!t->in(size())) return http_refusal(404, {errc::not_found, "tile", t->index});
        http_response out{.content_type = "application/octet-stream"};
        fault f;
        if (t->entries) {
            auto const first = t->index * tlog::tile::full;
            f = blocks_.for_each(first, first + t->width, [&](auto& tx) { return tlog::append_entry(out.body, encode(tx)); });
        } else {
            std::array<digest, tlog::tile::full> hashes;
            auto const wanted = std::span(hashes).first(std::size_t(t->width));
            f = history_.hashes(t->level, t->index, wanted);
            out.body.assign(wanted.front().data(), wanted.front().data() + wanted.size_bytes());
        }
        if (f) return http_refusal(f);
        if (t->width == tlog::tile::full) out.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
        return out;
    }

    /// Which one is asked for: by its id or its index. Errors: not_found, missing_field, out_of_range, invalid_text, the store's.
    result<std::uint64_t> asked_index(http_request const& r) {
        auto const id = text_in(r.query, "transaction");
        if (id.empty()) {
            if (text_in(r.query, "index").empty()) return fault{errc::missing_field, "query.transaction"};
            return number_in(r.query, "index", 0);
        }
        digest wanted;
        if (from_hex(id, wanted)) return fault{errc::invalid_text, "query.transaction"};
        std::optional<std::uint64_t> found;
        fault unread;
        auto const f = index_.find(wanted, [&](std::uint64_t at) {
            if (at >= size()) return true;
            bool same = false;
            unread = blocks_.for_each(at, at + 1, [&](auto& tx) { return same = digest_of<H>(tx) == wanted, fault{}; });
            if (unread == errc::pruned) same = true, unread = {};  // of what was pruned the index has eight bytes: who holds it sees which one it is
            if (same) found = at;
            return !same && !unread;
        });
        if (f || unread) return f ? f : unread;
        if (found) return *found;
        return fault{index_.size() == size() ? errc::not_found : unfiled_ == errc::pruned ? errc::pruned : errc::busy, "query.transaction"};
    }

    /// Nothing leaves that the other side would refuse, whatever became of the tiles on disk.
    http_response show_inclusion(http_request const& r) {
        auto const size = number_in(r.query, "size", this->size());
        auto const index = asked_index(r);
        if (!size || !index) return refused(size ? index.error() : size.error());
        if (*size > this->size() || *index >= *size) return refused({errc::out_of_range, *size > this->size() ? "query.size" : "query.index", *index});
        auto const path = history_.inclusion(*index, *size);
        auto const root = history_.root(*size);
        if (!path || !root) return http_refusal(path ? root.error() : path.error());
        digest leaf{};
        auto f = blocks_.for_each(*index, *index + 1, [&](auto& tx) { return leaf = ledger::leaf_hash<H>(encode(tx)), fault{}; });
        if (f == errc::pruned) f = leaf_in_tiles(*index, leaf);  // who asks has the transaction himself
        if (f) return http_refusal(f);
        if (ledger::verify_inclusion<H>({leaf, *index, *path}, *size, *root)) return http_refusal({errc::store_corrupt, "history", *index});
        return show(r, 200, inclusion_proof{*index, *size, *path});
    }

    fault leaf_in_tiles(std::uint64_t index, digest& leaf) const {
        std::array<digest, tile_hashes> hashes;
        auto const wanted = std::span(hashes).first(std::size_t(index % tile_hashes) + 1);
        if (auto f = history_.hashes(0, index / tile_hashes, wanted)) return f;
        leaf = wanted.back();
        return {};
    }

    http_response show_consistency(http_request const& r) const {
        auto const size = number_in(r.query, "size", this->size()), old = number_in(r.query, "old", 0);
        if (!size || !old) return refused(size ? old.error() : size.error());
        if (*size > this->size() || *old == 0 || *old > *size) return refused({errc::out_of_range, *size > this->size() ? "query.size" : "query.old", *old});
        auto const path = history_.consistency(*old, *size);
        auto const before = history_.root(*old), after = history_.root(*size);
        if (!path || !before || !after) return http_refusal(!path ? path.error() : !before ? before.error() : after.error());
        if (ledger::verify_consistency<H>(*old, *before, *size, *after, *path)) return http_refusal({errc::store_corrupt, "history", *old});
        return show(r, 200, consistency_proof{*old, *size, *path});
    }

    static http_response refused(fault f) { return http_refusal(status_of(f.code), f); }

    /// C2SP's trees are SHA-256: with another hash a proof is still a proof, and not one that their tools read.
    static bool as_other_logs() {
        static bool const same = H{}.finish() == sha256{}.finish();
        return same;
    }

    blocks_type blocks_;
    ledger::history<H, Tiles> history_;
    index_type index_;
    std::deque<grown> grown_;  // 2 * index_slice transactions, and a block
    std::string origin_;
    note_signer note_;
    std::string shown_;     // the last checkpoint
    std::uint64_t shown_size_ = 0;
    fault broken_{};
    fault unfiled_{};       // why the index stays behind
    bool trusted_ = false;  // the index was found to be of this history
};

} // namespace daicho::role
