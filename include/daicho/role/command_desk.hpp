#pragma once

#include <daicho/base/url.hpp>
#include <daicho/role/command_book.hpp>
#include <daicho/role/kept_chain.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/note_text.hpp>
#include <daicho/role/peer_circle.hpp>

namespace daicho::role {

/// Takes commands (paper 3.2): to seal, to enter a peer, to follow the preferred branch. A command is durable before it is done,
/// so it never runs twice; its answer waits until what it asked for is done and durable.
template <class P, class Verifier>
class command_desk {
public:
    static constexpr std::size_t most_waiting = 256;     ///< requests for mining and consensus at once

    struct policy {
        std::uint64_t command_seconds, mine_seconds;
        std::function<bool(std::string_view url)> admits;   ///< may this address be called?
    };
    /// What it needs of the node.
    struct seams {
        std::function<std::uint64_t()> now;
        std::function<void(ticket, http_response)> say;
        std::function<void(std::string event, std::string detail)> tell;
        std::function<http_response(http_request const&, unsigned status)> show_status;
        std::function<bool()> sealing;                       ///< is a seal under way?
    };

    command_desk(kept_chain<P, Verifier>& kept, peer_circle<P>& circle, node_id const& me, policy p, seams node)
        : kept_(kept), circle_(circle), me_(me), policy_(std::move(p)), node_(std::move(node)) {}
    command_desk(command_desk const&) = delete;

    /// Errors: store_corrupt.
    fault restore(byte_view cell) { return commands_.restore(cell); }
    bool admits(std::string_view url) const { return policy_.admits(url); }
    /// Does somebody wait for a block?
    bool mining_asked() const noexcept { return !miners_.empty(); }

    /// Which command a request is, by its path.
    static std::optional<node_command> wanted_by(std::string_view path) {
        if (path == "/mine") return node_command::mine;
        if (path == "/nodes/register") return node_command::register_node;
        if (path == "/nodes/resolve") return node_command::resolve;
        return std::nullopt;
    }

    void take(ticket t, http_request const& r, node_command wanted) {
        auto c = body_of<command_of<P>>(r.content_type, r.body);
        if (!c) return node_.say(t, http_refusal(c.error()));
        auto const now = node_.now(), oldest = now > policy_.command_seconds ? now - policy_.command_seconds : 0;
        fault f = commands_.check(*c, wanted, me_, chain().members(), now, oldest);
        if (!f && wanted == node_command::register_node) f = check_registration(c->body);
        if (!f && miners_.size() + rounds_.size() >= most_waiting) f = {errc::busy, "command"};
        if (f) {
            node_.tell("refused", "command from " + short_hex(c->body.sender) + ": " + reason_of(f));
            return node_.say(t, http_refusal(f));
        }
        auto const before = commands_.take(c->body);
        store_batch batch;
        batch.cells.emplace_back("commands", commands_.cell());
        kept_.put({std::move(batch),
                   [this, t, r, body = c->body](fault failed) { failed ? node_.say(t, http_refusal(failed)) : obey(t, r, body); },
                   [this, sender = c->body.sender, before]() -> fault {
                       commands_.undo(sender, before);
                       return {};
                   }});
    }

    void tick() {
        auto const now = node_.now();
        std::erase_if(miners_, [&](auto& m) {
            if (idle()) node_.say(m.id, node_.show_status(m.asked, 200));
            else if (now >= m.until) node_.say(m.id, http_refusal({errc::busy, "mine"}));
            else return false;
            return true;
        });
        std::erase_if(rounds_, [&](auto& r) {
            if (now >= r->until) end_round(r);
            return r->over;
        });
    }
    /// A block that may be what they waited for is durable, or was taken back.
    void answer_miners(fault f) {
        for (auto& m : std::exchange(miners_, {})) node_.say(m.id, f ? http_refusal(f) : node_.show_status(m.asked, 201));
    }

private:
    struct waiter {
        ticket id;
        http_request asked;
        std::uint64_t until;
    };
    struct round {  // of looking at every peer
        ticket id;
        std::uint64_t until;
        digest head;
        bool over = false;
    };

