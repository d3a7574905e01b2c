#pragma once

#include <daicho/concept/artifact_cache.hpp>
#include <daicho/protocol.hpp>
#include <daicho/update/digest_in_parts.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace daicho::role {

/// The files that a gateway keeps, a shelf a model: the newest, the one before for who is fetching it, the one that is being fetched, and
/// one that has yet to be shown in the ledger. `Proven`: what shows a release there. The cache outlives it.
template <class P, artifact_cache Cache, class Proven>
class file_shelves {
public:
    /// A file that can be handed out, with what proves it.
    struct kept {
        signed_release_of<P> release{};
        transaction_of<P> publisher{};
        Proven proof{};                  ///< when this gateway demands one
    };
    struct shelf {
        model_name model;
        std::optional<kept> newest;      // in the cache, verified
        std::optional<kept> previous;    // still served to who is fetching it
        std::optional<kept> wanted;      // being fetched
        std::optional<kept> claimed;     // to be shown in the ledger first
        bool fetching = false, proving = false;
        std::uint64_t retry_at = 0, prove_at = 0;
        fault unproved{};                // why not, said once
    };

    file_shelves(Cache& cache, std::vector<model_name> const& models) : cache_(cache) {
        for (auto& m : models) shelves_.emplace_back().model = m;
    }

    auto begin() noexcept { return shelves_.begin(); }
    auto end() noexcept { return shelves_.end(); }
    shelf* of(model_name const& m) {
        auto it = std::find_if(shelves_.begin(), shelves_.end(), [&](auto& s) { return s.model == m; });
        return it == shelves_.end() ? nullptr : &*it;
    }
    kept const* newest(model_name const& m) const {
        auto const* s = const_cast<file_shelves*>(this)->of(m);
        return s && s->newest ? &*s->newest : nullptr;
    }
    /// One that can be handed out.
    kept* find(digest const& verifier) {
        for (auto& s : shelves_)
            for (auto* k : {&s.newest, &s.previous})
                if (*k && (*k)->release.body.verifier == verifier) return &**k;
        return nullptr;
    }

    /// paper 2.3: file hashes are compared; here the file is really hashed. Errors: the cache's; wrong_size, wrong_digest.
    fault check(release const& r) {
        auto const size = cache_.size(r.verifier);
        if (!size) return size.error();
        if (*size != r.size) return {errc::wrong_size, "file", *size};
        bytes block(64 * 1024);
        auto const there = update::digest_in_parts<hash_of<P>>(block, r.size, [&](std::uint64_t at, byte_span out) { return cache_.read(r.verifier, at, out); });
        if (!there) return there.error();
        return *there == r.verifier ? fault{} : fault{errc::wrong_digest, "file"};
    }

    /// What was wanted is here: it is the newest now. True when it was not before.
    bool place(shelf& s) {
        auto const verifier = s.wanted->release.body.verifier;
        if (s.previous && s.previous->release.body.verifier != verifier) (void)cache_.drop(s.previous->release.body.verifier);
        bool const first_time = !s.newest || s.newest->release.body.verifier != verifier;
        if (first_time) s.previous = std::exchange(s.newest, s.wanted);
        s.newest = std::exchange(s.wanted, std::nullopt);
        return first_time;
    }
    /// A file is not what it was: whatever had it as its newest wants it again, and is given to `again`.
    template <class F>
    void lose(digest const& verifier, F&& again) {
        (void)cache_.drop(verifier);
        for (auto& s : shelves_) {
            if (!s.newest || s.newest->release.body.verifier != verifier || s.wanted) continue;
            s.wanted = std::exchange(s.newest, std::nullopt);
            again(s);
        }
    }

private:
    Cache& cache_;
    std::vector<shelf> shelves_;
};

} // namespace daicho::role
