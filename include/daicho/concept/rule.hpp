#pragma once

#include <daicho/base/errc.hpp>

#include <concepts>

namespace daicho {

/// rule(block, view) -> fault, pure (docs/concepts/rule.md). A list of rules is a rule.
template <class R, class Block, class View>
concept rule = requires(Block const& block, View const& view) {
    { R::check(block, view) } -> std::same_as<fault>;
};

/// All of several rules, in order; the first fault is the verdict.
template <class... Rules>
struct rules {
    template <class Block, class View>
    static fault check(Block const& block, View const& view) {
        fault found;
        (void)((found = check_one<Rules>(block, view), static_cast<bool>(found)) || ...);
        return found;
    }

private:
    /// Its own small template, so that the compiler names the culprit.
    template <class Rule, class Block, class View>
    static fault check_one(Block const& block, View const& view) {
        static_assert(rule<Rule, Block, View>, "each element of rules<...> must be a rule: docs/concepts/rule.md");
        return Rule::check(block, view);
    }
};

} // namespace daicho