    ledger::chain<P> const& chain() const noexcept { return kept_.chain(); }
    bool idle() const { return kept_.pool().size() == 0 && !node_.sealing() && !kept_.settling(); }

    /// An address is called only when this node's owner admits it, and believed only when an enrolled key answers there.
    fault check_registration(command_body const& b) const {
        auto const* subject = chain().members().active(b.subject);
        if (!subject || !keeps_a_chain(subject->role)) return {errc::unknown_sender, "command.subject"};
        if (b.subject == me_) return {errc::wrong_recipient, "command.subject"};
        auto const where = parse_url(b.address);
        if (!where) return {errc::invalid_text, "command.address", where.error().at};
        if (where->target != "/" || std::string_view(b.address).ends_with('/')) return {errc::invalid_text, "command.address"};
        return admits(b.address) ? fault{} : fault{errc::not_permitted, "command.address"};
    }

    void obey(ticket t, http_request const& asked, command_body const& b) {
        auto const until = node_.now() + policy_.mine_seconds;
        switch (b.wanted) {
        case node_command::mine:
            if (idle()) return node_.say(t, http_refusal({errc::nothing_to_seal, "pool"}));
            miners_.push_back({t, asked, until});
            return;
        case node_command::register_node: return enter_peer(t, asked, std::string(b.address), b.subject);
        case node_command::resolve: {
            auto r = std::make_shared<round>(round{t, until, chain().head()});
            rounds_.push_back(r);
            circle_.look_at_all(node_.now(), [this, r] { end_round(r); });
            return;
        }
        }
    }

    /// Asked for its identity before anything else is asked of it; kept, durably, when that is as registered.
    void enter_peer(ticket t, http_request const& asked, std::string const& url, node_id const& subject) {
        auto const* known = circle_.find(url);
        std::optional<node_id> const before = known ? std::optional(known->id) : std::nullopt;
        if (auto f = circle_.add(subject, url)) return node_.say(t, http_refusal(f));
        auto const back = [this, url, before] {
            circle_.drop(url);
            if (before) (void)circle_.add(*before, url);
        };
        circle_.prove(url, node_.now(), [this, t, asked, back, url, subject](fault f) {
            if (auto const* now = circle_.find(url); !f && (!now || now->id != subject)) f = {errc::not_authenticated, "command.subject"};
            if (f) {
                back();
                return node_.say(t, http_refusal(502, f));
            }
            known_peers all;
            for (auto& p : circle_.all()) all.peers.push_back({p.id, known_peer::address_type::cut(p.url)});
            store_batch batch;
            batch.cells.emplace_back("peers", encode(all));
            kept_.put({std::move(batch),
                       [this, t, asked](fault failed) { node_.say(t, failed ? http_refusal(failed) : node_.show_status(asked, 201)); },
                       [back]() -> fault {
                           back();
                           return {};
                       }});
        });
    }

    void end_round(std::shared_ptr<round> const& r) {
        if (std::exchange(r->over, true)) return;
        kept_.put({{}, [this, r](fault f) {  // what was adopted is told when it is durable
                       if (f) return node_.say(r->id, http_refusal(f));
                       node_.say(r->id, json_text(200, std::string("{\"replaced\":") + (r->head == kept_.durable().head ? "false" : "true") + ",\"length\":" +
                                                           std::to_string(kept_.durable().height) + ",\"head\":\"" + to_hex(kept_.durable().head) + "\"}"));
                   }, {}});
    }

    kept_chain<P, Verifier>& kept_;
    peer_circle<P>& circle_;
    node_id me_;
    policy policy_;
    seams node_;
    command_book<P> commands_;
    std::vector<waiter> miners_;
    std::vector<std::shared_ptr<round>> rounds_;
};

} // namespace daicho::role
