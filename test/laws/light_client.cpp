#include <daicho/laws/light_client.hpp>

#include <boost/test/unit_test.hpp>

#include "trust/log_stage.hpp"
#include "trust/work_stage.hpp"

using namespace fixture;
using laws_broken = std::vector<std::string>;
using laws::shown_evidence;

namespace {

struct of_log : log_stage::log_network {
    shown_evidence shown(std::uint64_t index, std::uint64_t size, std::uint64_t older) const {
        bundle<scheme_of<log_stage::P>, log_evidence> b{};
        auto const file = bundle_of(index, size, older);
        BOOST_TEST_REQUIRE(!schema::decode_into(file, b));
        return {leaves[index], encode(b.evidence)};
    }
    std::vector<shown_evidence> story() const { return {shown(lamp_2, small, 0), shown(lamp_3, large - 1, small), shown(lock_2, large, large - 1)}; }
};

template <class Client>
laws_broken broken_by(Client const& client, std::vector<shown_evidence> const& story, std::vector<shown_evidence> const& foreign) {
    laws::verdict v;
    laws::light_client(v, client, story, foreign);
    BOOST_TEST(v.checked != 0u);
    return v.broken;
}

struct foreign_log : of_log {
    foreign_log() { leaves[3][7] ^= 1; }  // witnessed like the other, but not the same from the fourth transaction on
};

} // namespace

BOOST_AUTO_TEST_SUITE(light_client_laws)

BOOST_AUTO_TEST_CASE(a_witnessed_log_keeps_them) {
    of_log const here;
    log_stage::log_network other;  // its own keys: another log
    trust::witnessed_log<log_stage::P> const strict(here.logs, {here.witnesses, 2});
    auto key = network<log_stage::P>::key(stranger);
    auto const text = other.text_at(other.small);
    auto const note = text + '\n' + *tlog::sign_note<log_stage::Ed>(key, log_stage::log_network::origin, text) + other.cosigned(text, 0) + other.cosigned(text, 1);
    auto const file = other.bundle_with(other.lamp_2, other.inclusion(other.lamp_2, other.small), 0, {}, note);
    bundle<scheme_of<log_stage::P>, log_evidence> b{};
    BOOST_TEST_REQUIRE(!schema::decode_into(file, b));
    BOOST_TEST((broken_by(strict, here.story(), {{other.leaves[other.lamp_2], encode(b.evidence)}}) == laws_broken{}));
}
BOOST_AUTO_TEST_CASE(work_headers_keep_them) {
    work_stage::work_network const here;
    auto const shown = [](work_stage::work_network const& n, work_stage::work_network::place p, std::uint64_t first, std::uint64_t tip) {
        auto e = n.evidence(p, first, tip);
        return shown_evidence{n.leaf_of(p), encode(e.get())};
    };
    std::vector<shown_evidence> const story{shown(here, here.lamp_2, 1, 6), shown(here, {1, 0}, 1, 8), shown(here, here.lamp_3, 5, 12)};
    work_stage::work_network const other(0, 5);
    BOOST_TEST((broken_by(here.follower, story, {shown(other, other.lamp_2, 1, 6)}) == laws_broken{}));
}

