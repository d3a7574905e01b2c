#pragma once

#include <daicho/base/weight.hpp>
#include <daicho/concept/retarget.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace daicho::laws {

/// Headers that nobody mined, as a retarget sees them: times and targets, as many as it is shown.
class timeline {
public:
    struct start {
        std::uint64_t time = 1'800'000'000;
        std::uint32_t target = 0;
        std::uint64_t slot_seconds = 60;
    };
    struct sealed {
        header body;
    };

    explicit timeline(start s) : genesis_(s) {}

    start const& genesis() const noexcept { return genesis_; }
    std::uint64_t height() const noexcept { return headers_.size(); }
    std::uint64_t depth() const noexcept { return std::min<std::uint64_t>(shown_, headers_.size()); }
    sealed const& at(std::uint64_t distance) const { return headers_[headers_.size() - 1 - distance]; }
    std::uint64_t now() const noexcept { return now_; }

    std::uint64_t tip_time() const noexcept { return headers_.empty() ? genesis_.time : headers_.back().body.time; }
    void add(std::uint64_t time, std::uint32_t target) {
        header h;
        h.index = headers_.size() + 1;
        h.time = time;
        h.target = target;
        headers_.push_back({h});
    }
    void show(std::uint64_t headers) { shown_ = headers; }
    void clock(std::uint64_t now) { now_ = now; }
    sealed& change(std::uint64_t index) { return headers_[index - 1]; }

private:
    start genesis_;
    std::vector<sealed> headers_;
    std::uint64_t shown_ = ~std::uint64_t(0), now_ = 2'000'000'000;
};

/// The laws of docs/concepts/retarget.md for a retarget R of a Target. `target`: one far from the easiest and the hardest.
template <class R, class Target>
void retarget(verdict& v, std::uint32_t target, std::uint64_t wanted = 60) {
    static_assert(daicho::retarget<R, Target, timeline>, "R must be a retarget: docs/concepts/retarget.md");
    constexpr auto valid = "A target is always valid.";
    timeline::start const start{.target = target, .slot_seconds = wanted};

    /// Adds a block so many seconds after the tip. False when there is no valid target for it.
    auto const extend = [&](timeline& t, std::int64_t seconds) {
        auto const next = R::template next<Target>(t);
        bool const good = next && Target::valid(*next);
        v.law(valid, good);
        if (!good) return false;
        if (t.height() != 0) {
            auto const before = Target::work(t.at(0).body.target), after = Target::work(*next);
            auto const exact = after <= before * R::step && before <= after * R::step;
            auto const nearly = after <= before * R::step + before / 256 + R::step && before <= after * R::step + after / 256 + R::step;  // as a target can be written
            v.law("Work changes at most by the factor step from one block to the next.", R::step == 1 ? exact : nearly);
        }
        t.add(std::uint64_t(std::int64_t(t.tip_time()) + seconds), *next);
        return true;
    };
    auto const grow = [&](timeline& t, int blocks, auto seconds) {
        for (int i = 0; i != blocks; ++i)
            if (!extend(t, std::int64_t(seconds()))) return false;
        return true;
    };
    auto const same = [](timeline const& a, timeline const& b) {
        auto const x = R::template next<Target>(a), y = R::template next<Target>(b);
        return bool(x) == bool(y) && (!x || *x == *y);
    };

    std::mt19937_64 random(23);
    auto const wild = [&]() -> std::int64_t {
        auto const w = std::int64_t(wanted);
        std::array<std::int64_t, 8> const seconds{0, 1, -w, w / 10, w, 3 * w, 20 * w, 1000 * w};
        return seconds[random() % seconds.size()];
    };
    auto const likely = [&] { return wanted / 2 + random() % (wanted + 1); };

    timeline long_one(start);
    bool const grown = grow(long_one, 200, likely);
    if (!grown) return;
    bool steady = true;
    for (int i = 0; i != 4; ++i) steady = steady && same(long_one, long_one);
    v.law("The same headers give the same target.", steady);
    if (!steady) return;  // nothing can be compared with an answer that changes

    auto const first = R::template next<Target>(timeline(start));
    v.law("The first block has the target of the genesis.", first && *first == target);

    auto later = long_one;
    later.clock(later.now() + 12345);
    v.law("This machine's clock plays no part.", same(long_one, later));

    auto fewer = long_one, others = long_one;
    fewer.show(64);
    for (std::uint64_t i = 1; i <= others.height() - 64; ++i) others.change(i).body.time -= 7 * i;
    v.law("Headers before the last 64 play no part.", same(long_one, fewer) && same(long_one, others));

    timeline calm(start), fast(start), slow(start);
    auto const work_of = [](timeline const& t) { return Target::work(t.at(0).body.target); };
    if (grow(calm, 300, [&] { return wanted; }))
        v.law("Blocks that come as wanted keep the work.", work_of(calm) + work_of(calm) / 8 >= Target::work(target) &&
                                                           work_of(calm) <= Target::work(target) + Target::work(target) / 8);
    bool sane = true;
    if (grow(fast, 128, [&] { return wanted / 10; })) sane = work_of(fast) >= Target::work(target);
    if (grow(slow, 128, [&] { return wanted * 10; })) sane = sane && work_of(slow) <= Target::work(target);
    v.law("Fast blocks never make it easier, slow ones never harder.", sane);

    timeline jumps(start), rush(start), sleep(start);
    (void)grow(jumps, 400, wild);
    (void)grow(rush, 2000, [] { return 0; });  // to the hardest
    (void)grow(sleep, 2000, [&] { return wanted * 5000; });
}

} // namespace daicho::laws
