#pragma once

#include <daicho/concept/hash_function.hpp>
#include <daicho/laws/law.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace daicho::laws {

/// The laws of docs/concepts/hash_function.md, tried on messages of every length around the block sizes in use.
template <daicho::hash_function H>
void hash_function(verdict& v) {
    auto const message = [](std::size_t n) {
        bytes m(n);
        for (std::size_t i = 0; i != n; ++i) m[i] = byte(i * 151 + n);
        return m;
    };
    auto const whole = [](byte_view b) {
        H h;
        h.update(b);
        return h.finish();
    };

    std::set<digest> seen;
    for (std::size_t n = 0; n != 300; ++n) {
        bytes const m = message(n);
        digest const expected = whole(m);
        bool const steady = whole(m) == expected;
        v.law("The same bytes give the same digest.", steady);
        seen.insert(expected);
        if (!steady) continue;  // nothing can be compared with an answer that changes

        for (std::size_t step : {std::size_t(1), std::size_t(7), std::size_t(64), std::size_t(128)}) {
            H h;
            for (std::size_t at = 0; at < n; at += step) h.update(byte_view(m).subspan(at, std::min(step, n - at)));
            v.law("How the bytes are chunked does not matter.", h.finish() == expected);
        }

        H alone, left;
        alone.update(byte_view(m).first(n / 2));
        left.update(byte_view(m).first(n / 2));
        H right = left;
        left.update(message(9));
        alone.update(byte_view(m).subspan(n / 2));
        right.update(byte_view(m).subspan(n / 2));
        v.law("A copy continues on its own.", right.finish() == alone.finish());

        H again;
        again.update(m);
        (void)again.finish();
        again.update(m);
        v.law("After finish() a hash has seen nothing.", again.finish() == expected);
    }
    v.law("Different bytes give different digests.", seen.size() == 300);

    for (unsigned last = 0; last != 256; ++last) {  // of the second block of a node it is all that varies
        digest left = whole(message(last)), right = whole(left);
        if (whole(message(last)) != left) break;  // an answer that changes, again
        right[31] = byte(last);
        bytes pair{byte(last % 3)};
        pair.insert(pair.end(), left.begin(), left.end());
        pair.insert(pair.end(), right.begin(), right.end());
        v.law("A pair has the digest of its bytes.", pair_digest<H>(byte(last % 3), left, right) == whole(pair));
    }

    std::vector<digest> nodes;  // of every length that a path may have
    for (std::uint64_t const lefts : {std::uint64_t(0), ~std::uint64_t(0), std::uint64_t(0x9e3779b97f4a7c15)}) {
        nodes.clear();
        digest const from = whole(message(64));
        if (whole(message(64)) != from) break;  // an answer that changes, again
        digest d = from;
        for (std::size_t n = 0; n <= 64; ++n) {
            v.law("A path leads where its pairs lead.", path_digest<H>(1, from, nodes, lefts) == d);
            if (n == 64) break;
            nodes.push_back(whole(message(n)));
            d = lefts >> n & 1 ? pair_digest<H>(1, nodes[n], d) : pair_digest<H>(1, d, nodes[n]);
        }
    }
}

} // namespace daicho::laws