namespace {

using sound = trust::witnessed_log<log_stage::P>;

struct broken_client : sound {
    using sound::sound;
    using head = head_type;
};
struct believes_nothing : broken_client {
    using broken_client::broken_client;
    result<head> follow(head const&, digest const&, log_evidence const&) const { return errc::wrong_log; }
};
struct stands_still : broken_client {
    using broken_client::broken_client;
    result<head> follow(head const& h, digest const& leaf, log_evidence const& e) const {
        if (h.size != 0 && tlog::checkpoint::parse(tlog::note::parse(as_text(e.checkpoint))->text())->size != h.size) return errc::busy;
        return sound::follow(h, leaf, e);
    }
};
struct believes_once : broken_client {
    using broken_client::broken_client;
    result<head> follow(head const& h, digest const& leaf, log_evidence const& e) const {
        auto const r = sound::follow(h, leaf, e);
        if (r && *r == h) return errc::duplicate;
        return r;
    }
};
struct goes_back : broken_client {
    using broken_client::broken_client;
    result<head> follow(head const& h, digest const& leaf, log_evidence const& e) const {
        auto const r = sound::follow(h, leaf, e);
        if (r.error() == errc::stale_checkpoint) return sound::follow({0, {}, h.time}, leaf, e);
        return r;
    }
};
struct reads_no_leaf : broken_client {
    using broken_client::broken_client;
    result<head> follow(head const& h, digest const& leaf, log_evidence const& e) const {
        auto const r = sound::follow(h, leaf, e);
        if (r.error() == errc::wrong_root && std::string_view(r.error().where) == "bundle.inclusion") {
            auto const n = tlog::note::parse(as_text(e.checkpoint));
            auto const c = tlog::checkpoint::parse(n->text());
            return head{c->size, c->root, std::max(h.time, *tlog::quorum{keys(), 2}.met<log_stage::Ed>(*n))};
        }
        return r;
    }
    static std::span<tlog::note_key const> keys() {
        static log_stage::log_network const n;
        return n.witnesses;
    }
};
struct turns_back_the_clock : broken_client {
    using broken_client::broken_client;
    result<head> follow(head const& h, digest const& leaf, log_evidence const& e) const {
        auto r = sound::follow(h, leaf, e);
        if (r) r->time = 1'000'000 - r->size;
        return r;
    }
};
struct counts_down {
    struct head_type {
        static constexpr schema::tag schema{0x7e, 1, "head"};
        DAICHO_RECORD(head_type, (trust::log_head, seen), (std::uint64_t, time));
        friend bool operator==(head_type const&, head_type const&) = default;
        std::uint64_t reached() const { return seen.size == 0 ? 0 : 1'000'000 - seen.size; }
    };
    using evidence_type = log_evidence;
    counts_down(std::span<tlog::note_key const> logs, tlog::quorum witnesses) : inside(logs, witnesses) {}
    result<head_type> follow(head_type const& h, digest const& leaf, log_evidence const& e) const {
        auto const r = inside.follow(h.seen, leaf, e);
        if (!r) return r.error();
        return head_type{*r, r->time};
    }
    sound inside;
};
struct takes_the_size_from_elsewhere : broken_client {
    using broken_client::broken_client;
    result<head> follow(head const& h, digest const& leaf, log_evidence const& e) const {
        auto r = sound::follow(h, leaf, e);
        if (r && h.size == 0) r->time += e.older_size;  // which nobody signed
        return r;
    }
};
struct gets_tired : broken_client {
    using broken_client::broken_client;
    mutable int calls = 0;
    result<head> follow(head const& h, digest const& leaf, log_evidence const& e) const {
        auto r = sound::follow(h, leaf, e);
        if (r && h.size == 0 && ++calls > 1) return errc::busy;
        return r;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(each_law_refuses_a_client_that_breaks_it) {
    of_log const here;
    auto const story = here.story();
    auto const broken = [&]<class C>(std::type_identity<C>) { return broken_by(C(here.logs, {here.witnesses, 2}), story, {}); };
    BOOST_TEST((broken(std::type_identity<broken_client>{}) == laws_broken{}));
    BOOST_TEST((broken(std::type_identity<believes_nothing>{}) == laws_broken{"Who has seen nothing believes the first evidence."}));
    BOOST_TEST((broken(std::type_identity<stands_still>{}) == laws_broken{"A head follows what continues it."}));
    BOOST_TEST((broken(std::type_identity<believes_once>{}) == laws_broken{"Shown again, evidence is believed and moves nothing."}));
    BOOST_TEST((broken(std::type_identity<goes_back>{}) == laws_broken{"Older evidence moves no head."}));
    BOOST_TEST((broken(std::type_identity<reads_no_leaf>{}) == laws_broken{"Evidence is of its own transaction only."}));
    BOOST_TEST((broken(std::type_identity<turns_back_the_clock>{}) == laws_broken{"Time never goes down."}));
    BOOST_TEST((broken(std::type_identity<counts_down>{}) == laws_broken{"How far a head has come never goes down."}));
    BOOST_TEST((broken(std::type_identity<takes_the_size_from_elsewhere>{}) == laws_broken{"Altered evidence is refused, or tells the same."}));
    BOOST_TEST((broken(std::type_identity<gets_tired>{}) == laws_broken{"A verdict does not depend on what was judged before."}));

    foreign_log const other;  // good in every way, but of another ledger, if only our keys did not sign it
    BOOST_TEST((broken_by(here.follower, story, {other.shown(other.lamp_2, other.small, 0)}) == laws_broken{"Evidence of another ledger is refused."}));
}

BOOST_AUTO_TEST_SUITE_END()
