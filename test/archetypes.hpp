#pragma once

#include <daicho/concept/artifact_cache.hpp>
#include <daicho/concept/artifact_source.hpp>
#include <daicho/concept/artifact_store.hpp>
#include <daicho/concept/block_store.hpp>
#include <daicho/concept/clock.hpp>
#include <daicho/concept/consensus.hpp>
#include <daicho/concept/entropy.hpp>
#include <daicho/concept/hash_function.hpp>
#include <daicho/concept/image_store.hpp>
#include <daicho/concept/index_store.hpp>
#include <daicho/concept/light_client.hpp>
#include <daicho/concept/link.hpp>
#include <daicho/concept/observer.hpp>
#include <daicho/concept/retarget.hpp>
#include <daicho/concept/rule.hpp>
#include <daicho/concept/sealer.hpp>
#include <daicho/concept/secure_channel.hpp>
#include <daicho/concept/shelf.hpp>
#include <daicho/concept/signature_scheme.hpp>
#include <daicho/concept/state_store.hpp>
#include <daicho/concept/tile_store.hpp>
#include <daicho/concept/workshop.hpp>
#include <daicho/protocol.hpp>

/// The least that models each concept: what is compiled with these uses nothing that the concept does not ask for.
/// They do nothing. Tests of what must not compile take one expression away from one of them.
namespace archetypes {

using namespace daicho;

/// Held by reference only: a policy whose concept says nothing of copies has none.
struct pinned {
    pinned() = default;
    pinned(pinned const&) = delete;
    pinned& operator=(pinned const&) = delete;
};
/// Moved, never copied.
struct moved {
    moved() = default;
    moved(moved&&) = default;
    moved& operator=(moved&&) = default;
};
/// What is convertible to a T, and nothing else.
template <class T>
struct converts {
    constexpr operator T() const { return T{}; }
};
using number = converts<std::uint64_t>;

// --- what all machines of a chain agree on ------------------------------------------------------------------------------
struct hash_function {
    static constexpr converts<std::string_view> name{};
    void update(byte_view) {}
    digest finish() { return {}; }
};

struct block_hash_function : hash_function {
    static constexpr converts<std::size_t> block_size{};
};

struct signature_scheme {
    struct public_key_type {
        DAICHO_RECORD(public_key_type, (std::uint32_t, key));
        friend bool operator==(public_key_type const&, public_key_type const&) = default;
    };
    struct signature_type {
        DAICHO_RECORD(signature_type, (std::uint64_t, signature));
        friend bool operator==(signature_type const&, signature_type const&) = default;
    };
    static constexpr std::string_view name = "archetype";
    static constexpr std::uint16_t algorithm = 256;
    static bool verify(public_key_type const&, byte_view, signature_type const&) noexcept { return false; }
};

struct consensus_proof {
    static constexpr schema::tag schema{0x7f, 1, "archetype"};
    DAICHO_RECORD(consensus_proof, (std::uint32_t, proof));
    friend bool operator==(consensus_proof const&, consensus_proof const&) = default;
};
struct fork_choice {
    static std::strong_ordering prefer(branch const&, branch const&) { return std::strong_ordering::equal; }
};
struct consensus : fork_choice {
    template <class P>
    using proof = consensus_proof;
    template <class Sealed, class View>
    static fault check(Sealed const&, View const&) { return {}; }
    template <class Sealed>
    static weight weigh(Sealed const&) { return 0; }
    template <class View>
    static std::uint64_t final_height(View const&) { return 0; }
    template <class View>
    static fault prepare(header&, View const&, node_id const&) { return {}; }
};
struct retarget {
    static constexpr converts<std::uint32_t> step{};
    template <class Target, class View>
    static result<std::uint32_t> next(View const&) { return errc::not_found; }
};
struct rule {
    template <class Block, class View>
    static fault check(Block const&, View const&) { return {}; }
};

struct secure_channel {
    using scheme = signature_scheme;
    static constexpr converts<std::string_view> name{};
    struct identity : pinned {};
    struct connection : moved {
        struct who {
            converts<node_id> id;
            converts<bool> enrolled;
        };
        fault receive(byte_view) { return {}; }
        bytes output() { return {}; }
        bool established() const { return false; }
        who peer() const { return {}; }
        fault send(byte_view) { return {}; }
        std::optional<bytes> next() { return {}; }
    };
    static connection client(std::shared_ptr<identity const> const&, std::optional<node_id> const&) { return {}; }
    static connection server(std::shared_ptr<identity const> const&) { return {}; }
};

// --- what one machine supplies ------------------------------------------------------------------------------------------
struct signer : pinned {
    converts<signature_scheme::public_key_type> public_key() const { return {}; }
    result<signature_scheme::signature_type> sign(byte_view) { return errc::not_found; }
};
struct sealer : moved {
    result<consensus_proof> seal(seal_job const&, std::stop_token) { return errc::not_found; }
};
struct entropy : pinned {
    fault fill(byte_span) { return {}; }
};
struct clock : pinned {
    number now() { return {}; }
};
struct observer : pinned {
    int note(std::string_view, std::string_view) { return 0; }
};
struct block_store : pinned {
    fault commit(store_batch const&) { return {}; }
    number height() { return {}; }
    result<bytes> read(std::uint64_t) { return errc::not_found; }
    fault pending(std::function<void(digest const&, byte_view)> const&) { return {}; }
    result<bytes> cell(std::string_view) { return errc::not_found; }
};
struct image_store : pinned {
    fault begin(std::uint64_t) { return {}; }
    fault write(std::uint64_t, byte_view) { return {}; }
    number written() { return {}; }
    fault read(std::uint64_t, byte_span) { return {}; }
    fault read_running(std::uint64_t, byte_span) { return {}; }
    number running_size() { return {}; }
    fault mark() { return {}; }
    boot_state state() { return {}; }
    fault confirm() { return {}; }
    fault revert() { return {}; }
};
struct state_store : pinned {
    result<byte_view> load(byte_span) { return errc::not_found; }
    fault save(byte_view) { return {}; }
};
struct light_client : moved {
    struct head_type {
        static constexpr schema::tag schema{0x7e, 1, "head archetype"};
        DAICHO_RECORD(head_type, (std::uint64_t, time));
        friend bool operator==(head_type const&, head_type const&) = default;
        std::uint64_t reached() const { return 0; }
    };
    struct evidence_type {
        static constexpr schema::tag schema{0x7d, 1, "evidence archetype"};
        DAICHO_RECORD(evidence_type, (std::uint32_t, evidence));
        friend bool operator==(evidence_type const&, evidence_type const&) = default;
    };
    result<head_type> follow(head_type const&, digest const&, evidence_type const&) const { return errc::not_found; }
};
struct tile_store : pinned {
    number count() const { return {}; }
    fault append(std::span<digest const, tile_nodes>) { return {}; }
    fault read(std::uint64_t, std::size_t, std::span<digest>) const { return {}; }
    fault cut(std::uint64_t) { return {}; }
};
struct index_store : pinned {
    number upto() const { return {}; }
    fault append(index_batch const&) { return {}; }
    fault scan(byte_view, std::function<bool(byte_view)> const&) const { return {}; }
    fault find(std::uint64_t, std::function<bool(std::uint64_t)> const&) const { return {}; }
    fault clear() { return {}; }
};
struct link : pinned {
    result<byte_view> exchange(byte_view, byte_span) { return errc::not_found; }
};
struct artifact_store : pinned {
    fault put(digest const&, byte_view) { return {}; }
    result<std::uint64_t> size(digest const&) { return errc::not_found; }
    fault read(digest const&, std::uint64_t, byte_span) { return {}; }
};
struct artifact_cache : pinned {
    result<std::uint64_t> size(digest const&) { return errc::not_found; }
    fault read(digest const&, std::uint64_t, byte_span) { return {}; }
    fault drop(digest const&) { return {}; }
};
struct fillable_cache : artifact_cache {
    number begun(digest const&) { return {}; }
    fault append(digest const&, std::uint64_t, byte_view) { return {}; }
    fault read_part(digest const&, std::uint64_t, byte_span) { return {}; }
    fault finish(digest const&) { return {}; }
};
struct artifact_source : pinned {
    template <class Sink>
    fault fetch(std::string_view, digest const&, std::uint64_t, std::uint64_t, Sink) { return {}; }
};
struct workshop : pinned {
    fault take(std::string const&) { return {}; }
    result<measured_file> measure() { return errc::not_found; }
    result<std::uint32_t> check(std::string const&) { return errc::not_found; }
};
struct shelf : pinned {
    fault place(workshop&, measured_file const&) { return {}; }
};

// --- a Protocol, and a Platform with all that any role asks for --------------------------------------------------------
struct protocol {
    using hash = archetypes::hash_function;
    using signature = archetypes::signature_scheme;
    using consensus = archetypes::consensus;
    using limits = default_limits;
    using rules = daicho::rules<archetypes::rule, archetypes::rule>;
};
struct platform {
    using block_store = archetypes::block_store;
    using artifact_cache = archetypes::artifact_cache;
    using image_store = archetypes::image_store;
    using state_store = archetypes::state_store;
    using link = archetypes::link;
    using signer = archetypes::signer;
    using entropy = archetypes::entropy;
    using clock = archetypes::clock;
    using workshop = archetypes::workshop;
    using shelf = archetypes::shelf;
    static constexpr std::size_t chunk = 64;
};

} // namespace archetypes
