/// An IoT device (paper 2.3): asks its gateway at start, installs into the slot that does not run, reports what booted.
#include "member.hpp"
#include "peers.hpp"

#include <daicho/asio/channel_client.hpp>
#include <daicho/asio/service.hpp>
#include <daicho/file/command.hpp>
#include <daicho/file/line_log.hpp>
#include <daicho/role/device.hpp>
#include <daicho/trust/bundle_gate.hpp>
#include <daicho/trust/claim.hpp>

#include <condition_variable>
#include <fstream>

namespace {

using process::ending;

struct board : platform {
    using link = daicho::asio::channel_client<channel>;
};
/// What its gateway offers must be shown to be in the ledger.
struct careful_board : board {
    using light_client = followed_ledger;
};
using device_type = daicho::device<protocol, board>;
using careful_device = daicho::device<protocol, careful_board>;
using witnessed_gate = daicho::trust::bundle_gate<protocol, witnessed_log, platform::state_store>;

/// 0, 25, 50, 75 and 100 %, one line each.
struct progress_lines {
    daicho::file::line_log const& log;
    std::uint64_t shown = ~std::uint64_t(0);

    void operator()(std::uint64_t got, std::uint64_t size) {
        auto const quarter = size == 0 ? 4 : got * 4 / size;
        if (quarter == shown) return;
        shown = quarter;
        std::string bar(20, '.');
        std::fill_n(bar.begin(), quarter * 5, '#');
        log.note("download", '[' + bar + "] " + std::to_string(quarter * 25) + " % of " + std::to_string(size) + " bytes");
    }
};

struct program {
    member self;
    std::string name = "device", gateway, gateway_id, model, factory, claim_code, reboot, bundle, image, evidence;
    std::uint64_t factory_version = 0, every = 0;
    unsigned reboot_seconds = 60;
    bool report_unchanged = false;
    bool seen = false;

    /// The keys are made at the first start and never leave the device.
    ending make_keys() const {
        if (auto f = daicho::file::make_directory(self.home)) return {f, self.home};
        if (auto key = daicho::file::load_or_generate<platform::signer>(self.home / "signing.pem"); !key) return {key.error(), self.home / "signing.pem"};
        if (auto key = daicho::file::load_or_generate<channel_keys::type>(self.home / "channel.pem"); !key) return {key.error(), self.home / "channel.pem"};
        return {};
    }

    ending run() {
        daicho::file::line_log const log(name);
        if (auto e = make_keys()) return e;
        if (auto e = self.open(name, daicho::member_role::gateway)) return e;
        daicho::model_name m;
        if (!m.assign(model)) return {daicho::errc::oversized, "--model " + model};
        daicho::asio::channel_address where;
        if (bundle.empty() && evidence.empty() && !seen) {
            auto const to = endpoint_from(gateway);
            if (!to) return {to.error(), "--gateway " + gateway};
            where = {.host = to->first, .port = to->second};
        }
        if (!gateway_id.empty()) {
            auto const id = daicho::digest_from_hex(gateway_id);
            if (!id) return {id.error(), "--gateway-id"};
            where.expected = *id;
        }

        auto slots = platform::image_store::open(self.home / "slots");
        if (!slots) return {slots.error(), self.home / "slots"};
        auto state = platform::state_store::open(self.home / "state");
        if (!state) return {state.error(), self.home / "state"};
        if (!factory.empty() && slots->running_size() == 0) {
            auto const first = daicho::file::read_file(factory, daicho::limits::artifact);
            if (!first) return {first.error(), factory};
            if (auto f = slots->provision(*first)) return {f, self.home / "slots"};
        }

        if (!self.has_credential()) {  // until it is enrolled, it can only say who it is
            auto own = daicho::trust::self_made<protocol>(*self.key, self.anchor().chain_id, daicho::member_role::device, self.channel_key, {m});
            if (!own) return {own.error(), "credential"};
            self.show(daicho::trust::present<protocol>(*own));
        }
        board::link link(self.identity, where);
        platform::entropy entropy;
        auto const started = [&](auto& device, auto const& from_stick) -> ending {
            self.follow_role([&] { return device.anchor(); });
            log.note("start", model + ", " + daicho::to_hex(device.id()));
            if (!bundle.empty()) return from_stick();
            daicho::asio::service service;
            ending last;
            std::jthread working([&](std::stop_token stop) {
                last = work(device, link, log, stop);
                if (!stop.stop_requested()) service.stop();
            });
            service.at_stop([&] {
                working.request_stop();
                link.cancel();
                working.join();
            });
            if (service.run() != 0) last = {};  // a signal: whatever it interrupted goes on at the next start
            log.note("stopped", "");
            return last;
        };

        // What genesis names decides whose word it takes that a release is in the ledger; where blocks are mined, work speaks for itself.
        auto const keys = daicho::trust::log_keys::of(self.genesis.watch);
        if (!keys && (seen || !evidence.empty() || !(keys.error() == daicho::errc::missing_field))) return {keys.error(), self.genesis_file};
        if (seen) return with_witnesses(*keys, [](auto& gate) {
            std::cout << gate.head().reached() << '\n';
            return ending();
        });
        if (!evidence.empty()) return with_witnesses(*keys, [&](auto& gate) { return convict(gate, log); });
        daicho::device<protocol, board>::parts const parts{.model = m, .trust = self.anchor(), .factory_version = factory_version, .images = *slots, .state = *state,
                                                           .uplink = link, .key = *self.key, .random = entropy, .reports_unchanged = report_unchanged};
        if (followed_by_work || keys) return follow(parts, keys ? &*keys : nullptr, log, started);
        device_type device(parts);
        return started(device, [&] { return ending(daicho::errc::missing_field, self.genesis_file + " names no witnesses"); });
    }

