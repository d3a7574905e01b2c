#pragma once

#include <daicho/ledger/chain.hpp>
#include <daicho/record/snapshot.hpp>

#include <map>
#include <optional>

namespace daicho::ledger {

/// The state of a chain at its final point, as bytes, and the chain that begins there instead of at its genesis.
///
/// For the node that wrote it: what a header commits to, the fleet and the history, is computed again and compared, and the blocks beside it
/// must be those that it names; members and releases, to which no header commits, are covered by a digest alone, which finds what a disk
/// alters and not who can write to it (docs/adr/0030-snapshots-are-local.md).
template <class P>
class snapshots {
    using H = hash_of<P>;
    using part_type = snapshot_part<scheme_of<P>>;

public:
    struct image {
        std::uint64_t height = 0;
        bytes head;                ///< names the parts, and is good only with them
        std::vector<bytes> parts;  ///< each at most some mebibytes
    };

    /// Of a chain that has a final block; nothing else.
    static std::optional<image> take(chain<P> const& c) {
        if (c.final_ == 0) return std::nullopt;
        std::size_t const end = c.recent_.size() - std::size_t(c.height_ - c.final_);  // behind the final block
        std::size_t const n = std::min<std::size_t>(end, chain<P>::kept_headers);
        if (n != std::min<std::uint64_t>(c.final_, chain<P>::kept_headers)) return std::nullopt;
        bool const at_tip = end == c.recent_.size();
        auto const members = at_tip ? c.registry_.mark() : c.recent_[end].before;
        auto const fleet = at_tip ? c.fleet_.mark() : c.recent_[end].fleet_before;

        snapshot_head head;
        head.chain_id = c.chain_id_;
        head.height = c.final_;
        for (std::size_t i = end - n; i != end; ++i) {
            auto const& e = c.recent_[i];
            head.headers.push_back({e.hash, e.total.high, e.total.low, e.vouched});
        }
        auto const& history = c.recent_[end - 1].history;
        head.history_size = history.size();
        for (auto& d : history.frontier()) (void)head.frontier.push_back(d);
        head.signers = c.registry_.signers_[members.roots - 1];

        writer parts;
        c.registry_.members_.each_at(members.members, [&](auto&, auto& m) {
            parts.add(&part_type::members, {m.role, m.key, m.channel, m.models, m.sequence, m.since, m.expelled});
        });
        c.registry_.releases_.each_at(members.releases, [&](auto&, auto& r) { parts.add(&part_type::releases, {r.release, r.height, r.withdrawn}); });
        c.registry_.fleet_.each_at(members.fleet, [&](auto& id, auto& f) {
            parts.add(&part_type::reports, {id, f.state, f.model, f.ver, f.verifier, f.time, f.height});
        });
        auto const devices = c.fleet_.at(fleet);
        c.fleet_.models_.each_at(fleet.models, [&](auto& id, auto& model) { parts.add(&part_type::devices, {model, *devices.find(model, id)}); });
        parts.flush();
        head.parts = parts.written.size();
        head.content = parts.content.finish();
        return image{c.final_, guarded(encode(head)), std::move(parts.written)};
    }

    /// What a head says of itself. Errors: truncated, wrong_digest (altered), foreign_genesis, and every decode errc: wrong_schema when a
    /// newer version wrote it.
    static result<snapshot_head> head_of(digest const& chain_id, byte_view raw) {
        if (raw.size() < sizeof(digest)) return fault{errc::truncated, "snapshot", raw.size()};
        auto const text = raw.subspan(sizeof(digest));
        if (!equal(hash_bytes<H>(text), raw.first(sizeof(digest)))) return fault{errc::wrong_digest, "snapshot"};
        auto head = decode<snapshot_head>(text);
        if (!head) return head;
        if (head->chain_id != chain_id) return fault{errc::foreign_genesis, "snapshot.chain_id"};
        if (head->height == 0 || head->headers.size() != std::min<std::uint64_t>(head->height, chain<P>::kept_headers))
            return fault{errc::out_of_range, "snapshot.height", head->height};
        return head;
    }

