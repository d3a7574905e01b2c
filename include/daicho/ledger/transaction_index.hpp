#pragma once

#include <daicho/ledger/index_keys.hpp>

#include <optional>
#include <span>
#include <unordered_map>

namespace daicho::ledger {

/// Finds the transactions of a history by who, what and in which state, and follows which version each device runs. What it says is a hint:
/// whoever asks reads the transaction and looks. Its store may be behind, or that of another chain: `marked()` tells by the history's root.
///
/// After a fault of its store while it was read, in_doubt() stays until it is cleared.
template <class P, class Store>
class transaction_index {
    static_assert(index_store<Store>, "a transaction index keeps its keys in an index_store: docs/concepts/index_store.md");

public:
    static constexpr std::uint64_t none = ~std::uint64_t(0);   ///< the version of a device that is not there

    explicit transaction_index(Store& s) : store_(s), filed_(s.upto()) {}

    /// Transactions whose keys are kept.
    std::uint64_t size() const { return store_.upto(); }
    /// With those that wait to be kept.
    std::uint64_t filed() const noexcept { return filed_; }
    std::size_t waiting() const noexcept { return batch_.names.size() + batch_.keys.size() + open_.size(); }
    bool in_doubt() const noexcept { return bool(doubt_); }

    /// Takes in the next transactions of the history; `ids` are theirs. Errors: the store's; then none of what waits is kept.
    fault file(std::span<transaction_of<P> const> transactions, std::span<digest const> ids) {
        for (std::size_t i = 0; i != transactions.size(); ++i) {
            batch_.names.push_back(name_of(ids[i]));
            each_subject<P>(transactions[i].body, [this](index_key const& subject) { post(subject); }, [this](model_name const& m) -> digest const& { return model_hash(m); });
            if (auto f = take(transactions[i].body)) return drop(), f;
            ++filed_;
        }
        return {};
    }

    /// Keeps what waits. `root`: of the history with all that was filed.
    fault keep(digest const& root) {
        if (filed_ == size()) return {};
        batch_.upto = filed_;
        for (auto& [subject, places] : open_) batch_.keys.push_back(places.key(subject));
        batch_.keys.push_back(mark(filed_, root));
        auto const f = store_.append(batch_);
        if (f || standings_.size() > most_standings) return drop(), f;
        batch_.keys.clear();
        batch_.names.clear();
        open_.clear();
        return f;
    }

    /// Is what it keeps of the history that has this root at size()? Of an empty one it always is.
    bool marked(digest const& root) {
        if (size() == 0) return true;
        index_key const wanted = mark(size(), root);
        bool found = false;
        return !store_.scan(wanted, [&](byte_view key) { return found = equal(key, wanted), false; }) && found;
    }

    fault clear() {
        auto const f = store_.clear();
        if (!f) doubt_ = {};
        drop();
        return f;
    }

    /// Calls visit(index) for each transaction that may have this id, until it says false.
    template <class F>
    fault find(digest const& id, F&& visit) {
        auto const f = store_.find(name_of(id), [&](std::uint64_t place) -> bool { return visit(place); });
        if (f) doubt_ = f;
        return f;
    }

    /// The first transaction of a subject that is not before `from`.
    result<std::optional<std::uint64_t>> next(index_key const& subject, std::uint64_t from) {
        std::optional<std::uint64_t> found;
        if (auto f = scan(filed_at(subject, from), [&](byte_view key) { return found = place_in(key, subject, from), false; })) return f;
        return found;
    }

    /// Calls visit(index, before, after) for each change of the version that a device of the model runs, from the transaction at `from` on,
    /// until it says false. A device that was enrolled runs 0 until it reports a version; one that was expelled, or is now of another
    /// model, runs `none`.
    template <class F>
    fault changes(model_name const& model, std::uint64_t from, F&& visit) {
        index_key const subject = index_key_writer(filed_by::change).add(model);
        return scan(filed_at(subject, from), [&](byte_view key) {
            if (key.size() != subject.size() + 24 || !equal(key.first(subject.size()), subject)) return false;
            auto const* at = key.data() + subject.size();
            return bool(visit(load_be64(at), load_be64(at + 8), load_be64(at + 16)));
        });
    }

private:
    static constexpr std::size_t most_standings = 4096;  // that are remembered from one batch to the next

