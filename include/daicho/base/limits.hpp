#pragma once

#include <cstddef>
#include <cstdint>

/// The outermost bounds of the wire format: they size the records' types, so every machine on a chain shares them.
/// A Protocol may be stricter (its `limits`), never looser.
namespace daicho::limits {

inline constexpr std::size_t model = 32;               ///< bytes of a model's name
inline constexpr std::size_t models = 8;               ///< models one publisher may release
inline constexpr std::size_t url = 128;                ///< bytes of an address
inline constexpr std::size_t sources = 3;              ///< places a release can be fetched from
inline constexpr std::size_t message = 128;            ///< bytes of a block's message
inline constexpr std::size_t commitments = 128;        ///< bytes of a header's commitments
inline constexpr std::size_t channel_key = 384;        ///< bytes of a key of the secure channel
inline constexpr std::size_t signers = 16;             ///< authorities at genesis
inline constexpr std::size_t transactions = 4096;      ///< transactions in one block
inline constexpr std::size_t batch = 256;              ///< transactions in one request
inline constexpr std::size_t batched_transaction = 4096;  ///< bytes of one of them
inline constexpr std::size_t chunk = 64 * 1024;        ///< bytes of an image in one reply
inline constexpr std::size_t page = 256;               ///< blocks in one page of /chain
inline constexpr std::size_t headers = 1024;           ///< headers in one page of /headers
inline constexpr std::size_t found = 256;              ///< transactions, or steps, in one answer to a question
inline constexpr std::size_t page_token = 96;          ///< bytes of the text that asks for the next
inline constexpr std::size_t fleet_steps = 64;         ///< forks on the way to a model, and from there to a device: 2^64 keys would have to be tried for one more
inline constexpr std::size_t fleet_nodes = 64 * 1024;  ///< nodes of a proof that shows all devices behind a version
inline constexpr std::size_t frame = 256 * 1024;       ///< bytes of one message on the secure channel
inline constexpr std::size_t http_body = 8 * 1024 * 1024;  ///< bytes of one HTTP body other than an artifact
inline constexpr std::size_t note_name = 128;          ///< bytes of a note key's name in genesis
inline constexpr std::size_t log_keys = 4;             ///< keys that sign a log's checkpoints
inline constexpr std::size_t witnesses = 16;           ///< that cosign them
inline constexpr std::size_t tree_path = 64;           ///< nodes of a proof about a tree
inline constexpr std::size_t evidence_note = 8 * 1024;      ///< bytes of a cosigned checkpoint in a bundle
inline constexpr std::size_t evidence_headers = 64 * 1024; ///< bytes of the headers in a bundle
inline constexpr std::size_t statement_headers = 64 * 1024;  ///< headers in a fleet_statement
inline constexpr std::size_t statement_changes = 1024;       ///< changes of who signs in a fleet_statement
inline constexpr std::uint64_t artifact = std::uint64_t(1) << 32;  ///< bytes of one image

} // namespace daicho::limits
