/// The paper's own claims (section 2.2): messages and bytes a device costs with the gateway's cache, without it, and with
/// the prior work's broadcast. Counted from the real records of both compositions; suite/traffic.hpp has the assumptions.
#include "suite/traffic.hpp"

#include <daicho/defaults/hardened.hpp>
#include <daicho/defaults/paper.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <vector>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

struct hardened : defaults::hardened {};
struct paper : defaults::paper {};

class table {
public:
    explicit table(std::string policy) : policy_(std::move(policy)) {}

    template <class P>
    void print(traffic_of<P> const& t) {
        head("an update of 256 KiB");
        for (auto n : fleets) {
            auto const alone = t.update_without_cache(n);
            line("update", n, "each device asks the servers", alone, alone);
            line("update", n, "broadcast to all (prior work)", t.update_by_broadcast(n), alone);
            line("update", n, "the gateway's cache", t.update_with_cache(n), alone);
        }
        head("a look when nothing is new");
        for (auto n : fleets) {
            auto const alone = t.look_without_cache(n);
            line("look", n, "each device asks the servers", alone, alone);
            line("look", n, "broadcast to all (prior work)", t.look_by_broadcast(n), alone);
            line("look", n, "the gateway's cache", t.look_with_cache(n), alone);
        }
    }
    std::string const& json() const noexcept { return json_; }

private:
    static constexpr std::uint64_t fleets[] = {1, 8, 100, 1000};

    void head(char const* what) const {
        std::printf("\n%s, %s: what one device costs\n", policy_.c_str(), what);
        constexpr char const* columns = "  %7s  %-30s %10s %12s   %10s %12s %10s %10s\n";
        std::printf(columns, "", "", "all of it", "", "beyond the", "gateway", "messages", "bytes");
        std::printf(columns, "devices", "way", "messages", "bytes", "messages", "bytes", "ratio", "ratio");
    }
    void line(char const* what, std::uint64_t n, char const* way, cost const& c, cost const& first) {
        auto const each = [n](std::uint64_t v) { return double(v) / double(n); };
        auto const ratio = [](std::uint64_t a, std::uint64_t b) { return double(a) / double(b); };
        auto const all = c.all();
        std::printf("  %7llu  %-30s %10.2f %12.0f   %10.3f %12.1f %10.4g %10.4g\n", static_cast<unsigned long long>(n), way,
                    each(all.messages), each(all.bytes), each(c.beyond.messages), each(c.beyond.bytes),
                    ratio(first.beyond.messages, c.beyond.messages), ratio(first.beyond.bytes, c.beyond.bytes));
        if (!json_.empty()) json_ += ',';
        json_ += "\n  {\"name\": \"" + std::string(what) + '/' + way + "\", \"policy\": \"" + policy_ + '"';
        auto const number = [this](char const* name, std::uint64_t v) { json_ += ", \"" + std::string(name) + "\": " + std::to_string(v); };
        number("devices", n);
        number("messages", all.messages);
        number("bytes", all.bytes);
        number("messages_beyond", c.beyond.messages);
        number("bytes_beyond", c.beyond.bytes);
        json_ += '}';
    }
    std::string policy_;
    std::string json_;
};

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string_view> wanted;
    std::string_view out;
    for (int i = 1; i < argc; ++i) {
        std::string_view const word = argv[i];
        if (word == "--help" || word == "-h") {
            std::puts("bench_traffic [--policy hardened|paper] [--benchmark_out=FILE]\n"
                      "Prints messages and bytes a device; counts, times nothing.");
            return 0;
        }
        if (word == "--policy" && i + 1 < argc) wanted.emplace_back(argv[++i]);
        else if (word.starts_with("--policy=")) wanted.push_back(word.substr(9));
        else if (word.starts_with("--benchmark_out=")) out = word.substr(16);
        else if (word != "--quick" && !word.starts_with("--benchmark_")) {
            std::fprintf(stderr, "bench_traffic: unknown option %s; try --help\n", argv[i]);
            return 2;
        }
    }
    std::string json;
    auto const show = [&](std::string policy, auto const& counted) {
        auto const named = [&](std::string_view w) { return policy.find(w) != policy.npos; };
        if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), named)) return;
        table t(std::move(policy));
        t.print(counted);
        json += (json.empty() ? "" : ",") + t.json();
    };
    show("defaults::hardened", traffic_of<hardened>::with<cryptopp::ed25519_signer>(cryptopp::ed25519_signer::generate));
    show("defaults::paper", traffic_of<paper>::with<cryptopp::rsa_pss_signer>([] { return cryptopp::rsa_pss_signer::generate(); }));
    if (!out.empty()) std::ofstream(std::string(out)) << "{\"traffic\": [" << json << "\n]}\n";
}
