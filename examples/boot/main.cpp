/// What runs after a device's reset, before anything else: picks the slot, runs its health check, confirms it or goes back.
#include "process.hpp"

#include <daicho/file/command.hpp>
#include <daicho/file/image_store.hpp>
#include <daicho/file/line_log.hpp>

int main(int argc, char** argv) {
    CLI::App app("Boots the slots of a device: a slot that was marked runs once, on trial. When its health check ends with 0 it is confirmed,\n"
                 "else, and after a reset during the trial, the old slot runs again. Exit code 1 then says so.",
                 "boot");
    std::string slots, health, name = "boot";
    unsigned limit = 30;
    app.add_option("slots", slots, "Folder with the two slots")->required();
    app.add_option("--health", health, "Command that boots an image, given as its argument, and ends with 0 when it is well")->required();
    app.add_option("--seconds", limit, "A health check that takes longer has failed")->capture_default_str();
    app.add_option("--name", name, "Name in log lines")->capture_default_str();
    return process::run(app, argc, argv, [&]() -> process::ending {
        daicho::file::line_log const log(name);
        auto store = daicho::file::image_store::open(slots);
        if (!store) return {store.error(), slots};
        auto booted = store->boot();
        if (!booted) return {booted.error(), slots};
        if (booted->state == daicho::boot_state::reverted) return {daicho::errc::boot_failed, "the trial was cut short; the old slot runs"};
        auto const status = daicho::file::run_command(health, booted->image.string(), std::chrono::seconds(limit));
        bool const well = status && *status == 0;
        log.note(well ? "healthy" : "unhealthy", booted->image.filename().string());
        if (booted->state == daicho::boot_state::trial) {
            if (auto f = well ? store->confirm() : store->revert()) return {f, slots};
            if (!well) (void)store->boot();
        }
        if (well) return {};
        return {daicho::errc::boot_failed, booted->image.filename().string()};
    });
}
