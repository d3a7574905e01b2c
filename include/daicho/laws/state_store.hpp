#pragma once

#include <daicho/concept/state_store.hpp>
#include <daicho/laws/law.hpp>

namespace daicho::laws {

/// The laws of docs/concepts/state_store.md. `open()` opens the same store each time, an empty one the first time, and returns
/// what acts like a pointer: result<Store>, std::unique_ptr<Store> or Store*. It is never open twice at once.
template <class Open>
void state_store(verdict& v, Open open) {
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
        v.law("what the cell cannot hold is store_full, and the last save stays", f ? f == errc::store_full && holds(*s, longer) : holds(*s, huge));
        ok = !s->save(longer) && !s->save(shorter);
        v.law("load gives what was last saved", ok && holds(*s, shorter));
    }
    auto s = open();
    v.law("reopening finds the last save", s && holds(*s, shorter));
}

} // namespace daicho::laws
