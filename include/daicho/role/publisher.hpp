#pragma once

#include <daicho/protocol.hpp>
#include <daicho/record/message.hpp>
#include <daicho/role/platform.hpp>
#include <daicho/role/reply.hpp>

#include <string>

namespace daicho {

/// Tests, signs and places an update file, and notifies the management server: the update begins (paper 2.1).
///
/// Platform supplies: workshop, shelf, link (to the management server), signer, clock.
template <class P, class Platform>
class publisher {
    static_assert(checked_protocol<P>);
    using workshop_type = workshop_of<Platform>;
    using shelf_type = shelf_of<Platform>;
    using link_type = link_of<Platform>;
    using signer_type = signer_of<P, Platform>;
    using clock_type = clock_of<Platform>;

public:
    /// What to publish.
    struct order {
        std::string file;
        model_name model;
        std::uint64_t version = 0;
        std::uint64_t minimum_version = 0;
        std::uint64_t valid_seconds = 365 * 24 * 60 * 60;
        std::string check;                  ///< the CI check: a command line; the copy's path is its argument
        source_list sources;                ///< filled in with where the artifact can be fetched
    };

    struct parts {
        digest chain_id;
        workshop_type& workshop;
        shelf_type& shelf;
        link_type& management;
        signer_type& key;
        clock_type& clock;
    };

    explicit publisher(parts p) : parts_(p) {}

    /// All steps, in order. A check that fails publishes nothing. Errors: check_failed with its status, wrong_digest when the
    /// copy changed while it was checked, those of the repository and of the management server.
    result<signed_release_of<P>> publish(order const& o) {
        auto made = prepare(o);
        if (!made) return made;
        if (auto f = parts_.shelf.place(parts_.workshop, {made->body.size, made->body.verifier})) return f;
        if (auto f = notify(*made)) return f;
        return made;
    }

    /// Checks and signs, without telling anybody.
    result<signed_release_of<P>> prepare(order const& o) {
        if (o.version == 0) return fault{errc::out_of_range, "version"};
        if (auto f = parts_.workshop.take(o.file)) return f;
        auto const before = parts_.workshop.measure();
        if (!before) return before.error();
        if (before->size == 0) return fault{errc::wrong_size, "file"};
        auto const status = parts_.workshop.check(o.check);
        if (!status) return status.error();
        if (*status != 0) return fault{errc::check_failed, "check", *status};
        auto const after = parts_.workshop.measure();
        if (!after) return after.error();
        if (!(*after == *before)) return fault{errc::wrong_digest, "file changed while it was checked"};

        std::uint64_t const now = parts_.clock.now();
        signed_release_of<P> r{};
        r.body = {.chain_id = parts_.chain_id,
                  .publisher = id_of<P>(parts_.key.public_key()),
                  .model = o.model,
                  .version = o.version,
                  .size = after->size,
                  .verifier = after->verifier,
                  .sources = o.sources,
                  .minimum_version = o.minimum_version,
                  .check = {hash_bytes<hash_of<P>>(as_bytes(o.check)), *status, now},
                  .time = now,
                  .expires = now + o.valid_seconds};
        auto signature = sign<P>(parts_.key, r.body);
        if (!signature) return signature.error();
        r.signature = *signature;
        return r;
    }

    /// Announces a signed release. Errors: the management server's, and the link's.
    fault notify(signed_release_of<P> const& r) {
        announce<scheme_of<P>> const message{r};
        bytes out = encode(message), in(64 * 1024);
        auto reply = parts_.management.exchange(out, in);
        if (!reply) return reply.error();
        auto const done = expect<receipt>(*reply, "the management server refused");
        if (!done) return done.error();
        return done->id == r.body.verifier ? fault{} : fault{errc::wrong_digest, "receipt"};
    }

private:
    parts parts_;
};

} // namespace daicho
