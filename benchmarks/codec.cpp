/// Records to bytes and back: a device's transaction, and a block of 40; beside cereal's portable binary archive over a plain
/// struct of the same members, and Protocol Buffers where they are here.
#include "suite/codec.hpp"
#include "suite/fleet.hpp"
#include "suite/run.hpp"

#include <daicho/cereal/archive.hpp>
#include <daicho/defaults/hardened.hpp>

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

#include <sstream>

namespace {

using namespace daicho;
using namespace daicho::benchmarks;

struct fleet_protocol : defaults::hardened {};
using transaction_type = transaction_of<fleet_protocol>;

/// The same members, as somebody writes them who has only cereal. A device's report has no release and no enrolment.
struct plain_transaction {
    digest chain_id{};
    std::uint8_t state = 0;
    digest recipient{}, sender{};
    std::string model;
    std::uint64_t ver = 0;
    digest verifier{};
    std::uint64_t sequence = 0, time = 0;
    std::array<byte, 64> signature{};
    friend bool operator==(plain_transaction const&, plain_transaction const&) = default;
    template <class Archive>
    void serialize(Archive& ar) {
        ar(chain_id, state, recipient, sender, model, ver, verifier, sequence, time, signature);
    }
};
plain_transaction plain(transaction_type const& t) {
    auto const& b = t.body;
    return {b.chain_id, std::uint8_t(b.state), b.recipient, b.sender,  std::string(b.model),
            b.ver,      b.verifier,            b.sequence,  b.time,    t.signature};
}

template <class T>
void by_cereal(std::string policy, T const& value, std::string const& of) {
    codec_by(
        std::move(policy), value, of,
        [](T const& v, bytes& out) {
            std::ostringstream stream;
            {
                ::cereal::PortableBinaryOutputArchive archive(stream);
                archive(v);
            }
            auto const text = std::move(stream).str();
            out.assign(text.begin(), text.end());
        },
        [](bytes const& raw) {
            std::istringstream stream(std::string(raw.begin(), raw.end()));
            ::cereal::PortableBinaryInputArchive archive(stream);
            T v{};
            archive(v);
            return v;
        });
}

} // namespace

int main(int argc, char** argv) {
    fleet<fleet_protocol, cryptopp::ed25519_signer> f(cryptopp::ed25519_signer::generate, 4);
    auto const one = f.report(0);
    block_of<fleet_protocol> forty;
    for (auto& t : f.reports(40)) forty.transactions.push_back(t);
    std::vector<plain_transaction> plain_forty;
    for (auto const& t : forty.transactions) plain_forty.push_back(plain(t));

    by_cereal("cereal portable binary, plain struct", plain(one), "a transaction");
    by_cereal("cereal portable binary, daicho's record", one, "a transaction");
    codec("canonical CBOR", one, "a transaction");
    by_cereal("cereal portable binary, plain structs", plain_forty, "a block of 40 transactions");
    by_cereal("cereal portable binary, daicho's record", forty, "a block of 40 transactions");
    codec("canonical CBOR", forty, "a block of 40 transactions");
    return run(argc, argv);
}
