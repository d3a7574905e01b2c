#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/concept/shelf.hpp>
#include <daicho/file/artifact_folder.hpp>

namespace daicho::file {

/// A shelf that is a folder of this machine, or one that is mounted: any web server can hand out what lies there, each artifact
/// under its digest. It hashes what it places, since no repository does it.
template <class H>
class folder_shelf {
    static_assert(hash_function<H>, "H must be a hash_function: docs/concepts/hash_function.md");

public:
    explicit folder_shelf(artifact_folder& folder) : folder_(folder) {}

    /// The workshop shows where its copy lies: copy().
    /// Errors: wrong_digest when the copy is not what was measured, store_full, and the operating system's.
    template <class Workshop>
    fault place(Workshop& from, measured_file const& f) {
        auto const content = read_file(from.copy(), f.size);
        if (!content) return content.error();
        H h;
        h.update(*content);
        if (content->size() != f.size || h.finish() != f.verifier) return {errc::wrong_digest, "update file", f.size};
        auto const placed = folder_.put(f.verifier, *content);
        return placed == errc::duplicate ? fault{} : placed;
    }

private:
    artifact_folder& folder_;
};

} // namespace daicho::file
