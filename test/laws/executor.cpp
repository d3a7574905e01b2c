#include <daicho/laws/executor.hpp>

#include <boost/test/unit_test.hpp>

#include <daicho/threads/pool.hpp>

using namespace daicho;

namespace {

template <class E>
laws::verdict judged() {
    laws::verdict v;
    laws::executor(v, [] { return std::make_unique<E>(); });
    return v;
}

struct loses_the_last : same_thread {
    unsigned n = 0;
    void submit(std::function<void()> job) {
        if (++n != 500) job();
    }
};
struct runs_twice : same_thread {
    void submit(std::function<void()> job) {
        job();
        job();
    }
};
struct no_threads : same_thread {
    std::size_t threads() const noexcept { return 0; }
};
struct grows : same_thread {
    std::size_t n = 1;
    void submit(std::function<void()> job) {
        job();
        ++n;
    }
    std::size_t threads() const noexcept { return n; }
};
struct keeps_jobs : same_thread {
    static inline std::vector<std::function<void()>> kept;
    void submit(std::function<void()> job) {
        job();
        kept.push_back(std::move(job));
    }
};

/// Kept elsewhere, used through a reference.
struct referred {
    std::unique_ptr<threads::pool> held = std::make_unique<threads::pool>(2);
    executor_ref ref{*held};
    void submit(std::function<void()> job) { ref.submit(std::move(job)); }
    std::size_t threads() const noexcept { return ref.threads(); }
};

using sentences = std::vector<std::string>;
#define BREAKS(model, ...) BOOST_TEST(judged<model>().broken == (sentences{__VA_ARGS__}), boost::test_tools::per_element())

} // namespace

BOOST_AUTO_TEST_SUITE(executor_laws)

BOOST_AUTO_TEST_CASE(models_that_keep_them_break_none) {
    BREAKS(same_thread);
    BREAKS(threads::pool);
    BREAKS(referred);
    BOOST_TEST(judged<threads::pool>().holds());
}

BOOST_AUTO_TEST_CASE(each_broken_model_breaks_its_law_and_no_other) {
    BREAKS(loses_the_last, "Every job has run when the executor ends.");
    BREAKS(runs_twice, "No job runs twice.");
    BREAKS(no_threads, "At least one job runs at a time.", "No more jobs run at once than it says.");
    BREAKS(grows, "The number of threads stays.");
    BREAKS(keeps_jobs, "A job that has run is let go.");
    keeps_jobs::kept.clear();
}

BOOST_AUTO_TEST_SUITE_END()
