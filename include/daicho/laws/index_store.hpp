#pragma once

#include <daicho/concept/index_store.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace daicho::laws {

namespace detail {
inline index_batch some_keys(std::uint64_t upto, std::vector<std::string> const& keys) {
    index_batch batch{.upto = upto, .keys = {}};
    for (auto& k : keys) batch.keys.emplace_back(as_bytes(k));
    return batch;
}
/// Places of what bears a name, in their order.
template <class Store>
std::vector<std::uint64_t> places_of(Store const& s, std::uint64_t name, std::size_t most = 100) {
    std::vector<std::uint64_t> out;
    if (s.find(name, [&](std::uint64_t place) { return out.push_back(place), out.size() < most; })) out.push_back(~std::uint64_t(0));
    std::sort(out.begin(), out.end());
    return out;
}
/// At most `most` keys from `from` on.
template <class Store>
std::vector<std::string> keys_from(Store const& s, std::string const& from, std::size_t most = 100) {
    std::vector<std::string> out;
    if (most == 0) return out;
    if (s.scan(as_bytes(from), [&](byte_view key) { return out.emplace_back(as_text(key)), out.size() < most; })) out.emplace_back("a fault");
    return out;
}
} // namespace detail

/// The laws of docs/concepts/index_store.md. `open()` opens the same store each time, an empty one the first time, and returns what acts
/// like a pointer: result<Store>, std::unique_ptr<Store> or Store*. It is never open twice at once.
template <class Open>
void index_store(verdict& v, Open open) {
    using list = std::vector<std::string>;
    using places = std::vector<std::uint64_t>;
    std::string const zero(1, '\0'), high = "a\xff", longest(most_index_key, 'z');
    list const all{zero, "a", "a" + zero, "ab", high, "b", longest};
    {
        auto s = open();
        v.law("a store opens", bool(s));
        if (!s) return;
        v.law("a new store is empty", s->upto() == 0 && detail::keys_from(*s, zero).empty());
        v.law("after a batch it has come as far as the batch says", !s->append(detail::some_keys(3, {high, longest, "a"})) && s->upto() == 3 &&
                                                                        !s->append(detail::some_keys(7, {"b", zero, "ab", "a" + zero})) && s->upto() == 7);
        v.law("keys come in the order of their bytes, the shorter first", detail::keys_from(*s, zero) == all);
        bool from_there = detail::keys_from(*s, longest + "z").empty();
        for (std::size_t i = 0; i != all.size(); ++i) from_there = from_there && detail::keys_from(*s, all[i]) == list(all.begin() + std::ptrdiff_t(i), all.end());
        v.law("a scan begins at the key it is given, or the next", from_there && detail::keys_from(*s, "aa") == list(all.begin() + 3, all.end()));
        v.law("a scan ends when it is told to", detail::keys_from(*s, "a", 2) == list{"a", "a" + zero});
        v.law("a key that is there already is one key", !s->append(detail::some_keys(8, {"ab", "ab"})) && s->upto() == 8 && detail::keys_from(*s, zero) == all);
        v.law("a batch without keys still says how far", !s->append(detail::some_keys(9, {})) && s->upto() == 9);
        index_batch unfit = detail::some_keys(10, {"c"});
        unfit.keys.emplace_back();
        v.law("an empty key is refused, and its batch with it", s->append(unfit) == errc::out_of_range && s->upto() == 9 && detail::keys_from(*s, zero) == all);
        v.law("a name that nobody bears is not found", detail::places_of(*s, 7).empty());
        bool const named = !s->append({.upto = 13, .names = {7, 8, 0, 7}}) && s->upto() == 13;
        v.law("each transaction is found by its name", named && detail::places_of(*s, 8) == places{10} && detail::places_of(*s, 0) == places{11});
        v.law("all that share a name are found", detail::places_of(*s, 7) == places{9, 12});
        v.law("a look for a name ends when it is told to", detail::places_of(*s, 7, 1).size() == 1);
        v.law("names that are not one for each new transaction are refused, and their batch with them",
              s->append({.upto = 15, .names = {9}}) == errc::out_of_range && s->append({.upto = 12, .names = {9}}) == errc::out_of_range && s->upto() == 13 &&
                  detail::places_of(*s, 9).empty());
    }
    {
        auto s = open();
        v.law("reopening finds every batch", s && s->upto() == 13 && detail::keys_from(*s, zero) == all && detail::places_of(*s, 7) == places{9, 12});
        if (!s) return;
        v.law("clear forgets everything", !s->clear() && s->upto() == 0 && detail::keys_from(*s, zero).empty() && detail::places_of(*s, 7).empty());
        v.law("after that it begins anew", !s->append(detail::some_keys(2, {"x"})) && s->upto() == 2 && detail::keys_from(*s, zero) == list{"x"});
    }
    auto s = open();
    v.law("reopening finds what came after a clear", s && s->upto() == 2 && detail::keys_from(*s, zero) == list{"x"});
}

} // namespace daicho::laws
