/// A request to a witness: refused, or read and written the very same. Then the whole witness, which believes every signature here:
/// whatever comes in a row, it never signs two trees of one size. The first byte chooses.
#include "wire_records.hpp"

#include <daicho/memory/state_store.hpp>
#include <daicho/role/witness.hpp>

#include <map>

namespace {

using namespace daicho;

struct credulous : ed25519_types {
    static bool verify(public_key_type const&, byte_view, signature_type const&) noexcept { return true; }
};
struct telltale {
    std::map<std::uint64_t, digest> trees;
    credulous::public_key_type public_key() const { return {}; }
    result<credulous::signature_type> sign(byte_view message) {
        auto const text = as_text(message);
        auto const tree = tlog::checkpoint::parse(text.substr(text.find('\n', text.find("time ")) + 1));
        wire::demand(bool(tree) && trees.emplace(tree->size, tree->root).first->second == tree->root);
        return credulous::signature_type{};
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    if (size == 0) return 0;
    auto const text = as_text({input + 1, size - 1});
    if (input[0] % 2 == 0) {
        if (auto const r = tlog::add_checkpoint::parse(text)) wire::demand(r->text() == text);
        return 0;
    }
    tlog::note_key key{};
    key.name.assign(std::string_view("example.com/log"));
    telltale hand;
    memory::state_store<4096> cell;
    role::witness<credulous, telltale, memory::state_store<4096>> witness({"w", {{"example.com/log", {key}}}}, hand, cell);
    wire::demand(!witness.restore());
    role::http_request r;
    r.method = "POST";
    r.path = "/add-checkpoint";
    for (std::size_t at = 0; at < text.size();) {  // requests are separated by a zero
        auto const end = std::min(text.find('\0', at), text.size());
        r.body.assign(text.begin() + std::ptrdiff_t(at), text.begin() + std::ptrdiff_t(end));
        auto const known = witness.known("example.com/log");
        auto const said = witness.handle(r, 1);
        wire::demand(said.status == 200 || said.status == 400 || said.status == 403 || said.status == 404 || said.status == 409 || said.status == 422);
        wire::demand(said.status == 200 || witness.known("example.com/log") == known);
        wire::demand(witness.known("example.com/log").size >= known.size);
        at = end + 1;
    }
    return 0;
}
