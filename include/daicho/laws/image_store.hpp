#pragma once

#include <daicho/concept/image_store.hpp>
#include <daicho/laws/law.hpp>

#include <functional>
#include <memory>
#include <type_traits>

namespace daicho::laws {

namespace detail {

/// An opened image_store of whatever type, so that the suite is compiled once and not once a store.
struct opened_image_store {
    virtual ~opened_image_store() = default;
    virtual fault begin(std::uint64_t) = 0;
    virtual fault write(std::uint64_t, byte_view) = 0;
    virtual std::uint64_t written() = 0;
    virtual fault read(std::uint64_t, byte_span) = 0;
    virtual fault read_running(std::uint64_t, byte_span) = 0;
    virtual std::uint64_t running_size() = 0;
    virtual fault mark() = 0;
    virtual boot_state state() = 0;
    virtual fault confirm() = 0;
    virtual fault revert() = 0;
};

inline bool fill_slot(opened_image_store& s, byte_view image) {
    auto const half = image.size() / 2;
    return !s.begin(image.size()) && !s.write(0, image.first(half)) && !s.write(half, image.subspan(half));
}

inline bool slot_holds(opened_image_store& s, byte_view image) {
    bytes out(image.size());
    return !s.read(0, out) && equal(out, image);
}

inline bool runs(opened_image_store& s, byte_view image) {
    bytes out(image.size());
    return s.running_size() == image.size() && !s.read_running(0, out) && equal(out, image);
}

inline void check_image_store(verdict& v, std::function<std::unique_ptr<opened_image_store>()> const& reset) {
    constexpr auto running = "read_running reads the image that runs";
    auto const image = [](byte seed) {
        bytes b(1500);
        for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(seed + i * i);
        return b;
    };
    bytes const a = image(1), b = image(2), c = image(3), d = image(4);
    {
        auto s = reset();
        v.law("a store opens", bool(s));
        if (!s) return;
        v.law("a new store is confirmed, with nothing written", s->state() == boot_state::confirmed && s->written() == 0);
        v.law("an image that no slot can hold is store_full", s->begin(~std::uint64_t(0) >> 1) == errc::store_full);
        bool const ok = !s->begin(a.size()) && s->written() == 0 && !s->write(0, byte_view(a).first(300)) && s->written() == 300;
        v.law("written counts the bytes since begin", ok);
        (void)s->write(300, byte_view(a).subspan(300, 300));
        v.law("a write continues where the last one ended; elsewhere it is out_of_range",
              s->write(601, byte_view(a).first(1)) == errc::out_of_range && s->write(0, byte_view(a).first(1)) == errc::out_of_range &&
                  s->written() == 600);
        bytes const rest(a.size() - 599);
        v.law("a slot takes no more than begin announced", s->write(600, rest) == errc::out_of_range);
        bytes out(600);
        v.law("what was written is read back from the slot", !s->read(0, out) && equal(out, byte_view(a).first(600)));
        v.law("beyond what the slot holds, reading is out_of_range",
              s->read(1, out) == errc::out_of_range && s->read(601, {}) == errc::out_of_range);
        v.law("an image that is not whole cannot be marked", s->mark() == errc::wrong_size);
    }
    {
        auto s = reset();
        v.law("until it is marked, a reset boots the old image", s && s->state() == boot_state::confirmed);
        if (!s) return;
        auto ok = s->written() == 600 && !s->write(600, byte_view(a).subspan(600)) && slot_holds(*s, a);
        v.law("what was written stays over a reset, and the writing goes on", ok);
        if (!ok) (void)fill_slot(*s, a);
        v.law("a whole image can be marked", !s->mark());
        v.law("a marked slot is not written",
              s->write(a.size(), byte_view(a).first(1)) == errc::busy && s->write(0, byte_view(a).first(1)) == errc::busy);
        v.law("begin unmarks", !s->begin(a.size()));
    }
    {
        auto s = reset();
        if (!s) return;
        v.law("begin unmarks", s->state() == boot_state::confirmed && s->written() == 0);
        if (!fill_slot(*s, a) || s->mark()) return v.law("a whole image can be marked", false);
    }
    {
        auto s = reset();
        v.law("a marked image boots on trial", s && s->state() == boot_state::trial);
        if (!s) return;
        v.law(running, runs(*s, a));
        v.law("during a trial the way back is not erased", s->begin(b.size()) == errc::busy && s->mark() == errc::busy);
    }
    {
        auto s = reset();
        v.law("a trial that nobody confirmed is reverted by the next reset", s && s->state() == boot_state::reverted && slot_holds(*s, a));
    }
    {
        auto s = reset();
        v.law("reverted stays until it is acknowledged", s && s->state() == boot_state::reverted);
        if (!s) return;
        v.law(running, runs(*s, {}));
        v.law("confirm acknowledges a revert", !s->confirm() && s->state() == boot_state::confirmed);
        (void)(fill_slot(*s, b) && !s->mark());
    }
    {
        auto s = reset();
        v.law("a confirmed image stays", s && !s->confirm() && s->state() == boot_state::confirmed);
    }
    {
        auto s = reset();
        v.law("a confirmed image stays", s && s->state() == boot_state::confirmed);
        if (!s) return;
        v.law(running, runs(*s, b));
        v.law("once confirmed, the slots have changed places: nothing is written in the other one", s->written() == 0);
        (void)(fill_slot(*s, c) && !s->mark());
    }
    {
        auto s = reset();
        if (!s) return;
        auto const ok = !s->confirm() && slot_holds(*s, b);
        v.law("the image that was confirmed before stays in the other slot", ok);
        (void)(fill_slot(*s, d) && !s->mark());
        v.law("before the trial, revert unmarks", !s->revert());
    }
    {
        auto s = reset();
        v.law("before the trial, revert unmarks", s && s->state() == boot_state::confirmed);
        if (s) (void)s->mark();
    }
    {
        auto s = reset();
        v.law("revert ends a trial", s && !s->revert() && s->state() == boot_state::reverted);
    }
    auto s = reset();
    v.law("revert ends a trial", s && s->state() == boot_state::reverted && slot_holds(*s, d));
}

} // namespace detail

/// The laws of docs/concepts/image_store.md. Each call of `reset()` is a reset: whatever was in memory is lost, the boot process
/// decides, and the store is there again, without an image the first time. It returns what acts like a pointer: result<Store>,
/// std::unique_ptr<Store> or Store*. A slot holds at least 2000 bytes.
template <class Reset>
void image_store(verdict& v, Reset reset) {
    using pointer = std::decay_t<decltype(reset())>;
    struct opened final : detail::opened_image_store {
        explicit opened(pointer p) : to(std::move(p)) {}
        fault begin(std::uint64_t size) override { return to->begin(size); }
        fault write(std::uint64_t offset, byte_view b) override { return to->write(offset, b); }
        std::uint64_t written() override { return to->written(); }
        fault read(std::uint64_t offset, byte_span out) override { return to->read(offset, out); }
        fault read_running(std::uint64_t offset, byte_span out) override { return to->read_running(offset, out); }
        std::uint64_t running_size() override { return to->running_size(); }
        fault mark() override { return to->mark(); }
        boot_state state() override { return to->state(); }
        fault confirm() override { return to->confirm(); }
        fault revert() override { return to->revert(); }
        pointer to;
    };
    detail::check_image_store(v, [&]() -> std::unique_ptr<detail::opened_image_store> {
        auto p = reset();
        return p ? std::make_unique<opened>(std::move(p)) : nullptr;
    });
}

} // namespace daicho::laws
