#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace daicho {

/// Everything that can be refused, in the order in which the pipeline finds out:
/// decode, check, accept, install, link, witness. The value is part of the wire format: append, never renumber.
enum class errc : std::uint8_t {
    ok,
    // decode: bytes that nobody has vouched for
    truncated,
    trailing_bytes,
    non_canonical,
    wrong_type,
    wrong_schema,
    oversized,
    out_of_range,
    invalid_text,
    missing_field,
    unknown_field,
    // check: what a record claims
    wrong_chain,
    bad_key,
    bad_signature,
    unknown_sender,
    expelled_sender,
    not_permitted,
    repeated_sequence,
    over_quota,
    wrong_recipient,
    time_too_old,
    time_too_new,
    replayed,
    // accept: what a ledger takes in
    wrong_index,
    unlinked_block,
    wrong_root,
    wrong_commitments,
    wrong_target,
    insufficient_work,
    wrong_slot,
    wrong_signer,
    not_empty,
    duplicate,
    not_preferred,
    below_final,
    foreign_genesis,
    pool_full,
    nothing_to_seal,
    // install: what a device takes in
    check_failed,
    wrong_model,
    stale_version,
    unsupported_upgrade,
    expired,
    withdrawn_release,
    wrong_size,
    wrong_digest,
    slot_failed,
    boot_failed,
    already_claimed,
    // link: the world outside
    not_found,
    unreachable,
    timed_out,
    disconnected,
    not_authenticated,
    port_in_use,
    store_full,
    store_corrupt,
    store_too_new,
    io_failed,
    no_entropy,
    busy,
    // witness: what is shown of a ledger to who does not keep it
    wrong_log,
    too_few_witnesses,
    stale_checkpoint,
    forked_log,
    not_final,
    // years: what a ledger no longer keeps
    pruned,
};

namespace detail {
/// One sentence for each errc, in declaration order.
inline constexpr std::array errc_messages = std::to_array<std::string_view>({
    "ok",
    "the input ends before the record does",
    "bytes follow the end of the record",
    "the encoding is not the canonical one",
    "a value of another type was expected",
    "a record of another kind or version was expected",
    "the value is larger than its bound",
    "the value is outside its range",
    "the text is not printable UTF-8",
    "a required field is missing",
    "the field is not known",
    "the record belongs to another chain",
    "the key is malformed or weak",
    "the signature does not verify",
    "the sender is not enrolled",
    "the sender was expelled",
    "the sender may not do this",
    "the sequence number does not increase",
    "the sender has used its quota",
    "the recipient is not the one expected",
    "the time is too far in the past",
    "the time is too far in the future",
    "the message was seen before",
    "the block's index does not follow its parent's",
    "the block's previous hash is not its parent's",
    "the root does not match the transactions",
    "the header does not commit to what its chain holds",
    "the target is not the one the rule demands",
    "the proof does not reach the target",
    "the slot is not the one the rule demands",
    "the signer does not own the slot",
    "a field that must be empty is not",
    "the record is already known",
    "the branch is not preferred to the current one",
    "the branch would replace a final block",
    "the chain does not start at the pinned genesis",
    "the pool is full",
    "there is nothing to seal",
    "the publisher's check failed",
    "the release is for another model",
    "the version is older than one already accepted",
    "the running version is too old for this release",
    "the release has expired",
    "the release was withdrawn",
    "the size is not the one that was signed",
    "the digest is not the one that was signed",
    "the slot could not be written or read back",
    "the new image did not pass its health check",
    "the claim code is unknown or was used before",
    "there is no such thing",
    "the peer cannot be reached",
    "the peer did not answer in time",
    "the peer closed the connection",
    "the peer did not prove who it is",
    "the port is already in use",
    "the store is full",
    "the store is corrupt",
    "the store was written by a newer version",
    "the operating system reported a failure",
    "no unpredictable bytes could be had",
    "too much work is waiting already",
    "the checkpoint is of another log",
    "fewer witnesses have signed than the quorum asks for",
    "the checkpoint is older than one already believed",
    "the checkpoint contradicts one of the same size already believed",
    "the block is not final yet",
    "the block is no longer kept here",
});
static_assert(errc_messages.size() == std::size_t(errc::pruned) + 1, "every errc has its sentence");
} // namespace detail

constexpr std::string_view message(errc code) noexcept {
    auto const i = std::size_t(code);
    return i < detail::errc_messages.size() ? detail::errc_messages[i] : "unknown error";
}

/// What went wrong and where. Converts from errc, so a bare `return errc::truncated;` reads well;
/// true when there is a fault: `if (auto f = check(block)) return f;`.
struct fault {
    errc code = errc::ok;
    char const* where = "";    ///< the field, file or step; always a string literal
    std::uint64_t at = 0;      ///< byte offset, height or index, as `where` suggests

    constexpr fault() noexcept = default;
    constexpr fault(errc c, char const* w = "", std::uint64_t a = 0) noexcept : code(c), where(w), at(a) {}

    constexpr explicit operator bool() const noexcept { return code != errc::ok; }

    /// Faults are equal when their codes are; the place is for people.
    friend constexpr bool operator==(fault a, fault b) noexcept { return a.code == b.code; }
    friend constexpr bool operator==(fault a, errc b) noexcept { return a.code == b; }
};

} // namespace daicho
