#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Rows of a benchmark's table. A row belongs to a group; the first row of a group is what the others are compared with, so
/// register there what somebody would pick instead. Suites add rows for policies, ours or yours:
///     int main(int argc, char** argv) {
///         daicho::benchmarks::signature<mine::p256, mine::p256_signer>("my P-256", mine::p256_signer::generate);
///         return daicho::benchmarks::run(argc, argv);
///     }
namespace daicho::benchmarks {

/// What is timed: the processor's work, the time that passes (disks), or what the body says (State::SetIterationTime).
enum class timed { work, wall, measured };

struct row {
    std::string group;                             ///< what is done, such as "verify a signature"
    std::string policy;                            ///< by whom, such as "ed25519 (Crypto++)"; --policy selects by it
    std::function<void(benchmark::State&)> body;   ///< calls State::SetItemsProcessed, so that rows are compared per item
    timed by = timed::work;
    std::string item{};                            ///< what one item is, such as "signature"
    bool in_comparison = false;                    ///< what others are compared with: stays, whatever --policy selects
};

inline std::vector<row>& rows() {
    static std::vector<row> all;
    return all;
}

/// Adds a row. The first of its group is the one that the others are compared with.
inline row& add(row r) {
    r.in_comparison = true;
    for (auto const& other : rows())
        if (other.group == r.group) r.in_comparison = false;
    return rows().emplace_back(std::move(r));
}

/// Apart from what is measured, whose functions stay small.
template <class Fault>
[[noreturn, gnu::noinline, gnu::cold]] void stop(Fault const& f, char const* what) {
    throw std::runtime_error(std::string(what) + " failed: " + std::string(message(f.code)) + ", " + f.where);
}

/// The value, or an end to this row that says why: a benchmark that fails is no figure.
template <class Result>
auto must(Result&& r, char const* what) {
    if (!r) stop(r.error(), what);
    return *std::forward<Result>(r);
}
template <class Fault>
void must_not(Fault const& f, char const* what) {
    if (f) stop(f, what);
}

} // namespace daicho::benchmarks
