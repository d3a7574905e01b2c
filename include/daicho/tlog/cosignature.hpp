#pragma once

#include <daicho/tlog/checkpoint.hpp>
#include <daicho/tlog/note_key.hpp>

#include <algorithm>
#include <span>

namespace daicho::tlog {

/// What a witness signs (C2SP tlog-cosignature, "Ed25519 signed message"): at this time, this was the largest consistent tree it knew.
class cosigned_message {
public:
    /// Errors: oversized (a text beyond a checkpoint's bound), out_of_range (a time beyond 63 bits).
    constexpr fault assign(std::string_view checkpoint_text, std::uint64_t time) noexcept {
        if (checkpoint_text.size() > checkpoint::text_bound) return {errc::oversized, "checkpoint", checkpoint_text.size()};
        if (time >> 63) return {errc::out_of_range, "cosignature.time"};
        std::array<char, 20> digits{};
        std::size_t n = 0;
        do digits[n++] = char('0' + time % 10);
        while ((time /= 10) != 0);
        size_ = 0;
        append("cosignature/v1\ntime ");
        while (n != 0) text_[size_++] = byte(digits[--n]);
        append("\n");
        append(checkpoint_text);
        return {};
    }
    constexpr byte_view view() const noexcept { return byte_view(text_).first(size_); }

private:
    constexpr void append(std::string_view more) noexcept {
        for (char c : more) text_[size_++] = byte(c);
    }
    std::array<byte, 64 + checkpoint::text_bound> text_{};
    std::size_t size_ = 0;
};

/// A witness's line for a checkpoint's text, with its newline. Whoever calls this has checked consistency, and remembers what it
/// signs before the line leaves it. Errors: oversized, out_of_range, the signer's.
template <note_scheme Ed25519, class Signer>
result<std::string> cosign(Signer& signer, std::string_view name, std::string_view checkpoint_text, std::uint64_t time) {
    static_assert(daicho::signer<Signer, Ed25519>, "witnesses sign with Ed25519: docs/concepts/signer.md");
    note_key k{.type = signature_type::cosignature, .key = signer.public_key()};
    if (!key_name(name) || !k.name.assign(name)) return fault{errc::invalid_text, "note key.name"};
    cosigned_message message;
    if (auto f = message.assign(checkpoint_text, time)) return f;
    auto const signature = signer.sign(message.view());
    if (!signature) return signature.error();
    std::array<byte, 8 + 64> timed{};
    store_be64(timed.data(), time);
    std::copy(signature->begin(), signature->end(), timed.begin() + 8);
    return signature_line(k, timed);
}

/// When did this witness cosign this checkpoint? Seconds since 1970. Errors: not_authenticated (it did not), bad_signature.
template <note_scheme Ed25519>
result<std::uint64_t> verify_cosignature(note const& n, note_key const& k) {
    auto const line = n.find(k.name.view(), k.id());
    if (!line || k.type != signature_type::cosignature) return fault{errc::not_authenticated, "note.signatures"};
    fault const bad{errc::bad_signature, "note.cosignature"};
    std::array<byte, 8 + 64> timed{};
    if (line->read(timed)) return bad;
    std::uint64_t const time = load_be64(timed.data());
    typename Ed25519::signature_type signature;
    std::copy(timed.begin() + 8, timed.end(), signature.begin());
    cosigned_message message;
    if (message.assign(n.text(), time) || !Ed25519::verify(k.key, message.view(), signature)) return bad;
    return time;
}

/// So many of these cosigners must have seen a checkpoint before anybody relies on it.
struct quorum {
    static constexpr std::size_t bound = 16;

    std::span<note_key const> cosigners;  ///< each another key; one counts once
    std::size_t least = 0;
    std::uint32_t caught = 0;             ///< bit i: the cosigner i is known to have signed two trees of one size, and counts no more

    /// A time at which at least one honest machine knew the checkpoint, while fewer than `least` lie: the earliest of the `least` newest
    /// cosignatures. Errors: not_authenticated (too few; `at` counts those that there are), bad_signature (a known key's does not
    /// verify: C2SP signed-note rejects the whole note), out_of_range (a quorum that can never be met, or of nobody).
    template <note_scheme Ed25519>
    result<std::uint64_t> met(note const& n) const {
        if (least == 0 || cosigners.size() > bound || least > cosigners.size()) return fault{errc::out_of_range, "quorum", least};
        inline_list<std::uint64_t, bound> times;
        for (std::size_t i = 0; i != cosigners.size(); ++i) {
            auto const counted = [&](note_key const& other) { return other.key == cosigners[i].key; };
            if (caught >> i & 1 || std::any_of(cosigners.begin(), cosigners.begin() + std::ptrdiff_t(i), counted)) continue;
            auto const time = verify_cosignature<Ed25519>(n, cosigners[i]);
            if (time) times.push_back(*time);
            else if (time.error() == errc::bad_signature) return time.error();
        }
        if (times.size() < least) return fault{errc::not_authenticated, "quorum", times.size()};
        std::sort(times.begin(), times.end());
        return times[times.size() - least];
    }
};

} // namespace daicho::tlog
