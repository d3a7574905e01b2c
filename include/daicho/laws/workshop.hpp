#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/concept/workshop.hpp>
#include <daicho/laws/law.hpp>

#include <functional>
#include <optional>

namespace daicho::laws {

/// What a workshop's laws are played with: files and commands as this workshop understands them.
struct workshop_cast {
    std::function<std::string(byte_view content)> offer;  ///< places a file with that content; its path, always the same
    std::string nowhere;                                  ///< a path where there is no file
    std::string passes, fails;                            ///< commands whose exit status is 0, and 3
    std::string finds;                                    ///< its exit status is 0 when the copy starts with "laws", else 1
    std::string alters;                                   ///< changes the copy, and succeeds
    std::vector<std::string> never_end;                   ///< commands that cannot be run, or do not end within this workshop's limit
};

/// The laws of docs/concepts/workshop.md; H is the hash that the workshop measures with.
template <daicho::hash_function H, daicho::workshop Workshop>
void workshop(verdict& v, Workshop& w, workshop_cast const& cast) {
    auto const text = [](std::string_view s) { return bytes(s.begin(), s.end()); };
    auto const measures = [&](byte_view content) {
        H h;
        h.update(content);
        auto const m = w.measure();
        return m && *m == measured_file{content.size(), h.finish()};
    };
    auto const take = [&](byte_view content) { return !w.take(cast.offer(content)); };
    auto const status = [&](std::string const& command) -> std::optional<std::uint32_t> {
        auto const s = w.check(command);
        if (!s) return std::nullopt;
        return *s;
    };
    bytes const first = text("laws: the first"), second = text("laws"), third = text("something else");

    bool const taken = take(first) && measures(first);
    v.law("What was taken is measured: its size and its digest.", taken);
    if (!taken) return;  // every other law looks at the copy
    v.law("What is taken takes the place of what was there.", take(second) && measures(second));
    (void)take(first);
    (void)cast.offer(third);
    v.law("What becomes of the file after it was taken does not matter.", measures(first));
    v.law("A file that is not there is a fault.", bool(w.take(cast.nowhere)));

    (void)take(first);
    v.law("The check's exit status is told as it is.", status(cast.passes) == 0u && status(cast.fails) == 3u);
    bool saw = take(first);
    (void)cast.offer(third);
    saw = saw && status(cast.finds) == 0u;
    saw = saw && take(third) && status(cast.finds) == 1u;
    v.law("What the check gets to see is the copy.", saw);
    (void)take(first);
    (void)w.measure();
    (void)w.check(cast.alters);
    auto const after = w.measure();
    v.law("The copy is read each time it is measured.", after && !measures(first));
    bool faults = true;
    for (auto& command : cast.never_end) faults = faults && !w.check(command);
    v.law("A check that could not be run, or did not end, is a fault and no status.", faults);
}

} // namespace daicho::laws
