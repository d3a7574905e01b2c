#pragma once

#include <daicho/base/fault_text.hpp>
#include <daicho/file/posix.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <functional>
#include <string>

/// What every program here does alike.
namespace process {

inline constexpr char const* exit_codes = "Exit codes: 0 done, 1 refused or failed (the reason is on standard error), 2 wrong usage.\n"
                                          "A server ends cleanly on SIGINT and SIGTERM.";

/// Why a program ended: the fault, and what it was about (a file, an address).
struct ending {
    daicho::fault why{};
    std::string about{};

    ending() = default;
    ending(daicho::fault f, std::string what = {}) : why(f), about(std::move(what)) {}
    ending(daicho::errc code, std::string what = {}) : why(code), about(std::move(what)) {}
    explicit operator bool() const { return bool(why); }
};

/// Reads the options, runs `body`, says what went wrong. main() returns this.
inline int run(CLI::App& app, int argc, char** argv, std::function<ending()> const& body) {
    app.footer(exit_codes);
    app.get_formatter()->column_width(34);
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        return app.exit(e) == 0 ? 0 : 2;
    }
    std::string reason;
    try {
        auto const end = body();
        if (!end) return 0;
        reason = (end.about.empty() ? "" : end.about + ": ") + describe(end.why);
    } catch (std::exception const& e) {
        reason = e.what();
    }
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), reason.c_str());
    return 1;
}

/// For scripts that let a server take a free port.
inline ending write_port(std::string const& file, std::uint16_t port) {
    if (file.empty()) return {};
    return {daicho::file::replace_file(file, daicho::as_bytes(std::to_string(port) + '\n')), file};
}

} // namespace process