    /// With a gate, which remembers how far the ledger had come.
    template <class Started>
    ending follow(device_type::parts const& p, daicho::trust::log_keys const* keys, daicho::file::line_log const& log, Started const& started) {
        using gate_type = careful_device::proof_type::gate_type;
        constexpr bool same = std::is_same_v<gate_type, witnessed_gate>;
        auto const kept = self.home / (same ? "ledger_head" : "work_head");
        auto head = platform::state_store::open(kept);
        if (!head) return {head.error(), kept};
        daicho::trust::log_keys const nobody;
        gate_type gate(follow_ledger<followed_ledger>(self.genesis, keys ? *keys : nobody), *head);
        careful_device device({.model = p.model, .trust = p.trust, .factory_version = p.factory_version, .images = p.images, .state = p.state, .uplink = p.uplink,
                               .key = p.key, .random = p.random, .reports_unchanged = p.reports_unchanged, .ledger = gate});
        return started(device, [&]() -> ending {  // from a file: by witnesses where there are some
            if (same || !keys) return install(device, gate, log);
            return with_witnesses(*keys, [&](auto& by_witnesses) { return install(device, by_witnesses, log); });
        });
    }
    template <class Then>
    ending with_witnesses(daicho::trust::log_keys const& keys, Then then) {
        auto head = platform::state_store::open(self.home / "ledger_head");
        if (!head) return {head.error(), self.home / "ledger_head"};
        witnessed_gate gate(witnessed_log(keys.log(), keys.quorum()), *head);
        if (auto f = gate.recall()) return {f, self.home / "ledger_head"};
        return then(gate);
    }

    /// From now on, and at every later start: who signed two trees of one size is believed no more.
    template <class Gate>
    ending convict(Gate& gate, daicho::file::line_log const& log) {
        auto const shown = daicho::file::read_file(evidence, daicho::forked_logs::item_type::bound);
        if (!shown) return {shown.error(), evidence};
        if (auto f = gate.convict(*shown)) return {f, evidence};
        log.note("convicted", "who signed two trees of one size counts no more: " + evidence);
        return {};
    }

    template <class Device>
    ending work(Device& device, board::link& link, daicho::file::line_log const& log, std::stop_token stop) {
        for (;;) {
            auto e = enrol(device, link, log);
            if (!e) e = look(device, log, stop);
            if (stop.stop_requested() || every == 0) return e;
            if (e) log.note("refused", describe(e.why) + (e.about.empty() ? "" : ", " + e.about));
            std::mutex asleep;
            std::unique_lock held(asleep);
            std::condition_variable_any().wait_for(held, stop, std::chrono::seconds(every), [] { return false; });
            if (stop.stop_requested()) return {};
        }
    }

    template <class Device>
    ending enrol(Device& device, board::link& link, daicho::file::line_log const& log) {
        if (std::filesystem::exists(self.home / "credential.cbor")) return {};
        auto const text = daicho::file::read_file(claim_code, 1024);
        if (!text) return {text.error(), "claim code " + claim_code};
        auto hex = daicho::as_text(*text);
        while (hex.ends_with('\n')) hex.remove_suffix(1);
        auto const code = daicho::bytes_from_hex(hex);
        if (!code) return {code.error(), claim_code};
        auto const claim = daicho::trust::claim_of<protocol>(*code, self.anchor().chain_id, self.key->public_key());
        auto credential = device.enrol_with(claim, self.channel_key);
        if (!credential) return {credential.error(), "enrolment"};
        if (auto f = self.keep(*credential)) return {f, self.home / "credential.cbor"};
        link.close();  // the next handshake shows the credential
        log.note("enrolled", "by " + daicho::short_hex(credential->enrolled.body.sender));
        return {};
    }

