#pragma once

#include <daicho/base/hex.hpp>
#include <daicho/concept/many_hash.hpp>
#include <daicho/consensus/work.hpp>

#include <charconv>
#include <string>

/// The proof of the software that the paper builds upon, as a consensus: what daicho's own proof of work is compared with in
/// tests and benchmarks. Unsound, so it is not part of the library: the proof covers what came before the block and nothing of the
/// block itself, so whoever has a sealed block has a seal for any other content in its place (paper_rule.cpp does it).
namespace paper_rule {

using namespace daicho;

/// The proof that stands before the first block's.
inline constexpr std::uint64_t first_proof = 100;

/// What is hashed beside the two proofs: at first nothing, later the hash of the last block as hexadecimal text.
struct early_form {
    static constexpr std::string_view name = "paper's base, early rule";
    static std::string tail(digest const&) { return {}; }
};
struct later_form {
    static constexpr std::string_view name = "paper's base, later rule";
    static std::string tail(digest const& last_block) { return to_hex(last_block); }
};

/// sha256 of the decimal texts of the last proof and the proof, one behind the other, and the tail, starts with so many hex zeros.
inline bool proves(std::uint64_t last_proof, std::uint64_t proof, std::string_view tail, unsigned zeros = 4) {
    auto const guess = std::to_string(last_proof) + std::to_string(proof) + std::string(tail);
    return leading_zeros::reached(hash_bytes<sha256>(as_bytes(guess)), 4 * zeros);
}

/// The least proof from 0 on that proves, searched in groups by what hashes many messages of one length at once.
template <many_hash<sha256> Many = hashed_one_by_one<sha256>>
std::uint64_t search(std::uint64_t last_proof, std::string_view tail, unsigned zeros = 4, Many const& many = {}) {
    constexpr std::size_t group = 64;
    auto const before = std::to_string(last_proof);
    std::array<digest, group> found;
    bytes messages;
    std::uint64_t proof = 0, longer = 10;  // the least number with a digit more
    for (std::size_t digits = 1;; ++digits, longer *= 10) {
        std::size_t const length = digits + tail.size();
        messages.resize(group * length);
        for (std::size_t i = 0; i != group; ++i) std::copy(tail.begin(), tail.end(), messages.begin() + std::ptrdiff_t(i * length + digits));
        while (proof != longer) {
            std::size_t const here = std::size_t(std::min<std::uint64_t>(group, longer - proof));
            for (std::size_t i = 0; i != here; ++i) {
                auto const text = reinterpret_cast<char*>(messages.data() + i * length);
                std::to_chars(text, text + digits, proof + i);
            }
            many.hash(as_bytes(before), byte_view(messages).first(here * length), length, std::span(found).first(here));
            for (std::size_t i = 0; i != here; ++i)
                if (leading_zeros::reached(found[i], 4 * zeros)) return proof + i;
            proof += here;
        }
    }
}

/// The rule, with the longest chain as its fork choice.
template <class Form, unsigned Zeros = 4>
struct consensus {
    template <class P>
    using proof = work_proof;

    static constexpr std::string_view name = Form::name;

    template <class View>
    static std::uint64_t last_proof(View const& view) {
        return view.depth() == 0 ? first_proof : view.at(0).proof.nonce;
    }

    template <class Sealed, class View>
    static fault check(Sealed const& sealed, View const& view) {
        header const& h = sealed.body;
        if (h.slot != 0) return {errc::not_empty, "block.slot", h.index};
        if (h.vouches_after != 0) return {errc::not_empty, "block.vouches_after", h.index};
        if (h.target != 0) return {errc::not_empty, "block.target", h.index};
        if (!proves(last_proof(view), sealed.proof.nonce, Form::tail(view.head()), Zeros)) return {errc::insufficient_work, "block.proof", h.index};
        return {};
    }

    template <class Sealed>
    static weight weigh(Sealed const&) {
        return 1;
    }

    /// The longer; of equals, the lower head (the software keeps its own, so that two machines may disagree for good).
    static std::strong_ordering prefer(branch const& a, branch const& b) noexcept {
        if (a.weight != b.weight) return a.weight > b.weight ? std::strong_ordering::greater : std::strong_ordering::less;
        return b.head <=> a.head;
    }

    /// As for proof of work; the software knows no end.
    template <class View>
    static std::uint64_t final_height(View const& view) {
        auto const depth = view.genesis().final_depth;
        return view.height() > depth ? view.height() - depth : 0;
    }

    template <class View>
    static fault prepare(header&, View const&, node_id const&) {
        return {};
    }

    /// The proof for a block on top of that view.
    template <class View>
    static work_proof seal(View const& view) {
        return {search(last_proof(view), Form::tail(view.head()), Zeros)};
    }
};

} // namespace paper_rule
