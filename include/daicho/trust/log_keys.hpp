#pragma once

#include <daicho/record/log_watch.hpp>
#include <daicho/tlog/cosignature.hpp>

namespace daicho::trust {

/// Of a genesis that names them, the keys to verify checkpoints with. Never allocates.
struct log_keys {
    inline_list<tlog::note_key, limits::log_keys> logs;
    inline_list<tlog::note_key, limits::witnesses> witnesses;
    std::size_t least = 0;

    /// Errors: missing_field (this chain has no light clients), invalid_text (a name that is none of a note key), wrong_log (two
    /// names of one log), duplicate (a witness's key twice: it would count once), out_of_range (a quorum of nobody, or of more than
    /// there are).
    static result<log_keys> of(log_watch const& w) {
        log_keys out;
        out.least = w.quorum;
        if (w.logs.empty()) return fault{errc::missing_field, "genesis.watch"};
        if (w.quorum == 0 || w.quorum > w.witnesses.size()) return fault{errc::out_of_range, "genesis.watch.quorum", w.quorum};
        for (auto& s : w.logs) {
            if (!(s.name == w.logs[0].name)) return fault{errc::wrong_log, "genesis.watch.logs"};
            if (!tlog::key_name(s.name)) return fault{errc::invalid_text, "genesis.watch.logs"};
            out.logs.push_back(key(s, tlog::signature_type::ed25519));
        }
        for (auto& s : w.witnesses) {
            if (!tlog::key_name(s.name)) return fault{errc::invalid_text, "genesis.watch.witnesses"};
            for (auto& known : out.witnesses)
                if (known.key == s.key) return fault{errc::duplicate, "genesis.watch.witnesses", out.witnesses.size()};
            out.witnesses.push_back(key(s, tlog::signature_type::cosignature));
        }
        return out;
    }

    /// Valid as long as this object.
    tlog::quorum quorum() const noexcept { return {{witnesses.data(), witnesses.size()}, least}; }
    std::span<tlog::note_key const> log() const noexcept { return {logs.data(), logs.size()}; }

private:
    static tlog::note_key key(note_signer const& s, tlog::signature_type type) {
        tlog::note_key k{.type = type, .key = s.key};
        k.name.assign(s.name.view());
        return k;
    }
};

} // namespace daicho::trust
