#include <daicho/laws/index_store.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/memory/index_store.hpp>

#include <algorithm>

using namespace daicho;

namespace {

using laws_broken = std::vector<std::string>;
using whole = memory::index_store;

template <class S>
laws_broken broken_by() {
    S s;
    laws::verdict v;
    int opened = 0;
    laws::index_store(v, [&] {
        if constexpr (requires { s.reopen(opened); }) s.reopen(opened);
        ++opened;
        return &s;
    });
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct begins_with_one : whole {
    std::uint64_t upto() const { return whole::upto() == 0 ? 1 : whole::upto(); }
};
struct counts_keys : whole {
    fault append(index_batch b) { return b.upto = b.upto == 3 ? b.keys.size() + 1 : b.upto, whole::append(b); }
};
struct counts_only_keys : whole {
    fault append(index_batch b) { return b.upto = b.keys.empty() ? upto() : b.upto, whole::append(b); }
};
struct signed_bytes : whole {
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        std::vector<bytes> all;
        (void)whole::scan(from, [&](byte_view k) { return all.emplace_back(k.begin(), k.end()), true; });
        if (all.size() == 7) std::swap(all[4], all[3]);
        for (auto& k : all)
            if (!visit(k)) break;
        return {};
    }
};
struct begins_behind : whole {
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        return whole::scan(from, [&](byte_view k) { return (from.size() == 2 && equal(k, from)) || visit(k); });
    }
};
struct never_ends : whole {
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const { return whole::scan(from, [&](byte_view k) { return visit(k), true; }); }
};
struct keeps_each : whole {
    mutable bool again = false;
    fault append(index_batch const& b) { return again = again || b.upto == 8, whole::append(b); }
    fault scan(byte_view from, std::function<bool(byte_view)> const& visit) const {
        return whole::scan(from, [&](byte_view k) { return visit(k) && !(std::exchange(again, false) && !visit(k)); });
    }
};
struct takes_all_else : whole {
    fault append(index_batch b) {
        if (std::erase_if(b.keys, [](auto& k) { return k.empty(); }) == 0) return whole::append(b);
        (void)whole::append(b);
        return {errc::out_of_range, "index key"};
    }
};
struct finds_anything : whole {
    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const { return name == 7 && upto() == 9 ? (visit(0), fault{}) : whole::find(name, visit); }
};
struct names_one_further : whole {
    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const { return whole::find(name, [&](std::uint64_t p) { return visit(p + 1); }); }
};
struct finds_one : whole {
    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const { return whole::find(name, [&](std::uint64_t p) { return p == 9 || visit(p), false; }); }
};
struct finds_on : whole {
    fault find(std::uint64_t name, std::function<bool(std::uint64_t)> const& visit) const { return whole::find(name, [&](std::uint64_t p) { return visit(p), true; }); }
};
struct takes_any_names : whole {
    fault append(index_batch b) { return b.names.resize(b.names.size() == 1 ? 0 : b.names.size()), whole::append(b); }
};
struct forgets : whole {
    void reopen(int times) {
        if (times == 1) (void)whole::clear();
    }
};
struct clears_half : whole {
    fault clear() {
        index_batch some;
        (void)scan(bytes{'b'}, [&](byte_view k) { return some.keys.emplace_back(k), true; });
        return whole::clear(), whole::append(some);
    }
};
struct only_once : whole {
    bool was = false;
    fault clear() { return was = true, whole::clear(); }
    fault append(index_batch const& b) { return was ? fault{errc::io_failed} : whole::append(b); }
};
struct returns_to_nothing : whole {
    void reopen(int times) {
        if (times == 2) (void)whole::clear();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(index_store_laws)

BOOST_AUTO_TEST_CASE(keys_in_memory_keep_them) {
    BOOST_TEST((broken_by<whole>() == laws_broken{}));
    BOOST_TEST((broken_by<ledger::index_list>() == laws_broken{}));
}

BOOST_AUTO_TEST_CASE(names_in_memory_are_found_however_many_batches_brought_them) {
    ledger::index_list list;
    auto const name_of = [](std::uint64_t place) { return place * 7919 % 97; };  // each many times
    std::uint64_t n = 0;
    for (std::uint64_t more : {5u, 1u, 1u, 0u, 40u, 2u, 3u, 200u, 1u, 77u}) {
        index_batch batch{.upto = n + more};
        while (n != batch.upto) batch.names.push_back(name_of(n++));
        BOOST_REQUIRE(!list.append(batch));
    }
    for (std::uint64_t name = 0; name != 98; ++name) {
        std::vector<std::uint64_t> wanted, found;
        for (std::uint64_t place = 0; place != n; ++place)
            if (name_of(place) == name) wanted.push_back(place);
        BOOST_TEST(!list.find(name, [&](std::uint64_t place) { return found.push_back(place), true; }));
        BOOST_TEST(found == wanted);
    }
    std::size_t seen = 0;
    BOOST_TEST(!list.find(name_of(0), [&](std::uint64_t) { return ++seen, false; }));
    BOOST_TEST(seen == 1u);
}

BOOST_AUTO_TEST_CASE(each_law_refuses_a_store_that_breaks_it) {
    laws::verdict v;
    laws::index_store(v, [] { return static_cast<whole*>(nullptr); });
    BOOST_TEST((v.broken == laws_broken{"a store opens"}));
    BOOST_TEST(broken_by<begins_with_one>().front() == "a new store is empty");
    BOOST_TEST(broken_by<counts_keys>().front() == "after a batch it has come as far as the batch says");
    BOOST_TEST(broken_by<signed_bytes>().front() == "keys come in the order of their bytes, the shorter first");
    BOOST_TEST((broken_by<begins_behind>() == laws_broken{"a scan begins at the key it is given, or the next"}));
    BOOST_TEST((broken_by<never_ends>() == laws_broken{"a scan ends when it is told to"}));
    BOOST_TEST((broken_by<keeps_each>() == laws_broken{"a key that is there already is one key"}));
    BOOST_TEST(broken_by<counts_only_keys>().front() == "a batch without keys still says how far");
    BOOST_TEST(broken_by<takes_all_else>().front() == "an empty key is refused, and its batch with it");
    BOOST_TEST(broken_by<finds_anything>().front() == "a name that nobody bears is not found");
    BOOST_TEST(broken_by<names_one_further>().front() == "each transaction is found by its name");
    BOOST_TEST(broken_by<finds_one>().front() == "all that share a name are found");
    BOOST_TEST((broken_by<finds_on>() == laws_broken{"a look for a name ends when it is told to"}));
    BOOST_TEST(broken_by<takes_any_names>().front() == "names that are not one for each new transaction are refused, and their batch with them");
    BOOST_TEST((broken_by<forgets>() == laws_broken{"reopening finds every batch"}));
    BOOST_TEST(broken_by<clears_half>().front() == "clear forgets everything");
    BOOST_TEST(broken_by<only_once>().front() == "after that it begins anew");
    BOOST_TEST((broken_by<returns_to_nothing>() == laws_broken{"reopening finds what came after a clear"}));
}

BOOST_AUTO_TEST_SUITE_END()
