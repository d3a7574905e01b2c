/// Evidence of two trees of one size: it convicts exactly whom its notes say, nobody else, in one form only. The first byte chooses: bytes
/// as they come, two notes to make evidence of (a zero between them), or what to alter in good evidence: a place in two bytes and what is
/// laid over the byte there, again and again.
#include "wire_records.hpp"

#include <daicho/trust/forked_log.hpp>

#include "../ledger/fixture.hpp"

namespace {

using namespace daicho;
using wire::demand;
using Ed = cryptopp::ed25519;

struct stage {
    stage() : log{.key = fixture::sealing_key(1).public_key()}, witness{.type = tlog::signature_type::cosignature, .key = fixture::sealing_key(2).public_key()} {
        log.name.assign(std::string_view("ledger.example/town"));
        witness.name.assign(std::string_view("witness.example/w"));
        auto const note = [&](byte root) {
            digest d{};
            d.fill(root);
            auto const text = tlog::checkpoint{.origin = log.name.view(), .size = 7, .root = d, .extensions = {}}.text();
            fixture::sealing_key one(1), two(2);
            return text + '\n' + *tlog::sign_note<Ed>(one, log.name.view(), text) + *tlog::cosign<Ed>(two, witness.name.view(), text, 1);
        };
        good = {trust::fork_of<Ed>(log, note(1), note(2)), trust::fork_of<Ed>(witness, note(1), note(2))};
        for (auto& g : good) demand(!g.empty());
    }
    trust::note_keys known() const { return {{&log, 1}, {&witness, 1}}; }

    void judge(byte_view raw) const {
        forked_log e{};
        if (schema::decode_into(raw, e)) return;
        demand(equal(encode(e), raw));
        auto const whose = trust::convicted_by<Ed>(known(), e);
        if (!whose) return;
        demand(*whose == (e.signer == log.key ? trust::note_keys::of_log(0) : trust::note_keys::of_witness(0)));
        demand(equal(raw, good[0]) || equal(raw, good[1]));  // nobody without the keys makes another
        auto const tree = trust::tree_of(log, e);
        demand(bool(tree) == (e.signer == log.key) && (!tree || (tree->size == 7 && tree->first < tree->second)));
    }

    tlog::note_key log, witness;
    std::array<bytes, 2> good;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    static stage const s;
    if (size == 0) return 0;
    byte_view const rest{input + 1, size - 1};
    if (input[0] % 3 == 0) s.judge(rest);
    if (input[0] % 3 == 1) {
        auto const text = as_text(rest);
        auto const cut = std::min(text.find('\0'), text.size());
        for (auto& e : trust::forks_of<Ed>(s.known(), text.substr(0, cut), text.substr(std::min(cut + 1, text.size())))) s.judge(e);
    }
    if (input[0] % 3 == 2) {
        auto altered = s.good[rest.empty() ? 0 : rest[0] % 2];
        for (std::size_t i = 1; i + 3 <= rest.size(); i += 3) altered[load_be16(rest.data() + i) % altered.size()] ^= rest[i + 2];
        s.judge(altered);
    }
    return 0;
}
