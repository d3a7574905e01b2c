#pragma once

#include <daicho/record/enrolment.hpp>
#include <daicho/trust/claim.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace daicho::role {

/// A claim code that was printed for a device of a model: whoever shows it first enrols one key.
struct claim_code {
    bytes code;
    model_name model;
};

/// Which claim codes are left. Those that were spent are kept as their hashes, in one cell.
template <class P>
class claim_book {
public:
    /// `printed`: some of them used, perhaps.
    explicit claim_book(std::vector<claim_code> printed) : left_(std::move(printed)) {}

    /// Strikes out what an earlier life has spent. Errors: store_corrupt.
    fault restore(byte_view cell) {
        if (cell.size() % sizeof(digest) != 0) return {errc::store_corrupt, "claims"};
        for (; !cell.empty(); cell = cell.subspan(sizeof(digest))) std::copy_n(cell.begin(), sizeof(digest), spent_.emplace_back().begin());
        std::erase_if(left_, [&](claim_code const& c) { return std::find(spent_.begin(), spent_.end(), name_of(c)) != spent_.end(); });
        return {};
    }

    /// Spends the code of this model which `claim` was made of for this key (trust/claim.hpp). The cell, to become durable together with
    /// what the code has bought; nothing when there is no such code.
    std::optional<bytes> spend(digest const& claim, digest const& chain_id, model_name const& model, public_key_of<P> const& key) {
        auto const it = std::find_if(left_.begin(), left_.end(), [&](claim_code const& c) {
            return c.model == model && equal_in_constant_time(trust::claim_of<P>(c.code, chain_id, key), claim);
        });
        if (it == left_.end()) return std::nullopt;
        spent_.push_back(name_of(*it));
        left_.erase(it);
        bytes cell;
        for (auto& s : spent_) cell.insert(cell.end(), s.begin(), s.end());
        return cell;
    }

    std::size_t left() const noexcept { return left_.size(); }

private:
    static digest name_of(claim_code const& c) { return hash_bytes<hash_of<P>>(c.code); }

    std::vector<claim_code> left_;
    std::vector<digest> spent_;
};

} // namespace daicho::role