    /// The chain whose tip, and final point, is the snapshot's height.
    ///   part(i) -> result<bytes>    the part i, from 0 on
    ///   block(h) -> result<bytes>   the block at one of the last 64 heights up to the snapshot's
    /// Errors: those of head_of, part and block; wrong_digest (a part, or a block that is not the one it names); wrong_commitments (the
    /// fleet or the history are not what the header commits to); missing_field (nobody manages or recovers).
    template <class Part, class Block>
    static result<chain<P>> open(genesis_of<P> const& genesis, byte_view raw, Part&& part, Block&& block) {
        result<chain<P>> out(chain<P>{genesis});
        auto& c = *out;
        auto const head = head_of(c.chain_id_, raw);
        if (!head) return head.error();
        auto const history = chain<P>::history_type::of(head->history_size, std::span<digest const>(head->frontier.data(), head->frontier.size()));
        if (!history) return fault{errc::out_of_range, "snapshot.frontier", head->history_size};
        if (auto f = take_members(c, *head, part)) return f;

        auto const nothing_before = c.registry_.mark();
        auto const no_fleet_before = c.fleet_.mark();
        digest previous{};
        for (std::size_t i = 0; i != head->headers.size(); ++i) {
            auto const& said = head->headers[i];
            std::uint64_t const h = head->height - head->headers.size() + 1 + i;
            auto const stored = block(h);
            if (!stored) return stored.error();
            auto b = decode<block_of<P>>(*stored);
            if (!b) return b.error();
            if (b->head().index != h || hash_of_block<P>(b->sealed) != said.hash || root_of<P>(b->transactions) != b->head().transactions_root)
                return fault{errc::wrong_digest, "snapshot.headers", h};
            if (i != 0 && b->head().previous_hash != previous) return fault{errc::unlinked_block, "snapshot.headers", h};
            previous = said.hash;
            auto const time = b->head().time;
            c.recent_.push_back({said.hash, std::make_shared<block_of<P> const>(std::move(*b)), time, {said.total_high, said.total_low}, said.vouched,
                                 nothing_before, no_fleet_before, {}});
        }
        auto& tip = c.recent_.back();
        tip.history = *history;
        if (tip.block->head().commitments != committed(history->size(), history->root(), c.fleet_.now().root()))
            return fault{errc::wrong_commitments, "snapshot", head->height};
        c.base_weight_ = c.recent_.front().total - consensus_of<P>::weigh(c.recent_.front().block->sealed);
        c.height_ = c.final_ = c.forgotten_ = c.packed_ = head->height;
        c.signers_ = c.registry_.signers();
        return out;
    }

private:
    struct writer {
        part_type part;
        std::vector<bytes> written;
        H content;

        template <class List>
        void add(List part_type::* list, typename List::value_type one) {
            if ((part.*list).size() == part_type::most) flush();
            (part.*list).push_back(std::move(one));
        }
        void flush() {
            written.push_back(encode(part));
            content.update(hash_bytes<H>(written.back()));
            part = {};
        }
    };

    static bytes guarded(bytes const& text) {
        auto const d = hash_bytes<H>(text);
        bytes out(d.begin(), d.end());
        out.insert(out.end(), text.begin(), text.end());
        return out;
    }

    /// Members, releases, reports and devices, as they stood, with nothing to go back to.
    template <class Part>
    static fault take_members(chain<P>& c, snapshot_head const& head, Part&& part) {
        auto& r = c.registry_;
        r.members_ = {};
        r.signers_.assign(1, head.signers);
        bool managed = false, recoverable = false;
        std::map<model_name, std::vector<std::uint64_t>> versions;
        H content;
        for (std::uint64_t i = 0; i != head.parts; ++i) {
            auto const raw = part(i);
            if (!raw) return raw.error();
            content.update(hash_bytes<H>(*raw));
            auto p = decode<part_type>(*raw);
            if (!p) return p.error();
            for (auto& m : p->members) {
                auto const id = id_of<P>(m.key);
                if (m.role == member_role::management && !m.expelled) r.management_ = id, managed = true;
                if (m.role == member_role::recovery) r.recovery_ = id, recoverable = true;
                r.members_.put(id, {m.role, std::move(m.key), m.channel, m.models, m.sequence, m.since, m.expelled});
            }
            for (auto& e : p->releases) {
                auto const& b = e.release.body;
                versions[b.model].push_back(b.version);
                r.releases_.put({b.model, b.version}, {e.release, e.height, e.withdrawn});
            }
            for (auto& f : p->reports) {  // members are in the same part or in an earlier one
                auto const* m = r.members_.find(f.member);
                if (!m) return {errc::unknown_sender, "snapshot.reports", i};
                r.fleet_.put(f.member, {f.state, m->role, f.model, f.ver, f.verifier, f.time, f.height});
            }
            for (auto& d : p->devices) {
                c.fleet_.models_.put(d.standing.device, d.model);
                c.fleet_.map_.set(d.model, d.standing);
            }
        }
        if (content.finish() != head.content) return {errc::wrong_digest, "snapshot.content"};
        if (!managed || !recoverable) return {errc::missing_field, "snapshot.members"};
        for (auto& [model, all] : versions) {
            std::sort(all.begin(), all.end());
            r.versions_.put(model, std::move(all));
        }
        c.fleet_.forget(c.fleet_.mark());
        return {};
    }
};

} // namespace daicho::ledger
