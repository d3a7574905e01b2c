#pragma once

#include "composition.hpp"
#include "process.hpp"

#include <daicho/defaults/channel_host.hpp>
#include <daicho/file/record_file.hpp>

#include <mutex>

using channel = daicho::channel_of<protocol>;
using channel_keys = daicho::defaults::software_channel<channel>;

/// A machine on the secure channel, from its folder: signing.pem, channel.pem, credential.cbor, and the genesis it pins.
struct member {
    std::string genesis_file;
    std::filesystem::path home;

    void add_to(CLI::App& app) {
        app.add_option("--genesis", genesis_file, "The genesis record (canonical CBOR); its digest is the chain id")->required();
        app.add_option("--home", home, "Folder with signing.pem, channel.pem and credential.cbor")->required();
    }

    /// Reads all of it. Errors name the file.
    process::ending open(std::string const& name) {
        auto g = daicho::file::read_record<daicho::genesis_of<protocol>>(genesis_file);
        if (!g) return {g.error(), genesis_file};
        genesis = std::move(*g);
        anchor = daicho::trust::anchor<protocol>::of(genesis);
        auto signing = platform::signer::load(home / "signing.pem");
        if (!signing) return {signing.error(), home / "signing.pem"};
        key.emplace(std::move(*signing));
        auto own = channel_keys::type::load(home / "channel.pem");
        if (!own) return {own.error(), home / "channel.pem"};
        channel_key = channel_keys::public_part(*own);
        auto shown = daicho::file::read_record<daicho::transaction_of<protocol>>(home / "credential.cbor");
        if (!shown && shown.error() != daicho::errc::not_found) return {shown.error(), home / "credential.cbor"};
        if (shown) show(*shown);
        auto made = channel_keys::identify(
            daicho::defaults::party_of<protocol>(
                *key,
                [this] {
                    std::lock_guard const held(mutex_);
                    return credential_;
                },
                [this] { return anchor; }),
            std::move(*own), name);
        if (!made) return {made.error(), "channel identity"};
        identity = std::move(*made);
        return {};
    }

    bool has_credential() const { return !credential_.empty(); }
    /// From now on this is what handshakes show.
    void show(daicho::transaction_of<protocol> const& credential) {
        std::lock_guard const held(mutex_);
        credential_ = encode(credential);
    }

    daicho::genesis_of<protocol> genesis{};
    daicho::trust::anchor<protocol> anchor{};
    std::optional<platform::signer> key;
    daicho::channel_key channel_key{};
    std::shared_ptr<channel::identity const> identity;

private:
    std::mutex mutex_;
    daicho::bytes credential_;
};
