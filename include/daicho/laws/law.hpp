#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace daicho::laws {

/// What a law suite found out about a model. Suites quote each law over its check and run to the end:
///     laws::verdict v;
///     laws::hash_function<my_hash>(v);
///     assert(v.holds());   // or print v.broken
struct verdict {
    std::size_t checked = 0;
    std::vector<std::string> broken;  ///< the laws that did not hold, each once, in the words of the concept's page

    bool holds() const noexcept { return checked != 0 && broken.empty(); }

    void law(std::string_view sentence, bool held) {
        ++checked;
        if (held) return;
        for (auto& b : broken)
            if (b == sentence) return;
        broken.emplace_back(sentence);
    }

    bool breaks(std::string_view sentence) const {
        for (auto& b : broken)
            if (b == sentence) return true;
        return false;
    }
};

} // namespace daicho::laws
