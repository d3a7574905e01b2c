#pragma once

#include <daicho/concept/index_store.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <optional>
#include <vector>

/// By which keys a transaction is found: a subject, and behind it the transaction's place in the history, big-endian, so that a scan of a
/// subject goes through its transactions in the order of the chain.
namespace daicho::ledger {

/// A key's first byte. Appended, never renumbered; index_layout grows with what is filed.
enum class filed_by : byte { id = 1, member, sender, model, version, state, standing, change, mark };
inline constexpr std::uint16_t index_layout = 1;

/// Writes a key part by part.
class index_key_writer {
public:
    explicit index_key_writer(filed_by kind) { key_.push_back(byte(kind)); }
    index_key_writer& add(byte_view b) {
        for (auto x : b) key_.push_back(x);
        return *this;
    }
    index_key_writer& add(std::uint64_t n) {
        std::array<byte, 8> b;
        store_be64(b.data(), n);
        return add(b);
    }
    /// As many bytes as any model's name has: zeros, which no name has, follow it.
    index_key_writer& add(model_name const& m) {
        std::array<byte, limits::model> b{};
        std::copy(m.view().begin(), m.view().end(), b.begin());
        return add(b);
    }
    operator index_key const&() const noexcept { return key_; }

private:
    index_key key_;
};

/// Eight bytes of a digest: a transaction that shares them by chance or by design is told apart when it is read.
inline byte_view short_subject(digest const& d) noexcept { return byte_view(d).first(8); }

inline index_key by_id(digest const& transaction) { return index_key_writer(filed_by::id).add(short_subject(transaction)); }
/// What a member says or what is said to it.
inline index_key by_member(node_id const& m) { return index_key_writer(filed_by::member).add(short_subject(m)); }
inline index_key by_sender(node_id const& m) { return index_key_writer(filed_by::sender).add(short_subject(m)); }
inline index_key by_state(state s) { return index_key_writer(filed_by::state).add(std::array<byte, 1>{byte(s)}); }
template <class P>
index_key by_model(model_name const& m) {
    return index_key_writer(filed_by::model).add(short_subject(hash_bytes<hash_of<P>>(as_bytes(m.view()))));
}
template <class P>
index_key by_version(model_name const& m, std::uint64_t version) {
    return index_key_writer(filed_by::version).add(short_subject(hash_bytes<hash_of<P>>(as_bytes(m.view())))).add(version);
}

/// The subjects of a transaction.
template <class P>
std::vector<index_key> subjects_of(transaction_of<P> const& tx, digest const& id) {
    auto const& b = tx.body;
    std::vector<index_key> out{by_id(id), by_sender(b.sender), by_member(b.sender), by_state(b.state)};
    if (b.recipient != node_id{} && b.recipient != b.sender) out.push_back(by_member(b.recipient));
    if (b.model.empty()) return out;
    out.push_back(by_model<P>(b.model));
    out.push_back(by_version<P>(b.model, b.ver));
    return out;
}

/// A subject's key for the transaction at `index`.
inline index_key filed_at(index_key subject, std::uint64_t index) {
    std::array<byte, 8> b;
    store_be64(b.data(), index);
    for (auto x : b) subject.push_back(x);
    return subject;
}

/// The place behind a subject; none where the key is another's.
inline std::optional<std::uint64_t> place_in(byte_view key, index_key const& subject) noexcept {
    if (key.size() != subject.size() + 8 || !equal(key.first(subject.size()), subject)) return std::nullopt;
    return load_be64(key.data() + subject.size());
}

} // namespace daicho::ledger