    struct standing {
        model_name model;
        std::uint64_t version = none;
    };
    struct key_hash {
        std::size_t operator()(index_key const& k) const noexcept { return std::hash<std::string_view>{}(as_text(k)); }
    };

    static index_key mark(std::uint64_t size, digest const& root) {
        std::array<byte, 2> layout;
        store_be16(layout.data(), index_layout);
        return index_key_writer(filed_by::mark).add(layout).add(size).add(root);
    }

    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) {
        auto const f = store_.scan(from, visit);
        if (f) doubt_ = f;
        return f;
    }

    /// What waits is forgotten: it is to be filed again.
    void drop() {
        batch_.keys.clear();
        batch_.names.clear();
        open_.clear();
        standings_.clear();
        filed_ = store_.upto();
    }

    /// The next transaction is one of the subject's.
    void post(index_key const& subject) {
        auto const [it, fresh] = open_.try_emplace(subject, filed_);
        if (fresh || it->second.add(subject, filed_)) return;
        batch_.keys.push_back(it->second.key(subject));
        it->second = posting(filed_);
    }

    /// Neighbours in a block are often of one model.
    digest const& model_hash(model_name const& m) {
        if (!(m == model_)) model_hash_ = hash_of_model<P>(model_ = m);
        return model_hash_;
    }

    /// How a device stands is filed with the latest first.
    result<standing> standing_of(node_id const& device) {
        if (auto const it = standings_.find(device); it != standings_.end()) return it->second;
        standing out;
        index_key const subject = index_key_writer(filed_by::standing).add(device);
        auto const f = scan(subject, [&](byte_view key) {
            if (key.size() != subject.size() + 16 + limits::model || !equal(key.first(subject.size()), subject)) return false;
            out.version = load_be64(key.data() + subject.size() + 8);
            auto const name = as_text(key.last(limits::model));
            (void)out.model.assign(name.substr(0, name.find('\0')));
            return false;
        });
        if (f) return f;
        return standings_[device] = out;
    }

    /// As ledger::fleet_state does (the table in docs/proofs.md).
    fault take(transaction_body<scheme_of<P>> const& b) {
        switch (b.state) {
        case state::enrolled: {
            bool const one = b.enrolment && b.enrolment->role == member_role::device && !b.enrolment->models.empty();
            return one ? change(b.recipient, b.enrolment->models[0], 0) : fault{};
        }
        case state::expelled: return change_known(b.recipient, none);
        case state::installed:
        case state::unchanged:
        case state::running: return change_known(b.sender, b.ver);
        case state::failed:
        case state::rolled_back:
        case state::released:
        case state::withdrawn:
        case state::cached: return {};
        }
        return {};
    }
    /// Of who is no device, nothing changes.
    fault change_known(node_id const& device, std::uint64_t version) {
        auto const before = standing_of(device);
        if (!before) return before.error();
        return before->version == none ? fault{} : change(device, before->model, version);
    }
    fault change(node_id const& device, model_name const& model, std::uint64_t version) {
        auto const before = standing_of(device);
        if (!before) return before.error();
        bool const same = before->model == model;
        if (same && before->version == version) return {};
        auto const tell = [&](model_name const& of, std::uint64_t was, std::uint64_t is) {
            batch_.keys.push_back(index_key_writer(filed_by::change).add(of).add(filed_).add(was).add(is));
        };
        if (!same && before->version != none) tell(before->model, before->version, none);
        tell(model, same ? before->version : none, version);
        batch_.keys.push_back(index_key_writer(filed_by::standing).add(device).add(~filed_).add(version).add(model));
        standings_[device] = {model, version};
        return {};
    }

    Store& store_;
    index_batch batch_;
    std::unordered_map<index_key, posting, key_hash> open_;         // what waits, by subject; it takes more places
    std::unordered_map<node_id, standing, digest_hash> standings_;  // by what waits, and as they were read
    std::uint64_t filed_;
    model_name model_{};    // the last that was hashed
    digest model_hash_ = hash_of_model<P>(model_name{});
    fault doubt_{};
};

} // namespace daicho::ledger
