#pragma once

#include <daicho/role/negotiate.hpp>
#include <daicho/trust/forked_log.hpp>
#include <daicho/trust/log_keys.hpp>

namespace daicho::role {

/// Of a machine that verifies no notes: it keeps none.
template <class Ed25519>
class fork_book {
public:
    static constexpr bool kept = false;
    explicit fork_book(log_watch const&) {}
};

/// Whom two trees of one size convicted, of the log and the witnesses that a genesis names: one piece of evidence a key, so its size is
/// bounded whatever strangers send. Who asks is shown all of it; who knows the genesis verifies it alone.
template <tlog::note_scheme Ed25519>
class fork_book<Ed25519> {
public:
    static constexpr bool kept = true;
    static constexpr std::size_t most_bytes = forked_logs::item_type::bound;

    /// Empty for a chain whose genesis names nobody.
    explicit fork_book(log_watch const& w) {
        if (auto keys = trust::log_keys::of(w)) keys_ = *keys;
    }

    /// Takes up what was kept. Errors: store_corrupt.
    fault restore(byte_view cell) {
        if (cell.empty()) return {};
        auto const of_old = decode<forked_logs>(cell);
        if (!of_old) return {errc::store_corrupt, "forks"};
        for (auto& one : of_old->all)
            if (auto const whose = take(one); !whose) return {errc::store_corrupt, "forks"};
        return {};
    }
    bytes cell() const { return encode(all_); }

    /// Whom it convicts that nothing convicted before: bits of trust::note_keys, 0 for nobody. Errors: decode faults, those of convicted_by.
    result<std::uint32_t> take(byte_view canonical) {
        auto const before = caught_;
        if (canonical.size() > most_bytes) return fault{errc::oversized, "evidence", canonical.size()};
        forked_log e{};
        if (auto f = schema::decode_into(canonical, e)) return f;
        auto const whose = trust::convicted_by<Ed25519>(known(), e);
        if (!whose) return whose.error();
        caught_ |= *whose;
        if (caught_ != before) all_.all.emplace_back(bytes(canonical.begin(), canonical.end()));
        condense(*whose, e);
        return caught_ & ~before;
    }
    /// Takes back what take() took in last: it could not be kept.
    void undo(std::uint32_t newly) {
        caught_ &= ~newly;
        all_.all.pop_back();
        std::erase_if(trees_, [&](auto& t) { return newly & trust::note_keys::of_log(t.log); });
    }

    /// For the owners of the log's keys (docs/adr/0039-a-note-key-has-an-owner.md): one for each that was caught.
    struct caught_tree {
        std::size_t log;  ///< which of the log's keys
        forked_tree tree;
    };
    std::vector<caught_tree> const& trees() const noexcept { return trees_; }

    std::uint32_t caught() const noexcept { return caught_; }
    std::vector<forked_logs::item_type> const& all() const noexcept { return all_.all; }
    trust::note_keys known() const noexcept { return {keys_.log(), {keys_.witnesses.data(), keys_.witnesses.size()}}; }

    /// GET /forks
    http_response show(http_request const& r) const { return role::show(r, 200, all_); }
    /// Of those who were caught, for people.
    std::string names(std::uint32_t whose) const {
        std::string out;
        auto const add = [&](tlog::note_key const& k) { out += (out.empty() ? "" : ", ") + k.text(); };
        for (std::size_t i = 0; i != keys_.witnesses.size(); ++i)
            if (whose & trust::note_keys::of_witness(i)) add(keys_.witnesses[i]);
        for (std::size_t i = 0; i != keys_.logs.size(); ++i)
            if (whose & trust::note_keys::of_log(i)) add(keys_.logs[i]);
        return out;
    }

private:
    void condense(std::uint32_t whose, forked_log const& e) {
        for (std::size_t i = 0; i != keys_.logs.size(); ++i) {
            if (!(whose & trust::note_keys::of_log(i)) || std::any_of(trees_.begin(), trees_.end(), [&](auto& t) { return t.log == i; })) continue;
            if (auto const tree = trust::tree_of(keys_.logs[i], e)) trees_.push_back({i, *tree});
        }
    }

    trust::log_keys keys_;
    std::uint32_t caught_ = 0;
    forked_logs all_;
    std::vector<caught_tree> trees_;
};

} // namespace daicho::role
