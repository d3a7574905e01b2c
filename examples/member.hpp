#pragma once

#include "composition.hpp"
#include "process.hpp"

#include <daicho/defaults/channel_host.hpp>
#include <daicho/file/record_file.hpp>

#include <mutex>

using channel = daicho::channel_of<protocol>;
using channel_keys = daicho::defaults::software_channel<channel>;

/// A machine on the secure channel, from its folder: signing.pem, channel.pem, credential.cbor, and the genesis it pins.
/// What it shows and under whose key it believes others may change while it runs; the channel asks at each handshake, on
/// whichever thread that runs.
class member {
public:
    using shown_type = daicho::shown_credential_of<protocol>;
    using anchor_type = daicho::trust::anchor<protocol>;

    std::string genesis_file;
    std::filesystem::path home;

    void add_to(CLI::App& app) {
        app.add_option("--genesis", genesis_file, "The genesis record (canonical CBOR); its digest is the chain id")->required();
        app.add_option("--home", home, "Folder with signing.pem, channel.pem and credential.cbor")->required();
    }

    /// Reads all of it. `calls`: the role of the servers that it asks. Errors name the file.
    process::ending open(std::string const& name, daicho::member_role calls) {
        auto g = daicho::file::read_record<daicho::genesis_of<protocol>>(genesis_file);
        if (!g) return {g.error(), genesis_file};
        genesis = std::move(*g);
        anchor_ = anchor_type::of(genesis);
        auto signing = platform::signer::load(home / "signing.pem");
        if (!signing) return {signing.error(), home / "signing.pem"};
        key.emplace(std::move(*signing));
        auto own = channel_keys::type::load(home / "channel.pem");
        if (!own) return {own.error(), home / "channel.pem"};
        channel_key = channel_keys::public_part(*own);
        auto const shown = daicho::file::read_record<shown_type>(home / "credential.cbor");
        if (!shown && shown.error() != daicho::errc::not_found) return {shown.error(), home / "credential.cbor"};
        if (shown) {
            show(*shown);
            if (shown->rotation) (void)daicho::trust::follow_rotation<protocol>(anchor_, *shown->rotation);
            if (shown->enrolled.body.enrolment && shown->enrolled.body.enrolment->role == daicho::member_role::management)
                (void)daicho::trust::follow_rotation<protocol>(anchor_, shown->enrolled);  // genesis's own is none
        }
        auto made = channel_keys::identify(
            daicho::defaults::party_of<protocol>(
                *key,
                [this] {
                    std::lock_guard const held(mutex_);
                    return credential_;
                },
                [this] { return anchor(); }, calls),
            std::move(*own), name);
        if (!made) return {made.error(), "channel identity"};
        identity = std::move(*made);
        return {};
    }

    bool has_credential() const { return !credential_.empty(); }
    /// From now on this is what handshakes show.
    void show(shown_type const& credential) {
        std::lock_guard const held(mutex_);
        credential_ = encode(credential);
    }
    /// As show, and after the next start too.
    daicho::fault keep(shown_type const& credential) {
        show(credential);
        return daicho::file::write_record(home / "credential.cbor", credential);
    }

    /// Under what the credentials of others are read.
    anchor_type anchor() const {
        if (remembers_) return remembers_();
        std::lock_guard const held(mutex_);
        return anchor_;
    }
    /// For a role that remembers by itself whom it follows, and runs on the one thread that connects.
    void follow_role(std::function<anchor_type()> remembers) { remembers_ = std::move(remembers); }
    void follow(anchor_type const& anchor) {
        std::lock_guard const held(mutex_);
        anchor_ = anchor;
    }
    /// What the ledger says now, to a role that reads it: the management key in force, and this member's enrolment by it.
    template <class Ledger>
    daicho::fault follow_ledger(Ledger const& ledger) {
        follow(ledger.anchor());
        auto const renewed = ledger.shown();
        if (!renewed || encode(*renewed) == credential_) return {};
        return keep(*renewed);
    }

    daicho::genesis_of<protocol> genesis{};
    std::optional<platform::signer> key;
    daicho::channel_key channel_key{};
    std::shared_ptr<channel::identity const> identity;

private:
    mutable std::mutex mutex_;
    anchor_type anchor_{};
    std::function<anchor_type()> remembers_;
    daicho::bytes credential_;
};
