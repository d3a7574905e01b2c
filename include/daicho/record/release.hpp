#pragma once

#include <daicho/base/bounded.hpp>
#include <daicho/base/limits.hpp>
#include <daicho/schema/record.hpp>

namespace daicho {

using model_name = inline_string<limits::model>;
using address = inline_string<limits::url>;
using source_list = inline_list<address, limits::sources>;

/// What the publisher's CI check said about the very bytes that were hashed (paper 2.1: "files that completed the CI check").
struct check_result {
    static constexpr schema::tag schema{0x11, 1, "check_result"};
    DAICHO_RECORD(check_result,
        (digest, command),           // digest of the command line that was run
        (std::uint32_t, status),     // its exit status; only 0 is ever published
        (std::uint64_t, time));      // when it ended
    friend bool operator==(check_result const&, check_result const&) = default;
};

/// What a publisher signs: one version of one model.
struct release {
    static constexpr schema::tag schema{0x10, 1, "release"};
    DAICHO_RECORD(release,
        (digest, chain_id),
        (node_id, publisher),
        (model_name, model),
        (std::uint64_t, version),
        (std::uint64_t, size),              // bytes of the image
        (digest, verifier),                 // digest of the image (paper table 3)
        (source_list, sources),             // where it can be fetched
        (std::uint64_t, minimum_version),   // the oldest version it may replace
        (check_result, check),
        (std::uint64_t, time),
        (std::uint64_t, expires));
    friend bool operator==(release const&, release const&) = default;
};

template <class Scheme>
struct signed_release {
    using signature_type = typename Scheme::signature_type;
    static constexpr schema::tag schema{0x12, 1, "signed_release"};
    DAICHO_RECORD(signed_release<Scheme>,
        (release, body),
        (signature_type, signature));
    friend bool operator==(signed_release const&, signed_release const&) = default;
};

} // namespace daicho
