#pragma once

#include <daicho/concept/state_store.hpp>
#include <daicho/laws/law.hpp>

#include <functional>
#include <memory>
#include <type_traits>

namespace daicho::laws {

namespace detail {

/// An opened state_store of whatever type, so that the suite is compiled once and not once a store.
struct opened_state_store {
    virtual ~opened_state_store() = default;
    virtual result<byte_view> load(byte_span) = 0;
    virtual fault save(byte_view) = 0;
};

inline void check_state_store(verdict& v, std::function<std::unique_ptr<opened_state_store>()> const& open) {
    bytes buffer(2u << 20);
    auto const holds = [&](auto& s, byte_view expected) {
        auto const b = s.load(buffer);
        return b && equal(*b, expected);
    };
    bytes const longer{1, 2, 3, 4, 5}, shorter{6, 7};
    {
        auto s = open();
        v.law("a store opens", bool(s));
        if (!s) return;
        v.law("a new store is empty", holds(*s, {}));
        v.law("load gives what was last saved", !s->save(longer) && holds(*s, longer) && !s->save(shorter) && holds(*s, shorter));
        v.law("nothing can be saved, too", !s->save({}) && holds(*s, {}));
        auto ok = !s->save(longer);
        auto const cut = s->load(byte_span(buffer).first(longer.size() - 1));
        v.law("what does not fit is oversized, never cut", ok && cut.error() == errc::oversized);
        bytes const huge(1u << 20, byte(9));
        auto const f = s->save(huge);
        v.law("what the cell cannot hold is store_full, and the last save stays",
              f ? f == errc::store_full && holds(*s, longer) : holds(*s, huge));
        ok = !s->save(longer) && !s->save(shorter);
        v.law("load gives what was last saved", ok && holds(*s, shorter));
    }
    auto s = open();
    v.law("reopening finds the last save", s && holds(*s, shorter));
}

} // namespace detail

/// The laws of docs/concepts/state_store.md. `open()` opens the same store each time, an empty one the first time, and returns
/// what acts like a pointer: result<Store>, std::unique_ptr<Store> or Store*. It is never open twice at once.
template <class Open>
void state_store(verdict& v, Open open) {
    using pointer = std::decay_t<decltype(open())>;
    struct opened final : detail::opened_state_store {
        explicit opened(pointer p) : to(std::move(p)) {}
        result<byte_view> load(byte_span out) override { return to->load(out); }
        fault save(byte_view b) override { return to->save(b); }
        pointer to;
    };
    detail::check_state_store(v, [&]() -> std::unique_ptr<detail::opened_state_store> {
        auto p = open();
        return p ? std::make_unique<opened>(std::move(p)) : nullptr;
    });
}

} // namespace daicho::laws
