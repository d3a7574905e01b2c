#pragma once

#include <daicho/concept/rule.hpp>
#include <daicho/laws/law.hpp>

#include <vector>

namespace daicho::laws {

/// The laws of docs/concepts/rule.md, tried on blocks that the rule allows and blocks that it forbids, on top of `view`.
template <class R, class Block, class View>
    requires daicho::rule<R, Block, View>
void rule(verdict& v, View const& view, std::vector<Block> const& allowed, std::vector<Block> const& forbidden) {
    std::vector<fault> first;
    for (auto& b : allowed) v.law("What the rule allows is accepted.", (first.push_back(R::check(b, view)), !first.back()));
    for (auto& b : forbidden) v.law("What the rule forbids is refused.", (first.push_back(R::check(b, view)), bool(first.back())));
    bool same = true;
    auto before = first.rbegin();  // the other way round: a rule that remembers what it saw answers otherwise now
    for (auto b = forbidden.rbegin(); b != forbidden.rend(); ++b) same = same && R::check(*b, view) == *before++;
    for (auto b = allowed.rbegin(); b != allowed.rend(); ++b) same = same && R::check(*b, view) == *before++;
    v.law("A verdict does not depend on what was judged before.", same);
}

} // namespace daicho::laws
