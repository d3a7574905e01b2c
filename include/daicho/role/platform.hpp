#pragma once

#include <daicho/concept/artifact_cache.hpp>
#include <daicho/concept/block_store.hpp>
#include <daicho/concept/clock.hpp>
#include <daicho/concept/entropy.hpp>
#include <daicho/concept/image_store.hpp>
#include <daicho/concept/light_client.hpp>
#include <daicho/concept/link.hpp>
#include <daicho/concept/shelf.hpp>
#include <daicho/concept/signature_scheme.hpp>
#include <daicho/concept/state_store.hpp>
#include <daicho/concept/workshop.hpp>
#include <daicho/tlog/note_key.hpp>

/// What a role asks of its Platform: `entropy_of<Platform>` is Platform::entropy, and a sentence when it is missing or no entropy.
namespace daicho {

namespace detail {

// A concept of the Platform, so that the compiler goes on to say which expression is missing.
template <class Platform> concept supplies_block_store = block_store<typename Platform::block_store>;
template <class Platform> concept supplies_artifact_cache = artifact_cache<typename Platform::artifact_cache>;
template <class Platform> concept supplies_image_store = image_store<typename Platform::image_store>;
template <class Platform> concept supplies_state_store = state_store<typename Platform::state_store>;
template <class Platform> concept supplies_link = link<typename Platform::link>;
template <class Platform> concept supplies_light_client = light_client<typename Platform::light_client>;
template <class Platform> concept supplies_entropy = entropy<typename Platform::entropy>;
template <class Platform> concept supplies_clock = clock<typename Platform::clock>;
template <class Platform> concept supplies_workshop = workshop<typename Platform::workshop>;
template <class Platform> concept supplies_shelf = shelf<typename Platform::shelf, typename Platform::workshop>;
template <class Platform, class Scheme> concept supplies_signer = signer<typename Platform::signer, Scheme>;

template <class Platform>
struct supplied_block_store {
    static_assert(supplies_block_store<Platform>, "Platform::block_store must be a block_store: docs/concepts/block_store.md");
    using type = typename Platform::block_store;
};
template <class Platform>
struct supplied_artifact_cache {
    static_assert(supplies_artifact_cache<Platform>, "Platform::artifact_cache must be an artifact_cache: docs/concepts/artifact_cache.md");
    using type = typename Platform::artifact_cache;
};
template <class Platform>
struct supplied_image_store {
    static_assert(supplies_image_store<Platform>, "Platform::image_store must be an image_store: docs/concepts/image_store.md");
    using type = typename Platform::image_store;
};
template <class Platform>
struct supplied_state_store {
    static_assert(supplies_state_store<Platform>, "Platform::state_store must be a state_store: docs/concepts/state_store.md");
    using type = typename Platform::state_store;
};
template <class Platform>
struct supplied_link {
    static_assert(supplies_link<Platform>, "Platform::link must be a link: docs/concepts/link.md");
    using type = typename Platform::link;
};
template <class Platform>
struct supplied_light_client {
    static_assert(supplies_light_client<Platform>, "Platform::light_client must be a light_client: docs/concepts/light_client.md");
    using type = typename Platform::light_client;
};
template <class Platform>
struct supplied_entropy {
    static_assert(supplies_entropy<Platform>, "Platform::entropy must be an entropy: docs/concepts/entropy.md");
    using type = typename Platform::entropy;
};
template <class Platform>
struct supplied_clock {
    static_assert(supplies_clock<Platform>, "Platform::clock must be a clock: docs/concepts/clock.md");
    using type = typename Platform::clock;
};
template <class Platform>
struct supplied_workshop {
    static_assert(supplies_workshop<Platform>, "Platform::workshop must be a workshop: docs/concepts/workshop.md");
    using type = typename Platform::workshop;
};
template <class Platform>
struct supplied_shelf {
    static_assert(supplies_shelf<Platform>, "Platform::shelf must be a shelf: docs/concepts/shelf.md");
    using type = typename Platform::shelf;
};
template <class P, class Platform>
struct supplied_signer {
    static_assert(supplies_signer<Platform, typename P::signature>, "Platform::signer must sign with Protocol::signature: docs/concepts/signer.md");
    using type = typename Platform::signer;
};

template <class P, class Platform>
struct supplied_note_scheme {
    using type = tlog::note_scheme_in<P>;
};
template <class P, class Platform>
    requires requires { typename Platform::note_scheme; }
struct supplied_note_scheme<P, Platform> {
    static_assert(tlog::note_scheme<typename Platform::note_scheme>, "Platform::note_scheme must be a model of Ed25519: docs/tlog.md");
    using type = typename Platform::note_scheme;
};

} // namespace detail

template <class Platform> using block_store_of = typename detail::supplied_block_store<Platform>::type;
template <class Platform> using artifact_cache_of = typename detail::supplied_artifact_cache<Platform>::type;
template <class Platform> using image_store_of = typename detail::supplied_image_store<Platform>::type;
template <class Platform> using state_store_of = typename detail::supplied_state_store<Platform>::type;
template <class Platform> using link_of = typename detail::supplied_link<Platform>::type;
template <class Platform> using light_client_of = typename detail::supplied_light_client<Platform>::type;
template <class Platform> using entropy_of = typename detail::supplied_entropy<Platform>::type;
template <class Platform> using clock_of = typename detail::supplied_clock<Platform>::type;
template <class Platform> using workshop_of = typename detail::supplied_workshop<Platform>::type;
template <class Platform> using shelf_of = typename detail::supplied_shelf<Platform>::type;
/// Does this machine demand proof that a release is in the ledger? One whose Platform names a `light_client` does.
template <class Platform> inline constexpr bool follows_ledger = requires { typename Platform::light_client; };
/// With which model of Ed25519 this machine verifies notes: Platform::note_scheme, or the Protocol's (tlog::note_scheme_in); void: none.
template <class P, class Platform> using note_scheme_of = typename detail::supplied_note_scheme<P, Platform>::type;
template <class P, class Platform> using signer_of = typename detail::supplied_signer<P, Platform>::type;

} // namespace daicho
