#pragma once

#include "chart.hpp"
#include "row.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <string_view>

/// Runs the rows that were added: all repetitions of all rows interleaved at random, so that a slow moment of the machine
/// meets everybody; the median of each; and its ratio to the first row of its group, from this one run.
namespace daicho::benchmarks {

/// Prints the table; Google Benchmark gives it the medians.
class ratio_table : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(Context const&) override { return true; }

    void ReportRuns(std::vector<Run> const& runs) override {
        for (auto const& r : runs) {
            if (r.error_occurred) {
                std::fprintf(stderr, "%s: %s\n", r.benchmark_name().c_str(), r.error_message.c_str());
                failed_ = true;
                continue;
            }
            bool const single = r.run_type == Run::RT_Iteration && r.repetitions == 1;
            if (!single && r.aggregate_name != "median") continue;
            auto const found = r.counters.find("items_per_second");
            if (found != r.counters.end()) rate_[r.run_name.function_name] = found->second;
        }
    }

    void Finalize() override {
        std::vector<std::string> printed;
        for (auto const& r : rows())
            if (std::find(printed.begin(), printed.end(), r.group) == printed.end()) print_group(printed.emplace_back(r.group));
        std::fflush(stdout);
    }
    bool failed() const noexcept { return failed_; }

    /// What was printed, as a picture. Empty bars never appear: a row without a figure has none.
    std::string drawn(std::string const& title) const {
        char when[32];
        std::time_t const now = std::time(nullptr);
        std::strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", std::gmtime(&now));
        return chart(title, std::string(when) + ", " + processor() + ", ratios of medians of interleaved repetitions in one run", drawn_);
    }

private:
    void print_group(std::string const& group) {
        double first = 0;
        std::vector<bar> bars;
        for (auto const& r : rows()) {
            auto const found = rate_.find(r.group + '/' + r.policy);
            if (r.group != group || found == rate_.end()) continue;
            if (first == 0) {
                first = found->second;
                std::printf("\n%-60s %14s %12s %7s\n", group.c_str(), ("time a " + r.item).c_str(), "a second", "ratio");
            }
            auto const time = duration(1 / found->second), each_second = rate(found->second);
            std::printf("  %-58s %14s %12s %7.2f\n", r.policy.c_str(), time.c_str(), each_second.c_str(), found->second / first);
            bars.push_back({r.policy, time + " a " + r.item, found->second / first});
        }
        if (!bars.empty()) drawn_.push_back({group, std::move(bars)});
    }
    /// As the kernel names it; nothing where it does not say.
    static std::string processor() {
        std::ifstream about("/proc/cpuinfo");
        for (std::string line; std::getline(about, line);)
            if (line.starts_with("model name")) return line.substr(std::min(line.size(), line.find(':') + 2));
        return "unnamed processor";
    }
    static std::string print(char const* format, double v, char const* unit) {
        char text[48];
        std::snprintf(text, sizeof text, format, v, unit);
        return text;
    }
    static std::string duration(double seconds) {
        if (seconds < 1e-6) return print("%.1f %s", seconds * 1e9, "ns");
        if (seconds < 1e-3) return print("%.2f %s", seconds * 1e6, "us");
        if (seconds < 1) return print("%.2f %s", seconds * 1e3, "ms");
        return print("%.2f %s", seconds, "s");
    }
    static std::string rate(double v) {
        if (v >= 1e6) return print("%.2f %s", v / 1e6, "M");
        if (v >= 1e4) return print("%.1f %s", v / 1e3, "k");
        return print("%.1f%s", v, "");
    }
    std::map<std::string, double> rate_;
    std::vector<chart_group> drawn_;
    bool failed_ = false;
};

/// The options of every benchmark program; what it does not know is Google Benchmark's.
class command_line {
public:
    command_line(int argc, char** argv) : name_(argv[0]) {
        for (int i = 1; i < argc; ++i) {
            std::string_view const word = argv[i];
            if (word == "--help" || word == "-h") help_ = true;
            else if (word == "--quick") quick_ = true;
            else if (word == "--policy" && i + 1 < argc) policies_.emplace_back(argv[++i]);
            else if (word.starts_with("--policy=")) policies_.emplace_back(word.substr(9));
            else if (word == "--chart" && i + 1 < argc) chart_ = argv[++i];
            else others_.emplace_back(word);
        }
    }
    bool help() const noexcept { return help_; }
    std::string const& chart_file() const noexcept { return chart_; }
    std::string title() const {
        auto const program = name_.substr(name_.rfind('/') + 1);
        return program.substr(program.starts_with("bench_") ? 6 : 0) + (quick_ ? " (quick: no measurement)" : "");
    }
    void say_help() const {
        std::printf("%s [--quick] [--policy NAME]... [--chart FILE] [--benchmark_...]\n"
                    "  --quick        three short repetitions\n"
                    "  --policy NAME  only rows whose policy's name contains NAME, and what they are compared with\n"
                    "  --chart FILE   the table as a picture (SVG)\n\n"
                    "Rows here:\n", name_.c_str());
        for (auto const& r : rows()) std::printf("  %-36s %s\n", r.group.c_str(), r.policy.c_str());
    }
    bool wants(row const& r) const {
        if (policies_.empty()) return true;
        auto const named = [&](row const& asked) {
            return std::any_of(policies_.begin(), policies_.end(), [&](auto const& p) { return asked.policy.find(p) != p.npos; });
        };
        auto const beside = [&](row const& other) { return other.group == r.group && named(other); };
        return named(r) || (r.in_comparison && std::any_of(rows().begin(), rows().end(), beside));
    }
    /// For Google Benchmark: ours first, so that yours win.
    std::vector<std::string> for_google() const {
        std::vector<std::string> all{name_, "--benchmark_enable_random_interleaving=true", "--benchmark_report_aggregates_only=true"};
        all.emplace_back(quick_ ? "--benchmark_repetitions=3" : "--benchmark_repetitions=9");
        all.emplace_back(quick_ ? "--benchmark_min_time=0.02" : "--benchmark_min_time=0.1");
        all.insert(all.end(), others_.begin(), others_.end());
        return all;
    }

private:
    std::string name_, chart_;
    std::vector<std::string> policies_, others_;
    bool help_ = false, quick_ = false;
};

inline int run(int argc, char** argv) {
    command_line const options(argc, argv);
    if (options.help()) return options.say_help(), 0;
    auto words = options.for_google();
    std::vector<char*> google;
    for (auto& w : words) google.push_back(w.data());
    int n = int(google.size());
    google.push_back(nullptr);
    benchmark::Initialize(&n, google.data());
    if (benchmark::ReportUnrecognizedArguments(n, google.data())) return 2;

    bool any = false;
    for (auto const& r : rows()) {
        if (!options.wants(r)) continue;
        any = true;
        auto* const made = benchmark::RegisterBenchmark((r.group + '/' + r.policy).c_str(), [&r](benchmark::State& state) {
            try {
                r.body(state);
            } catch (std::exception const& e) {
                state.SkipWithError(e.what());
            }
        });
        if (r.by == timed::wall) made->UseRealTime();
        if (r.by == timed::measured) made->UseManualTime();
    }
    if (!any) return 0;
    ratio_table table;
    benchmark::RunSpecifiedBenchmarks(&table);
    benchmark::Shutdown();
    if (!options.chart_file().empty() && !(std::ofstream(options.chart_file()) << table.drawn(options.title()) << std::flush)) {
        std::fprintf(stderr, "%s: cannot be written\n", options.chart_file().c_str());
        return 1;
    }
    return table.failed() ? 1 : 0;
}

} // namespace daicho::benchmarks
