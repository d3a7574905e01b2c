#pragma once

#include <daicho/tlog/checkpoint.hpp>
#include <daicho/tlog/note.hpp>

namespace daicho::tlog {

/// What a log asks a witness to cosign (C2SP tlog-witness, "add-checkpoint"): the size the witness knows, the proof that the
/// checkpoint continues it, the checkpoint. Views into its bytes; reading it never allocates, never throws.
struct add_checkpoint {
    static constexpr std::size_t proof_bound = 63;                                       ///< lines, says the specification
    static constexpr std::size_t bound = 32 + proof_bound * 45 + note_bound;             ///< bytes of the whole

    std::uint64_t old_size = 0;
    inline_list<digest, proof_bound> proof;  ///< RFC 9162 2.1.4.1
    std::string_view note;

    /// Reads all but the note itself. Errors: oversized, missing_field (the first line, the blank one, the note), truncated (a line
    /// without its newline), out_of_range (a size beyond 64 bits), non_canonical, and what base64 is refused for.
    static constexpr result<add_checkpoint> parse(std::string_view body) noexcept {
        if (body.size() > bound) return fault{errc::oversized, "request", body.size()};
        if (!body.starts_with("old ")) return fault{errc::missing_field, "request.old"};
        body.remove_prefix(4);
        add_checkpoint r;
        std::string_view line;
        if (!next_line(body, line)) return fault{errc::truncated, "request.old"};
        auto const size = checkpoint::decimal(line);
        if (!size) return fault{size.error().code, "request.old"};
        r.old_size = *size;
        for (;;) {
            if (!next_line(body, line)) return fault{body.empty() ? errc::missing_field : errc::truncated, "request.proof", r.proof.size()};
            if (line.empty()) break;
            digest node{};
            if (auto f = from_base64(line, node)) return fault{f.code, "request.proof", r.proof.size()};
            if (!r.proof.push_back(node)) return fault{errc::oversized, "request.proof", proof_bound + 1};
        }
        if (body.empty()) return fault{errc::missing_field, "request.checkpoint"};
        r.note = body;
        return r;
    }

    std::string text() const {
        auto out = "old " + std::to_string(old_size) + '\n';
        for (auto& node : proof) out += to_base64(node) + '\n';
        return out + '\n' + std::string(note);
    }

private:
    static constexpr bool next_line(std::string_view& rest, std::string_view& line) noexcept {
        std::size_t const end = rest.find('\n');
        if (end == rest.npos) return false;
        line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return true;
    }
};

} // namespace daicho::tlog
