/// Records to bytes and back: a device's transaction, and a block of 40; beside cereal's portable binary archive over a plain
/// struct of the same members, and Protocol Buffers where they are here.
#include "by_hand.hpp"
#include "suite/codec.hpp"
#include "suite/fleet.hpp"
#include "suite/run.hpp"

#include <daicho/cereal/archive.hpp>
#include <daicho/defaults/hardened.hpp>

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

#if DAICHO_HAS_PROTOBUF
#include <transaction.pb.h>

namespace daicho_benchmark {
/// Generated classes have no ==: compared by what they serialize to.
template <class Message>
    requires std::derived_from<Message, google::protobuf::Message>
bool operator==(Message const& a, Message const& b) {
    return a.SerializeAsString() == b.SerializeAsString();
}
} // namespace daicho_benchmark
#endif

#include <concepts>
#include <cstring>
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
            auto const text = stream.view();
            make_room(out, text.size());
            std::memcpy(out.data(), text.data(), text.size());
            return text.size();
        },
        [](bytes const& raw) {
            std::istringstream stream(std::string(raw.begin(), raw.end()));
            ::cereal::PortableBinaryInputArchive archive(stream);
            T v{};
            archive(v);
            return v;
        });
}

#if DAICHO_HAS_PROTOBUF
daicho_benchmark::Transaction proto(plain_transaction const& t) {
    daicho_benchmark::Transaction p;
    auto const text = [](auto const& b) { return std::string(b.begin(), b.end()); };
    p.set_chain_id(text(t.chain_id));
    p.set_state(t.state);
    p.set_recipient(text(t.recipient));
    p.set_sender(text(t.sender));
    p.set_model(t.model);
    p.set_ver(t.ver);
    p.set_verifier(text(t.verifier));
    p.set_sequence(t.sequence);
    p.set_time(t.time);
    p.set_signature(text(t.signature));
    return p;
}
daicho_benchmark::Block proto(std::vector<plain_transaction> const& all) {
    daicho_benchmark::Block p;
    for (auto const& t : all) *p.add_transactions() = proto(t);
    return p;
}

template <class T>
void by_protobuf(T const& value, std::string const& of) {
    using message = decltype(proto(value));
    codec_by(
        "Protocol Buffers", proto(value), of,
        [](message const& m, bytes& out) {
            std::size_t const n = m.ByteSizeLong();
            make_room(out, n);
            m.SerializeWithCachedSizesToArray(out.data());
            return n;
        },
        [](bytes const& raw) {
            message m;
            if (!m.ParseFromArray(raw.data(), int(raw.size()))) throw std::runtime_error("Protocol Buffers refused their own bytes");
            return m;
        });
}
#endif

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
#if DAICHO_HAS_PROTOBUF
    by_protobuf(plain(one), "a transaction");
#endif
    codec_by(
        "canonical CBOR by hand, of this record only", one, "a transaction",
        [](transaction_type const& t, bytes& out) {
            make_room(out, 300);
            byte const* const end = by_hand::encode(out.data(), t);
            if (!end) throw std::runtime_error("not a report");
            return std::size_t(end - out.data());
        },
        [](bytes const& raw) {
            transaction_type t;
            if (!by_hand::decode(raw, t)) throw std::runtime_error("not a report");
            return t;
        });
    codec("canonical CBOR", one, "a transaction");
    by_cereal("cereal portable binary, plain structs", plain_forty, "a block of 40 transactions");
    by_cereal("cereal portable binary, daicho's record", forty, "a block of 40 transactions");
#if DAICHO_HAS_PROTOBUF
    by_protobuf(plain_forty, "a block of 40 transactions");
#endif
    codec("canonical CBOR", forty, "a block of 40 transactions");
    return run(argc, argv);
}
