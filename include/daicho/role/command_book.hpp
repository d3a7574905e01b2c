#pragma once

#include <daicho/ledger/registry.hpp>
#include <daicho/record/identity.hpp>

#include <map>
#include <string_view>

namespace daicho::role {

/// Which commands a ledger node has obeyed: none runs twice, not even after a restart.
template <class P>
class command_book {
public:
    /// paper 3.2: gateways request mining, the management server the addition of nodes and consensus.
    static bool may(member_role role, node_command wanted) {
        return role == member_role::management || (wanted == node_command::mine && role == member_role::gateway);
    }

    /// Is it for this node, by a member who may, fresh, signed and new?
    fault check(command_of<P> const& c, node_command wanted, node_id const& me, ledger::registry<P> const& members, std::uint64_t now,
                std::uint64_t oldest) const {
        auto const& b = c.body;
        if (b.chain_id != members.chain_id()) return {errc::wrong_chain, "command.chain_id"};
        if (b.wanted != wanted) return {errc::out_of_range, "command.wanted"};
        if (b.recipient != me) return {errc::wrong_recipient, "command.recipient"};
        auto const* m = members.find(b.sender);
        if (!m) return {errc::unknown_sender, "command.sender"};
        if (m->expelled) return {errc::expelled_sender, "command.sender"};
        if (!may(m->role, wanted)) return {errc::not_permitted, "command.sender"};
        if (b.time < oldest) return {errc::time_too_old, "command.time", b.time};
        if (b.time > now + limits_of<P>::ahead) return {errc::time_too_new, "command.time", b.time};
        if (!verify<P>(m->key, b, c.signature)) return {errc::bad_signature, "command.signature"};
        auto const last = marks_.find(b.sender);
        if (last != marks_.end() && b.sequence <= last->second) return {errc::replayed, "command.sequence", last->second};
        if (last == marks_.end() && marks_.size() >= command_marks::list_type::bound) return {errc::busy, "command.sender"};
        return {};
    }

    /// Marks it as taken; undo(sender, what this returned) takes that back.
    std::optional<std::uint64_t> take(command_body const& b) {
        auto const it = marks_.find(b.sender);
        auto const before = it == marks_.end() ? std::nullopt : std::optional(it->second);
        marks_[b.sender] = b.sequence;
        return before;
    }
    void undo(node_id const& sender, std::optional<std::uint64_t> before) {
        if (before) marks_[sender] = *before;
        else marks_.erase(sender);
    }

    bytes cell() const {
        command_marks m;
        for (auto& [sender, sequence] : marks_) m.marks.push_back({sender, sequence});
        return encode(m);
    }
    fault restore(byte_view cell) {
        if (cell.empty()) return {};
        auto marks = decode<command_marks>(cell);
        if (!marks) return {errc::store_corrupt, "commands"};
        for (auto& m : marks->marks) marks_[m.sender] = m.sequence;
        return {};
    }

private:
    std::map<node_id, std::uint64_t> marks_;
};

} // namespace daicho::role
