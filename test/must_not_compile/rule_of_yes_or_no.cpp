// expect: each element of rules<...> must be a rule: docs/concepts/rule.md
#include <daicho/concept/rule.hpp>

struct sound {
    template <class Block, class View>
    static daicho::fault check(Block const&, View const&) { return {}; }
};
struct yes_or_no {
    template <class Block, class View>
#ifdef DAICHO_CONTROL
    static daicho::fault check(Block const&, View const&) { return {}; }
#else
    static bool check(Block const&, View const&) { return true; }
#endif
};

daicho::fault judge(int block, int view) { return daicho::rules<sound, yes_or_no>::check(block, view); }
