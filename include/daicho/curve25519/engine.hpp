#pragma once

#include <daicho/curve25519/challenge.hpp>
#include <daicho/curve25519/comb.hpp>
#include <daicho/curve25519/kernel.hpp>
#include <daicho/curve25519/table_cache.hpp>

#include <span>
#include <type_traits>

namespace daicho::curve25519 {

/// One signature to verify, and the answer. Whoever asks has let ed25519_well_formed() refuse what it refuses.
struct question {
    std::array<byte, 32> const* key;
    byte_view message;
    std::array<byte, 64> const* signature;
    bool holds;
};

/// Whether R = S B - h A, for many signatures at once, by a Kernel: RFC 8032, 5.1.7 without the cofactor, R compared as bytes. Each
/// signature is computed for itself; what they share is the inversion at the end, which is exact.
template <class Kernel>
class engine {
    using field = typename Kernel::field;
    using g = group<field>;
    using mask = typename field::mask;
    static constexpr std::size_t lanes = field::lanes;
    static constexpr std::size_t sums = 64;  ///< how many sums share an inversion
    using key_digits = key_comb::digits_type;
    using base_digits = base_comb::digits_type;
    /// Lanes go in step, so all of them add at the same places; one by itself adds where its number asks for it.
    using plain_digits = std::conditional_t<lanes == 1, sparse_digits<5>, digits<4>>;

public:
    /// How many questions are answered in one turn.
    static constexpr std::size_t capacity = sums * lanes;

    explicit engine(std::size_t table_bytes) : tables_(table_bytes), work_(std::make_unique<work>()) {
        for (auto& b : base_) b = &base_table();
    }

    /// Of `capacity` questions at most.
    void answer(std::span<question> asked) noexcept {
        read(asked);
        std::size_t n = 0;
        for (std::size_t i = 0; i < work_->known; i += lanes) sum_known(n++, asked, work_->with_table + i, work_->known - i);
        for (std::size_t i = 0; i < work_->plain; i += lanes) sum_plain(n++, asked, work_->without_table + i, work_->plain - i);
        compare(n, asked);
    }

    table_cache<key_comb> const& tables() const noexcept { return tables_; }

private:
    struct numbers {
        base_digits s;
        key_digits h_known;
        plain_digits h_plain;
        key_comb const* table;
    };
    struct work {
        numbers number[capacity];
        packed challenge[capacity];
        std::size_t known, plain;
        std::uint32_t with_table[capacity], without_table[capacity];  ///< questions
        std::uint32_t owner[sums + 1][lanes];                          ///< which question a lane of a sum belongs to
        extended<field> sum[sums + 1];  ///< one more, for neither kind need fill its last
        typename field::element products[sums + 1];
    };

    /// RFC 8032, 5.1.7, step 2; and which questions have a table.
    void read(std::span<question const> asked) noexcept {
        work& w = *work_;
        w.known = w.plain = 0;
        tables_.next_turn();
        find_challenges(w.challenge, asked, Kernel{});
        for (std::size_t i = 0; i != asked.size(); ++i) {
            auto const& q = asked[i];
            auto& n = w.number[i];
            recode(n.s, load_packed(q.signature->data() + 32));
            packed const& h = w.challenge[i];
            n.table = tables_.find(*q.key, [&q](key_comb& table) { return table.fill_minus(q.key->data()); });
            if (n.table != nullptr) {
                recode(n.h_known, h);
                w.with_table[w.known++] = std::uint32_t(i);
            } else {
                recode(n.h_plain, h);
                w.without_table[w.plain++] = std::uint32_t(i);
            }
        }
    }

    static void find_challenges(packed* to, std::span<question const> asked, auto) noexcept {
        for (auto& q : asked) *to++ = challenge(q.signature->data(), q.key->data(), q.message);
    }
    /// By a kernel that hashes in lanes too.
    template <class InLanes>
        requires requires { typename InLanes::sha512; }
    static void find_challenges(packed* to, std::span<question const> asked, InLanes) noexcept {
        using many = typename InLanes::sha512;
        for (; !asked.empty(); asked = asked.subspan(std::min(many::lanes, asked.size())), to += many::lanes)
            challenges_in_lanes<many>(asked.first(std::min(many::lanes, asked.size())), to);
    }

    /// Lanes that are left over compute the first question again.
    void sum_known(std::size_t which, std::span<question> asked, std::uint32_t const* next, std::size_t left) noexcept {
        work& w = *work_;
        key_comb const* tables[lanes];
        key_digits const* h[lanes];
        base_digits const* s[lanes];
        for (std::size_t lane = 0; lane != lanes; ++lane) {
            auto const i = w.owner[which][lane] = next[lane < left ? lane : 0];
            tables[lane] = w.number[i].table;
            h[lane] = &w.number[i].h_known;
            s[lane] = &w.number[i].s;
            asked[i].holds = true;
        }
        g::identity(w.sum[which]);
        key_comb::accumulate(w.sum[which], tables, h);
        base_comb::accumulate(w.sum[which], base_, s);
    }

