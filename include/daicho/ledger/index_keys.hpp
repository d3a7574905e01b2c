#pragma once

#include <daicho/concept/index_store.hpp>
#include <daicho/protocol.hpp>

#include <algorithm>
#include <optional>
#include <utility>

/// By which keys a transaction is found: a subject, and behind it places of transactions in the history, so that a scan of a subject goes
/// through its transactions in the order of the chain.
namespace daicho::ledger {

/// A key's first byte. Appended, never renumbered; index_layout grows with what is filed. 1 was the id, which is a name now.
enum class filed_by : byte { member = 2, sender, model, version, state, standing, change, mark };
inline constexpr std::uint16_t index_layout = 2;

namespace detail {
/// False, and unchanged, where there is no room.
template <std::size_t N>
bool append(inline_bytes<N>& to, byte_view b) noexcept {
    auto const before = to.size();
    if (!to.resize(before + b.size())) return false;
    std::copy(b.begin(), b.end(), to.begin() + before);
    return true;
}
} // namespace detail

/// Writes a key part by part.
class index_key_writer {
public:
    explicit index_key_writer(filed_by kind) { key_.push_back(byte(kind)); }
    index_key_writer& add(byte_view b) {
        (void)detail::append(key_, b);
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

/// By which an index finds a transaction.
inline std::uint64_t name_of(digest const& transaction) noexcept { return load_be64(transaction.data()); }

/// What a member says or what is said to it.
inline index_key by_member(node_id const& m) { return index_key_writer(filed_by::member).add(short_subject(m)); }
inline index_key by_sender(node_id const& m) { return index_key_writer(filed_by::sender).add(short_subject(m)); }
inline index_key by_state(state s) { return index_key_writer(filed_by::state).add(std::array<byte, 1>{byte(s)}); }
inline index_key by_model(digest const& name) { return index_key_writer(filed_by::model).add(short_subject(name)); }
inline index_key by_version(digest const& name, std::uint64_t version) { return index_key_writer(filed_by::version).add(short_subject(name)).add(version); }
template <class P>
digest hash_of_model(model_name const& m) {
    return hash_bytes<hash_of<P>>(as_bytes(m.view()));
}
template <class P>
index_key by_model(model_name const& m) {
    return by_model(hash_of_model<P>(m));
}
template <class P>
index_key by_version(model_name const& m, std::uint64_t version) {
    return by_version(hash_of_model<P>(m), version);
}

/// Calls f(subject) for the subjects of a transaction. `hash_of_model(name)`: as above, perhaps remembered.
template <class P, class F, class HashOfModel>
void each_subject(transaction_body<scheme_of<P>> const& b, F&& f, HashOfModel&& hash_of_model) {
    f(by_sender(b.sender));
    f(by_member(b.sender));
    f(by_state(b.state));
    if (b.recipient != node_id{} && b.recipient != b.sender) f(by_member(b.recipient));
    if (b.model.empty()) return;
    digest const& model = hash_of_model(b.model);
    f(by_model(model));
    f(by_version(model, b.ver));
}

/// A subject's key for one transaction, the one at `index`.
inline index_key filed_at(index_key subject, std::uint64_t index) {
    std::array<byte, 8> b;
    store_be64(b.data(), index);
    (void)detail::append(subject, b);
    return subject;
}

/// Places of one subject that enter the index together, as many as a key has room for: the last of them, big-endian, so that a scan from
/// a place begins with the key that goes beyond it; then the steps from the first to the last, seven bits a byte, the lowest first (LEB128).
class posting {
public:
    explicit posting(std::uint64_t first) noexcept : last_(first) {}

    /// A place behind the last. False when the subject's key has no room for it: it begins another posting.
    bool add(index_key const& subject, std::uint64_t place) noexcept {
        inline_bytes<10> step;
        for (auto n = place - last_; step.empty() || n != 0; n >>= 7) step.push_back(byte((n & 0x7f) | (n > 0x7f ? 0x80 : 0)));
        if (subject.size() + 8 + steps_.size() + step.size() > most_index_key || !detail::append(steps_, step)) return false;
        last_ = place;
        return true;
    }
    index_key key(index_key const& subject) const {
        auto k = filed_at(subject, last_);
        (void)detail::append(k, steps_);
        return k;
    }

private:
    std::uint64_t last_;
    inline_bytes<most_index_key> steps_;
};

/// The first place from `from` on that a key of this subject has; none where the key is another's, or no posting.
inline std::optional<std::uint64_t> place_in(byte_view key, index_key const& subject, std::uint64_t from) noexcept {
    if (key.size() < subject.size() + 8 || !equal(key.first(subject.size()), subject)) return std::nullopt;
    auto const last = load_be64(key.data() + subject.size());
    auto const steps = key.subspan(subject.size() + 8);
    auto const each = [&](auto&& visit) {  // false: they do not end, or go beyond 64 bits
        std::uint64_t n = 0;
        unsigned shift = 0;
        for (auto b : steps) {
            if (shift > 56) return false;
            n |= std::uint64_t(b & 0x7f) << shift;
            shift = b & 0x80 ? shift + 7 : 0;
            if (shift == 0) visit(std::exchange(n, 0));
        }
        return shift == 0;
    };
    std::uint64_t place = last;
    bool good = true;
    if (!each([&](std::uint64_t step) { good = good && step <= place, place -= step; }) || !good || last < from) return std::nullopt;
    (void)each([&](std::uint64_t step) { place += place < from ? step : 0; });
    return place;
}

} // namespace daicho::ledger
