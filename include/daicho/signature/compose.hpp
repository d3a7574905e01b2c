#pragma once

#include <daicho/concept/signature_scheme.hpp>
#include <daicho/signature/joint.hpp>

#include <optional>
#include <tuple>
#include <utility>

/// A threshold of schemes is a scheme: roles that take one take the other.
namespace daicho {

namespace detail {

/// "2_of(ed25519,rsa_pss_sha256)"
template <std::size_t Least, class... Schemes>
constexpr auto threshold_name = [] {
    constexpr std::size_t size = 5 + (std::string_view(Schemes::name).size() + ...) + sizeof...(Schemes);
    std::array<char, size> out{};
    std::size_t at = 0;
    auto const add = [&](std::string_view text) {
        for (char c : text) out[at++] = c;
    };
    out[at++] = char('0' + Least);
    add("_of(");
    ((add(Schemes::name), add(",")), ...);
    out[size - 1] = ')';
    return out;
}();

/// FNV-1a over the parts; the top bit keeps it apart from the schemes that are not composed.
template <std::size_t Least, class... Schemes>
constexpr std::uint16_t threshold_algorithm = [] {
    std::uint32_t h = 2166136261u;
    auto const add = [&](std::uint32_t v) { h = (h ^ v) * 16777619u; };
    add(std::uint32_t(Least));
    ((add(Schemes::algorithm & 0xffu), add(Schemes::algorithm >> 8 & 0xffu)), ...);
    return std::uint16_t(0x8000u | (h >> 16 & 0x7fffu));
}();

/// Each scheme by itself, so that the compiler names the culprit.
template <class Scheme>
struct threshold_part {
    static_assert(signature_scheme<Scheme>, "each scheme of a threshold must be a signature_scheme: docs/concepts/signature_scheme.md");
    static constexpr bool value = true;
};

} // namespace detail

/// At least `Least` of the schemes signed. A key of each scheme is always there; its signature may be absent (null on the wire), but one
/// that is there must verify, so that nobody can alter a signature which others accept. The same key twice counts for nothing: refused.
template <std::size_t Least, class... Schemes>
struct threshold {
    static_assert((detail::threshold_part<Schemes>::value && ...));
    static_assert(sizeof...(Schemes) >= 1 && sizeof...(Schemes) <= 5, "a threshold is over one to five schemes; nest them for more");
    static_assert(Least >= 1 && Least <= sizeof...(Schemes), "a threshold of none, or of more than there are, is no threshold");

    using public_key_type = joint<typename Schemes::public_key_type...>;
    using signature_type = joint<std::optional<typename Schemes::signature_type>...>;
    static constexpr std::size_t least = Least;
    template <std::size_t I> using scheme_at = std::tuple_element_t<I, std::tuple<Schemes...>>;
    static constexpr std::string_view name{detail::threshold_name<Least, Schemes...>.data(),
                                           detail::threshold_name<Least, Schemes...>.size()};
    static constexpr std::uint16_t algorithm = detail::threshold_algorithm<Least, Schemes...>;

    static bool verify(public_key_type const& key, byte_view message, signature_type const& signature) noexcept {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            std::size_t present = 0;
            bool const right = (!repeated_after<I>(key) && ...) && (one_verifies<I>(key, message, signature, present) && ...);
            return right && present >= Least;
        }(std::index_sequence_for<Schemes...>{});
    }

private:
    template <std::size_t I>
    static bool one_verifies(public_key_type const& key, byte_view message, signature_type const& signature,
                             std::size_t& present) noexcept {
        if (!part<I>(signature)) return true;
        ++present;
        return scheme_at<I>::verify(part<I>(key), message, *part<I>(signature));
    }

    template <std::size_t I>
    static bool repeated_after(public_key_type const& key) noexcept {
        return [&]<std::size_t... J>(std::index_sequence<J...>) { return (same<I, I + 1 + J>(key) || ...); }
        (std::make_index_sequence<sizeof...(Schemes) - 1 - I>{});
    }
    template <std::size_t I, std::size_t J>
    static bool same(public_key_type const& key) noexcept {
        if constexpr (std::is_same_v<decltype(part<I>(key)), decltype(part<J>(key))>) return part<I>(key) == part<J>(key);
        return false;
    }
};

/// Every scheme signed: for instance a classical and a post-quantum one.
template <class... Schemes>
using all_of = threshold<sizeof...(Schemes), Schemes...>;

/// One is enough: while a fleet migrates from one scheme to another.
template <class... Schemes>
using any_of = threshold<1, Schemes...>;

/// Signs with every signer, in the order of the threshold's schemes. A machine that holds only some of the keys fills `part<I>(signature)`
/// itself.
template <class Threshold, class... Signers>
class joint_signer {
public:
    using scheme = Threshold;

    explicit joint_signer(Signers... signers) : signers_(std::move(signers)...) {}

    typename Threshold::public_key_type public_key() const {
        return std::apply([](auto const&... s) { return typename Threshold::public_key_type{s.public_key()...}; }, signers_);
    }

    result<typename Threshold::signature_type> sign(byte_view message) {
        typename Threshold::signature_type out;
        fault first;
        [&]<std::size_t... I>(std::index_sequence<I...>) { (void)((first = sign_one<I>(message, out), !first) && ...); }
        (std::index_sequence_for<Signers...>{});
        if (first) return first;
        return out;
    }

private:
    template <std::size_t I>
    fault sign_one(byte_view message, typename Threshold::signature_type& out) {
        static_assert(signer<std::tuple_element_t<I, std::tuple<Signers...>>, typename Threshold::template scheme_at<I>>,
                      "each signer of a joint_signer must sign with the scheme in its place: docs/concepts/signer.md");
        auto made = std::get<I>(signers_).sign(message);
        if (!made) return made.error();
        part<I>(out) = *made;
        return {};
    }
    std::tuple<Signers...> signers_;
};

} // namespace daicho
