#include <daicho/file/name_table.hpp>

#include <boost/test/unit_test.hpp>

#include "../memory/killed_child.hpp"
#include "../memory/random_batches.hpp"

using namespace daicho;

namespace {

constexpr std::uint64_t in_first = (1u << 10) / 4 * 3;  // names that the first file takes

std::uint64_t name_of(std::uint64_t place) { return (place / 2) * 0x9e3779b97f4a7c15u; }  // two places share each
std::vector<std::uint64_t> names(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> out;
    for (; first != last; ++first) out.push_back(name_of(first));
    return out;
}
template <class Table>
void grow(Table& t, std::uint64_t last) {
    auto const some = names(t.upto(), last);
    BOOST_REQUIRE(!t.reserve(some.size()));
    t.add(t.upto(), some);
}
/// Is all of it there up to a place, and nothing else?
template <class Table>
bool holds(Table const& t, std::uint64_t upto) {
    if (t.upto() != upto || t.sum() != Table::sum_of(0, names(0, upto))) return false;
    for (std::uint64_t p = 0; p < upto + 20; p += 2) {
        std::vector<std::uint64_t> found, expected;
        t.find(name_of(p), [&](std::uint64_t at) { return found.push_back(at), true; });
        std::sort(found.begin(), found.end());
        for (auto q : {p, p + 1})
            if (q < upto) expected.push_back(q);
        if (found != expected) return false;
    }
    return true;
}
using table = file::basic_name_table<file::posix, 10>;
table open(std::filesystem::path const& p, std::uint64_t upto = ~std::uint64_t(0)) { return table::open(p, upto); }

/// Changes eight bytes of a file.
void alter(std::filesystem::path const& p, std::uint64_t at, std::uint64_t by) {
    auto const f = file::open(p, O_RDWR);
    BOOST_REQUIRE(f);
    std::array<byte, 8> b{};
    BOOST_REQUIRE(!file::read_all(*f, at, b));
    store_be64(b.data(), load_be64(b.data()) ^ by);
    BOOST_REQUIRE(!file::write_all(*f, at, b));
}
/// Where the n-th slot lies that is used.
std::uint64_t used_slot(std::filesystem::path const& p, std::size_t n) {
    auto const all = *file::read_file(p, 1u << 30);
    for (std::uint64_t at = 4096;; at += 16)
        if (load_be64(&all[std::size_t(at + 8)]) != 0 && n-- == 0) return at;
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_name_table)

BOOST_AUTO_TEST_CASE(every_place_is_found_by_its_name_in_whichever_file_and_after_reopening) {
    temporary_directory d;
    auto t = open(d.path);
    BOOST_TEST(holds(t, 0));
    for (std::uint64_t n : {1u, 2u, 500u, unsigned(in_first) - 1, unsigned(in_first) + 1, unsigned(in_first) * 4}) grow(t, n);  // into the third file
    BOOST_TEST(holds(t, in_first * 4));
    t = open(d.path);
    BOOST_TEST(holds(t, in_first * 4));
    BOOST_TEST(std::filesystem::exists(d.path / "names-2"));
    t.clear();
    BOOST_TEST(holds(t, 0));
    BOOST_TEST(!std::filesystem::exists(d.path / "names-0"));
    grow(t, 10);
    BOOST_TEST(holds(open(d.path), 10));
}

BOOST_AUTO_TEST_CASE(a_look_ends_when_it_is_told_to) {
    temporary_directory d;
    auto t = open(d.path);
    grow(t, 10);
    std::size_t looks = 0;
    t.find(name_of(4), [&](std::uint64_t) { return ++looks, false; });
    BOOST_TEST(looks == 1u);
}

BOOST_AUTO_TEST_CASE(a_file_that_anything_has_altered_is_dropped_with_those_behind_it) {
    auto const lost_from = [](char const* which, auto change) {
        temporary_directory d;
        {
            auto t = open(d.path);
            grow(t, in_first * 4);
        }
        change(d.path / which);
        auto t = open(d.path);
        auto const kept = t.upto();
        BOOST_TEST(holds(t, kept));
        grow(t, in_first * 4);  // by who has them
        BOOST_TEST(holds(t, in_first * 4));
        BOOST_TEST(holds(open(d.path), in_first * 4));
        return kept;
    };
    BOOST_TEST(lost_from("names-0", [](auto p) { alter(p, used_slot(p, 77), 1); }) == 0u);                        // a name
    BOOST_TEST(lost_from("names-1", [](auto p) { alter(p, used_slot(p, 78) + 8, std::uint64_t(1) << 56); }) == in_first);  // its place
    BOOST_TEST(lost_from("names-1", [](auto p) { auto const at = used_slot(p, 0) + 8; alter(p, at, load_be64(&(*file::read_file(p, 1u << 30))[std::size_t(at)])); }) == in_first);  // a page that was not written
    BOOST_TEST(lost_from("names-2", [](auto p) { alter(p, 24, 1); }) == in_first * 3);                            // how far it has come
    BOOST_TEST(lost_from("names-2", [](auto p) { alter(p, 16, 1); }) == in_first * 3);                            // its salt
    BOOST_TEST(lost_from("names-1", [](auto p) { std::filesystem::resize_file(p, 5000); }) == in_first);
    BOOST_TEST(lost_from("names-1", [](auto p) { std::filesystem::remove(p); }) == in_first);
    BOOST_TEST(lost_from("names-0", [](auto p) { std::filesystem::copy_file(p.parent_path() / "names-1", p, std::filesystem::copy_options::overwrite_existing); }) == 0u);
}

BOOST_AUTO_TEST_CASE(one_that_has_come_further_than_what_it_is_a_copy_of_is_dropped) {
    temporary_directory d;
    {
        auto t = open(d.path);
        grow(t, in_first + 100);
    }
    BOOST_TEST(holds(open(d.path, in_first + 99), in_first));
    BOOST_TEST(holds(open(d.path, in_first - 1), 0));
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_had_not_finished_is_not_looked_at) {
    temporary_directory d;
    {
        auto t = open(d.path);
        grow(t, 100);
    }
    auto before = *file::read_file(d.path / "names-0", 1u << 30);
    before.resize(4096);
    {
        auto t = open(d.path);
        grow(t, 150);
    }
    BOOST_REQUIRE(!file::write_all(*file::open(d.path / "names-0", O_RDWR), 0, before));  // entries, and the head not yet
    auto t = open(d.path);
    BOOST_TEST(holds(t, 100));
    grow(t, 160);
    BOOST_TEST(holds(t, 160));
    BOOST_TEST(holds(open(d.path), 160));
}

BOOST_AUTO_TEST_CASE(killed_at_any_moment_it_holds_all_up_to_some_place) {
    temporary_directory d;
    std::uint64_t last = 0;
    for (int round = 0; round != 4; ++round) {
        auto const child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            auto t = open(d.path);
            for (auto n = t.upto(); n < in_first * 4000; n += 7) {
                auto const some = names(n, n + 7);
                if (t.reserve(7)) ::_exit(1);
                t.add(n, some);
            }
            ::_exit(1);
        }
        ::usleep(useconds_t(1'000 + round * 700));
        ::kill(child, SIGKILL);
        int status = 0;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        auto const t = open(d.path);
        BOOST_TEST(holds(t, t.upto()));
        // A head that was being written loses its file; all the others stay.
        BOOST_TEST((t.upto() >= last || !std::filesystem::exists(d.path / "names-1") || t.upto() >= in_first));
        last = t.upto();
    }
}

BOOST_AUTO_TEST_CASE(without_room_on_the_disk_it_stays_as_it_is) {
    struct full : file::posix {
        static int allocate(int, off_t) noexcept { return errno = ENOSPC, -1; }
    };
    temporary_directory d;
    {
        auto t = open(d.path);
        grow(t, in_first);
    }
    auto t = file::basic_name_table<full, 10>::open(d.path, in_first);
    BOOST_TEST((t.reserve(1) == errc::store_full));
    BOOST_TEST(holds(t, in_first));
    BOOST_TEST(!std::filesystem::exists(d.path / "names-1"));
}

BOOST_AUTO_TEST_CASE(a_disk_that_sets_nothing_aside_gets_its_zeros) {
    struct plain : file::posix {
        static int allocate(int, off_t) noexcept { return errno = EOPNOTSUPP, -1; }
    };
    temporary_directory d;
    auto t = file::basic_name_table<plain, 10>::open(d.path, 0);
    grow(t, 2000);
    BOOST_TEST(holds(t, 2000));
    BOOST_TEST(holds(open(d.path), 2000));
}

BOOST_AUTO_TEST_SUITE_END()
