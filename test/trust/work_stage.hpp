#pragma once

#include <daicho/trust/work_headers.hpp>

#include <boost/test/unit_test.hpp>

#include "ledger/fixture.hpp"
#include "ledger/naive_tree.hpp"

/// Twelve blocks by work; a release in the second and one in the eighth; final is what lies under four others.
namespace work_stage {

using namespace fixture;
using W = work_protocol;

struct work_network : network<W> {
    using client = trust::work_headers<W>;

    explicit work_network(std::uint64_t variant = 0, std::uint32_t bits = 4)
        : network<W>(3, 4, bits), follower(client::of(chain_id, genesis)) {
        ledger::chain<W> chain(genesis);
        for (std::uint64_t height = 1; height <= 12; ++height) {
            std::vector<transaction_of<W>> content;
            if (height == 1) content = everybody();
            if (variant != 0 && height == 1) content.push_back(enrol(60 + variant, member_role::gateway));
            if (height == 2) content = {signed_by(fixture::device, report(state::running, 1)), signed_by(publisher, released(2)), enrol(70, member_role::gateway)};
            if (height == 8) content = {signed_by(publisher, released(3)), signed_by(publisher, released(3, publisher, "lock"))};
            auto const b = next(chain, content);
            BOOST_TEST_REQUIRE(!chain.push(b, later));
            blocks.push_back(b);
        }
    }

    struct place {
        std::uint64_t height, index;
    };
    static constexpr place lamp_2{2, 1}, lamp_3{8, 0};

    /// Evidence owns its headers here.
    struct shown {
        work_evidence e;
        std::vector<sealed_header_of<W>> headers;
        bytes held;

        bytes encoded() const {
            bytes all;
            for (auto& h : headers) {
                auto const one = encode(h);
                all.insert(all.end(), one.begin(), one.end());
            }
            return all;
        }
        work_evidence const& get() { return held = encoded(), over(held); }
        work_evidence const& over(byte_view b) {
            e.headers = {b};
            return e;
        }
    };
    shown evidence(place p, std::uint64_t first, std::uint64_t tip) const {
        shown s;
        for (auto h = first; h <= tip; ++h) s.headers.push_back(blocks[h - 1].sealed);
        auto const& in = blocks[p.height - 1].transactions;
        std::vector<digest> leaves;
        for (auto& t : in) leaves.push_back(ledger::leaf_hash<sha256>(encode(t)));
        s.e.height = p.height;
        s.e.index = p.index;
        s.e.leaves = in.size();
        for (auto& d : naive::path_of(p.index, leaves)) s.e.inclusion.push_back(d);
        return s;
    }
    digest leaf_of(place p) const { return ledger::leaf_hash<sha256>(encode(blocks[p.height - 1].transactions[p.index])); }
    digest hash_at(std::uint64_t height) const { return digest_of<sha256>(blocks[height - 1].sealed); }
    result<trust::work_head> follow(trust::work_head const& head, place p, std::uint64_t first, std::uint64_t tip) const {
        return follow(head, p, evidence(p, first, tip));
    }
    result<trust::work_head> follow(trust::work_head const& head, place p, shown s) const { return follower.follow(head, leaf_of(p), s.get()); }
    sealed_header_of<W> without_work(sealed_header_of<W> sealed) const {
        while (consensus_of<W>::check(sealed, follower) != errc::insufficient_work) ++sealed.proof.nonce;
        return sealed;
    }

    client const follower;
    std::vector<block_of<W>> blocks;
};

} // namespace work_stage