    /// The same with digits of four bits or so, and the eight multiples of -A that they name.
    void sum_plain(std::size_t which, std::span<question> asked, std::uint32_t const* next, std::size_t left) noexcept {
        work& w = *work_;
        byte const* keys[lanes];
        plain_digits const* h[lanes];
        base_digits const* s[lanes];
        for (std::size_t lane = 0; lane != lanes; ++lane) {
            auto const i = w.owner[which][lane] = next[lane < left ? lane : 0];
            keys[lane] = asked[i].key->data();
            h[lane] = &w.number[i].h_plain;
            s[lane] = &w.number[i].s;
        }
        extended<field> p;
        mask const on_curve = g::unpack_negative(p, keys);
        for (std::size_t lane = 0; lane != lanes; ++lane) asked[w.owner[which][lane]].holds = on_curve >> lane & 1;
        auto& sum = w.sum[which];
        g::identity(sum);
        if constexpr (lanes == 1) add_sparse(sum, p, *h[0]);
        else add_in_step(sum, p, h);
        base_comb::accumulate(sum, base_, s);
    }

    /// Adds h P to the identity, with the multiples 1, 3, ... 15 of P. (The base point's digits among these: fewer products by their
    /// number, but branches that nobody foresees; it was slower.)
    static void add_sparse(extended<field>& sum, extended<field> const& p, plain_digits const& h) noexcept {
        addend<field> odd[8], twice_p;
        extended<field> multiple = p, twice = p;
        g::double_it(twice);
        g::prepare(twice_p, twice);
        g::prepare(odd[0], p);
        for (std::size_t i = 1; i != 8; ++i) {
            g::add(multiple, twice_p);
            g::prepare(odd[i], multiple);
        }
        std::size_t i = plain_digits::count;
        while (i != 0 && h.at[i - 1] == 0) --i;
        for (bool first = true; i-- != 0; first = false) {
            int const digit = h.at[i];
            bool const last = i == 0;
            if (!first && digit == 0 && !last) g::template double_it<false>(sum);
            else if (!first) g::double_it(sum);
            if (digit == 0) continue;
            auto const& named = odd[std::size_t(digit < 0 ? -digit : digit) / 2];
            if (last) g::add_or_take(sum, named, digit < 0);
            else g::template add_or_take<false>(sum, named, digit < 0);
        }
    }

    static void add_in_step(extended<field>& sum, extended<field> const& p, plain_digits const* const (&h)[lanes]) noexcept {
        multiples_of const table(p);
        for (std::size_t i = plain_digits::count; i-- != 0;) {
            if (i + 1 != plain_digits::count) {
                for (int k = 0; k != 3; ++k) g::template double_it<false>(sum);
                g::double_it(sum);
            }
            mask negative = 0;
            projective_entry const* chosen[lanes];
            for (std::size_t lane = 0; lane != lanes; ++lane) {
                int const digit = h[lane]->at[i];
                chosen[lane] = &table.at[lane][digit < 0 ? -digit : digit];
                negative = mask(negative | unsigned(digit < 0) << lane);
            }
            if (i != 0) g::template add<false>(sum, chosen, negative);
            else g::add(sum, chosen, negative);
        }
    }

    /// 0 to 8 times a point, in each lane.
    struct multiples_of {
        projective_entry at[lanes][9];

        explicit multiples_of(extended<field> const& p) noexcept {
            extended<field> multiple = p;
            addend<field> first, next;
            g::prepare(first, p);
            for (auto& lane : at) lane[0] = {one, one, zero, {{2}}};
            keep(1, first);
            for (std::size_t i = 2; i != 9; ++i) {
                g::add(multiple, first);
                g::prepare(next, multiple);
                keep(i, next);
            }
        }

    private:
        void keep(std::size_t i, addend<field> const& q) noexcept {
            projective_entry* to[lanes];
            for (std::size_t lane = 0; lane != lanes; ++lane) to[lane] = &at[lane][i];
            g::keep(to, q);
        }
    };

    /// RFC 8032, 5.1.7, step 3, by bytes: the sums are brought to z = 1 and encoded (5.1.2).
    void compare(std::size_t n, std::span<question> asked) noexcept {
        work& w = *work_;
        g::invert_all([&w](std::size_t i) -> typename field::element& { return w.sum[i].z; }, w.products, n);
        for (std::size_t i = 0; i != n; ++i) {
            auto& p = w.sum[i];
            packed xs[lanes], ys[lanes];
            field::mul(p.x, p.x, p.z);
            field::mul(p.y, p.y, p.z);
            field::store(xs, p.x);
            field::store(ys, p.y);
            for (std::size_t lane = 0; lane != lanes; ++lane) {
                auto& q = asked[w.owner[i][lane]];
                packed encoded = ys[lane];
                encoded.word[3] |= xs[lane].word[0] << 63;
                q.holds = q.holds && encoded == load_packed(q.signature->data());
            }
        }
    }

    base_comb const* base_[lanes];
    table_cache<key_comb> tables_;
    std::unique_ptr<work> work_;
};

} // namespace daicho::curve25519
