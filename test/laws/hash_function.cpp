#include <daicho/laws/hash_function.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/hash.hpp>

#include <memory>

using namespace daicho;

namespace {

template <class H>
std::vector<std::string> broken_by() {
    laws::verdict v;
    laws::hash_function<H>(v);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}
using laws_broken = std::vector<std::string>;

struct adapted {  // the right answers; each broken model spoils one thing
    static constexpr std::string_view name = "broken";
    void update(byte_view b) { hash.update(b); }
    digest finish() { return hash.finish(); }
    sha256 hash;
};

struct never_starts_afresh : adapted {
    digest finish() {
        digest const d = sha256(hash).finish();
        return d;
    }
};

struct chunk_sensitive : adapted {
    void update(byte_view b) {
        if (b.empty()) return;
        if (started) hash.update(as_bytes(","));
        hash.update(b);
        started = true;
    }
    digest finish() {
        started = false;
        return hash.finish();
    }
    bool started = false;
};

struct moody : adapted {
    digest finish() {
        static std::uint64_t calls = 0;
        std::array<byte, 8> salt;
        store_be64(salt.data(), calls++);
        hash.update(salt);
        return hash.finish();
    }
};

struct shares_its_state : adapted {  // copies made in the middle see each other's bytes
    shares_its_state() : seen(new bytes) {}
    void update(byte_view b) { seen->insert(seen->end(), b.begin(), b.end()); }
    digest finish() {
        hash.update(*seen);
        seen->clear();
        return hash.finish();
    }
    std::shared_ptr<bytes> seen;
};

struct truncated : adapted {
    digest finish() {
        digest d = hash.finish();
        std::fill(d.begin() + 1, d.end(), byte(0));
        return d;
    }
};

struct forgets_the_prefix : adapted {
    static digest of_pair(byte, digest const& left, digest const& right) noexcept { return sha256::of_pair(0, left, right); }
};

struct climbs_on_one_side : adapted {
    static digest of_path(byte prefix, digest const& from, std::span<digest const> path, std::uint64_t) noexcept { return path_digest<sha256>(prefix, from, path, 0); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(hash_function_laws)

BOOST_AUTO_TEST_CASE(both_portable_hashes_keep_them) {
    BOOST_TEST(broken_by<sha256>() == laws_broken{}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<sha512_256>() == laws_broken{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law_and_no_other) {
    BOOST_TEST(broken_by<adapted>() == laws_broken{}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<moody>() == laws_broken{"The same bytes give the same digest."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<chunk_sensitive>() == laws_broken{"How the bytes are chunked does not matter."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<shares_its_state>() == laws_broken{"A copy continues on its own."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<never_starts_afresh>() == laws_broken{"After finish() a hash has seen nothing."},
               boost::test_tools::per_element());
    BOOST_TEST(broken_by<forgets_the_prefix>() == laws_broken{"A pair has the digest of its bytes."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<climbs_on_one_side>() == laws_broken{"A path leads where its pairs lead."}, boost::test_tools::per_element());
    BOOST_TEST(broken_by<truncated>() == laws_broken{"Different bytes give different digests."}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