    template <class Device, class Gate>
    ending install(Device& device, Gate& gate, daicho::file::line_log const& log) {
        auto const shown = daicho::file::read_file(bundle, Gate::bundle_size);
        if (!shown) return {shown.error(), bundle};
        std::ifstream stick(image, std::ios::binary);
        return until_it_runs(device, log, {}, [&] {
            return device.install_from(gate, *shown, [&](std::uint64_t at, daicho::byte_span out) -> daicho::fault {
                stick.clear();
                if (!stick.seekg(std::streamoff(at)) || !stick.read(reinterpret_cast<char*>(out.data()), std::streamsize(out.size()))) return {daicho::errc::truncated, "image", at};
                return {};
            });
        });
    }

    /// paper 2.3: version and file hash are compared with the gateway's; what differs is handed over and installed.
    template <class Device>
    ending look(Device& device, daicho::file::line_log const& log, std::stop_token stop) {
        return until_it_runs(device, log, stop, [&] { return device.update_once(progress_lines{log}); });
    }
    template <class Device, class Update>
    ending until_it_runs(Device& device, daicho::file::line_log const& log, std::stop_token stop, Update update) {
        for (int boots = 0;; ++boots) {
            auto const outcome = update();
            if (!outcome) return {outcome.error(), "update"};
            auto const& now = device.remembered();
            log.note(std::string(daicho::update::name(*outcome)), "v" + std::to_string(now.version) + ' ' + daicho::short_hex(now.verifier));
            if (*outcome != daicho::update::outcome::reboot || reboot.empty() || boots == 2) return {};
            auto const status = daicho::file::run_command(reboot, (self.home / "slots").string(), std::chrono::seconds(reboot_seconds), stop);
            if (!status) return {status.error(), reboot};
            log.note("booted", *status == 0 ? "the health check passed" : "the old image: the new one did not pass");
        }
    }
};

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Looks for an update, verifies it and installs it into the slot that does not run. A separate process boots that slot and\n"
                 "decides by a health check (see boot); only then does the device report the outcome, signed with its own key.\n\n"
                 "Without a network, from a USB stick:\n"
                 "  device --genesis genesis.cbor --home HOME --model MODEL --bundle stick/release.bundle --image stick/firmware.bin",
                 "device");
    program p;
    p.self.add_to(app);
    app.add_option("--name", p.name, "Name in log lines")->capture_default_str();
    app.add_option("--model", p.model, "This device's model")->required();
    auto* const gateway = app.add_option("--gateway", p.gateway, "Its gateway, HOST:PORT");
    auto* const bundle = app.add_option("--bundle", p.bundle, "Install from this file, with no network: it shows that the release is in the ledger, by whom genesis believes")->excludes(gateway);
    app.add_option("--image", p.image, "The image that the bundle is about")->needs(bundle);
    app.add_flag("--seen", p.seen, "Say how many transactions of the ledger it was shown, and end: what `observer bundle --older` asks for")->excludes(gateway)->excludes(bundle);
    app.add_option("--evidence", p.evidence, "Believe no more whom this file convicts of two trees of one size (observer accuse writes it), and end")->excludes(gateway)->excludes(bundle);
    app.add_option("--gateway-id", p.gateway_id, "Who must be there; any enrolled gateway when absent");
    app.add_option("--claim-code", p.claim_code, "File with the code that came with the device; for its enrolment");
    app.add_option("--factory", p.factory, "Image that it left the factory with; fills the running slot at the first start");
    app.add_option("--factory-version", p.factory_version, "Its version")->capture_default_str();
    app.add_option("--reboot", p.reboot, "Command that boots the marked slot; gets the folder of the slots as its argument");
    app.add_option("--reboot-seconds", p.reboot_seconds, "How long that may take")->capture_default_str();
    app.add_option("--every", p.every, "Look again every so many seconds; 0: once");
    app.add_flag("--report-unchanged", p.report_unchanged, "Tell the ledger about every look, not only about changes");
    return process::run(app, argc, argv, [&]() -> ending {
        if (p.gateway.empty() && p.bundle.empty() && p.evidence.empty() && !p.seen) return {daicho::errc::missing_field, "--gateway, --bundle, --evidence or --seen"};
        return p.run();
    });
}
