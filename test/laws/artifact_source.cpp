#include <daicho/laws/artifact_source.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace daicho;

namespace {

bytes const content = [] {
    bytes b(5000);
    for (std::size_t i = 0; i != b.size(); ++i) b[i] = byte(i * 31 + i / 256);
    return b;
}();
digest const known{{1}}, unknown{{2}};

/// Sound by default; each broken model replaces one step.
struct in_memory {
    virtual ~in_memory() = default;
    virtual fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) {
        if (offset > size) return {errc::out_of_range, "offset"};
        if (d != known) return {errc::not_found, "artifact"};
        if (size != content.size()) return {errc::wrong_size, "artifact"};
        return {};
    }
    virtual std::uint64_t end(std::uint64_t size) { return size; }
    virtual void spoil(bytes&) {}
    virtual bool obeys() { return true; }

    template <class Sink>
    fault fetch(std::string_view, digest const& d, std::uint64_t offset, std::uint64_t size, Sink&& sink) {
        if (auto f = begin(d, offset, size)) return f;
        auto const last = end(size);
        while (offset < last) {
            auto const n = std::min<std::uint64_t>(1000, last - offset);
            bytes piece;
            for (std::uint64_t i = 0; i != n; ++i) piece.push_back(content[std::size_t((offset + i) % content.size())]);
            spoil(piece);
            fault const f = sink(byte_view(piece));
            if (f && obeys()) return f;
            offset += n;
        }
        return {};
    }
};
static_assert(artifact_source<in_memory>);

template <class Source>
std::vector<std::string> broken_by() {
    Source s;
    laws::verdict v;
    laws::artifact_source(v, s, "", known, content, unknown);
    return v.broken;
}
using broken = std::vector<std::string>;

struct changes_a_byte : in_memory {
    int calls = 0;
    void spoil(bytes& b) override {
        if (++calls == 3) b[0] ^= 1;
    }
};
struct starts_over : in_memory {
    fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) override {
        auto const f = in_memory::begin(d, offset, size);
        if (offset < size && offset % 1000 != 0) offset = 0;
        return f;
    }
};
struct resumes_from_the_beginning : in_memory {
    fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) override {
        auto const f = in_memory::begin(d, offset, size);
        if (offset == 1000) offset = 0;
        return f;
    }
};
struct fails_at_the_end : in_memory {
    fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) override {
        if (offset == size) return {errc::out_of_range, "offset"};
        return in_memory::begin(d, offset, size);
    }
};
struct takes_any_offset : in_memory {
    fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) override {
        return offset > size ? fault{} : in_memory::begin(d, offset, size);
    }
};
struct ignores_the_sink : in_memory {
    bool obeys() override { return false; }
};
struct invents_what_it_lacks : in_memory {
    fault begin(digest const&, std::uint64_t& offset, std::uint64_t size) override { return in_memory::begin(known, offset, size); }
};
struct sends_all_it_has : in_memory {
    fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) override {
        return size == content.size() / 2 ? fault{} : in_memory::begin(d, offset, size);
    }
    std::uint64_t end(std::uint64_t size) override { return size == content.size() / 2 ? content.size() : size; }
};
struct cuts_what_is_larger : in_memory {
    fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) override {
        return size < content.size() ? fault{} : in_memory::begin(d, offset, size);
    }
};
struct ends_early_and_says_ok : in_memory {
    fault begin(digest const& d, std::uint64_t& offset, std::uint64_t size) override {
        return size > content.size() ? fault{} : in_memory::begin(d, offset, size);
    }
    std::uint64_t end(std::uint64_t size) override { return std::min<std::uint64_t>(size, content.size()); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(artifact_source_laws)

BOOST_AUTO_TEST_CASE(a_sound_source_keeps_every_law) { BOOST_TEST(broken_by<in_memory>() == broken{}, boost::test_tools::per_element()); }

BOOST_AUTO_TEST_CASE(each_law_is_broken_by_the_model_made_to_break_it) {
    auto const expect = [](broken const& found, broken const& expected) { BOOST_TEST(found == expected, boost::test_tools::per_element()); };
    expect(broken_by<changes_a_byte>(), {"a fetch from the beginning delivers every byte, in order"});
    expect(broken_by<starts_over>(), {"a fetch from an offset delivers what follows it, and nothing else"});
    expect(broken_by<resumes_from_the_beginning>(), {"a transfer that was ended goes on where it stopped"});
    expect(broken_by<fails_at_the_end>(), {"a fetch from the end delivers nothing and succeeds"});
    expect(broken_by<takes_any_offset>(), {"an offset beyond the end is a fault"});
    expect(broken_by<ignores_the_sink>(), {"a fault of the sink ends the transfer and is returned"});
    expect(broken_by<invents_what_it_lacks>(), {"an unknown digest is not_found, and delivers nothing"});
    expect(broken_by<sends_all_it_has>(), {"never more than the size asked for is delivered", "an artifact larger than the size asked for is a fault"});
    expect(broken_by<cuts_what_is_larger>(), {"an artifact larger than the size asked for is a fault"});
    expect(broken_by<ends_early_and_says_ok>(), {"an artifact smaller than the size asked for is a fault"});
}

BOOST_AUTO_TEST_SUITE_END()
