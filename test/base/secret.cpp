#include <daicho/base/secret.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory_resource>

using namespace daicho;

namespace {

/// Memory that tells what lay in it when it was given back.
class witness : public std::pmr::memory_resource {
public:
    bytes last;
    std::size_t returned = 0, unwiped = 0;

private:
    void* do_allocate(std::size_t n, std::size_t alignment) override { return std::pmr::new_delete_resource()->allocate(n, alignment); }
    void do_deallocate(void* p, std::size_t n, std::size_t alignment) override {
        auto const* at = static_cast<byte const*>(p);
        last.assign(at, at + n);
        ++returned;
        unwiped += std::size_t(std::count_if(last.begin(), last.end(), [](byte b) { return b != 0; }));
        std::pmr::new_delete_resource()->deallocate(p, n, alignment);
    }
    bool do_is_equal(memory_resource const& other) const noexcept override { return this == &other; }
};

std::array<byte, 32> pattern() {
    std::array<byte, 32> a;
    for (std::size_t i = 0; i != a.size(); ++i) a[i] = byte(i + 1);
    return a;
}

bool zero(byte_view b) {
    return std::all_of(b.begin(), b.end(), [](byte x) { return x == 0; });
}

} // namespace

static_assert(!std::is_copy_constructible_v<secret<32>> && !std::is_copy_assignable_v<secret<32>>);
static_assert(std::is_nothrow_move_constructible_v<secret<32>> && std::is_nothrow_move_assignable_v<secret<32>>);

BOOST_AUTO_TEST_SUITE(secret_)

BOOST_AUTO_TEST_CASE(a_secret_is_wiped_where_it_lay_when_it_goes) {
    using room = std::aligned_storage_t<sizeof(secret<32>), alignof(secret<32>)>;
    witness seen;
    auto const left_by = [&](auto use) {
        std::pmr::polymorphic_allocator<room> memory(&seen);
        auto* const at = memory.allocate(1);
        use(static_cast<void*>(at));
        memory.deallocate(at, 1);
        return seen.last;
    };
    auto const kept = left_by([](void* at) { new (at) std::array<byte, 32>(pattern()); });
    BOOST_TEST(equal(kept, pattern()));  // what nobody wiped the witness sees
    auto const gone = left_by([](void* at) { std::destroy_at(new (at) secret<32>(pattern())); });
    BOOST_TEST(gone.size() == 32u);
    BOOST_TEST(zero(gone));
}

BOOST_AUTO_TEST_CASE(a_secret_that_moved_is_zero_where_it_was) {
    auto given = pattern();
    secret<32> one(std::move(given));
    BOOST_TEST(zero(given));
    BOOST_TEST(equal(one, pattern()));
    secret<32> two(std::move(one));
    BOOST_TEST(zero(one));
    BOOST_TEST(equal(two, pattern()));
    secret<32> three;
    BOOST_TEST(zero(three));
    three = std::move(two);
    BOOST_TEST(zero(two));
    BOOST_TEST(equal(three, pattern()));
    auto& itself = three;
    three = std::move(itself);
    BOOST_TEST(equal(three, pattern()));
}

BOOST_AUTO_TEST_CASE(what_a_secret_list_outgrows_is_wiped_too) {
    witness seen;
    {
        std::pmr::vector<byte> plain(&seen);
        for (int i = 0; i != 100; ++i) plain.push_back(0x5a);
    }
    BOOST_TEST(seen.unwiped != 0u);  // an ordinary list leaves all its earlier selves behind
    std::size_t const before = std::exchange(seen.returned, 0);
    seen.unwiped = 0;
    {
        using memory = std::pmr::polymorphic_allocator<byte>;
        std::vector<byte, wiping<byte, memory>> hidden(wiping<byte, memory>{memory(&seen)});
        for (int i = 0; i != 100; ++i) hidden.push_back(0x5a);
        hidden.resize(3);
    }
    BOOST_TEST(seen.returned == before);
    BOOST_TEST(seen.unwiped == 0u);
}

BOOST_AUTO_TEST_CASE(a_local_is_wiped_whichever_way_its_scope_ends) {
    auto local = pattern();
    try {
        wiped_at_end const later(local);
        throw 1;
    } catch (int) {
    }
    BOOST_TEST(zero(local));
    wipe({});
}

BOOST_AUTO_TEST_SUITE_END()
