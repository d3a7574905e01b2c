#include <daicho/laws/many_hash.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash.hpp>

using namespace daicho;

namespace {

template <class H, class M>
std::vector<std::string> broken_by() {
    laws::verdict v;
    laws::many_hash<H, M>(v);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}
using laws_broken = std::vector<std::string>;
using adapted = hashed_one_by_one<sha256>;  // the right answers; each broken model spoils one thing

struct forgets_the_prefix : adapted {
    void hash(byte_view, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        adapted::hash({}, messages, length, out);
    }
};

struct always_four : adapted {  // fills its lanes, however many messages there are
    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        adapted::hash(prefix, messages, length, out);
        if (out.size() % 4 == 3) adapted::hash(prefix, messages.first(length), length, std::span(out.data() + out.size(), 1));
    }
};

struct last_first : adapted {  // right, as long as digests and messages lie apart
    void hash(byte_view prefix, byte_view messages, std::size_t length, std::span<digest> out) const noexcept {
        for (std::size_t i = out.size(); i-- != 0;) adapted::hash(prefix, messages.subspan(i * length, length), length, out.subspan(i, 1));
    }
};

struct nameless : adapted {
    std::string_view kernel() const noexcept { return {}; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(many_hash_laws)

BOOST_AUTO_TEST_CASE(any_hash_function_keeps_them_one_by_one) {
    BOOST_TEST((broken_by<sha256, hashed_one_by_one<sha256>>() == laws_broken{}));
    BOOST_TEST((broken_by<sha512_256, hashed_one_by_one<sha512_256>>() == laws_broken{}));
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law) {
    BOOST_TEST((broken_by<sha256, forgets_the_prefix>() ==
                laws_broken{"Each message gets the digest that the hash function gives it.", "Digests may take the place of the messages."}));
    BOOST_TEST((broken_by<sha256, always_four>() == laws_broken{"Nothing is written beyond the digests."}));
    BOOST_TEST((broken_by<sha256, last_first>() == laws_broken{"Digests may take the place of the messages."}));
    BOOST_TEST((broken_by<sha256, nameless>() == laws_broken{"A kernel has a name."}));
}

BOOST_AUTO_TEST_SUITE_END()
