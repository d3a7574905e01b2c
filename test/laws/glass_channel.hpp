#pragma once

#include <daicho/channel/framing.hpp>
#include <daicho/hash/hmac.hpp>
#include <daicho/hash/sha256.hpp>
#include <daicho/laws/secure_channel.hpp>

#include <deque>

/// A toy channel that keeps every law, and has one flaw on demand: the laws must find exactly that one.
/// Everybody's keys are known here (a glass house), so it protects nothing and needs no real cryptography.
namespace glass {

using namespace daicho;

enum class flaw {
    none, says_nobody_is_enrolled, takes_one_read_for_one_message, accepts_before_the_handshake, sends_plain_text, leaves_the_name_unsigned,
    ignores_the_tag, delivers_before_the_end, takes_old_numbers, takes_leaps, goes_on_after_a_fault, has_one_key_for_both_ways,
    reuses_its_nonce, ignores_the_chain, trusts_any_server, ignores_the_expected, says_everybody_is_enrolled, ignores_who_signed,
    talks_to_itself, sends_any_length,
};

struct scheme {};

/// `shows` is the credential, `holds` the key.
struct identity {
    byte chain, shows, holds;
    bool enrolled = true;
};
inline digest named(byte who) {
    digest d;
    d.fill(who);
    return d;
}
struct peer_type {
    node_id id{};
    bool enrolled = false;
};

template <flaw Flaw>
class connection {
public:
    connection(std::shared_ptr<identity const> self, bool asks, std::optional<node_id> expected)
        : self_(std::move(self)), asks_(asks), expected_(expected) {
        if (asks_) introduce();
    }

    fault receive(byte_view wire) {
        if (over_) return over_;
        over_ = take(wire);
        fault const said = over_;
        if (Flaw == flaw::goes_on_after_a_fault && established_) over_ = {};
        return said;
    }
    bytes output() { return std::exchange(output_, {}); }
    bool established() const { return established_; }
    peer_type const& peer() const { return peer_; }

    fault send(byte_view message) {
        if (over_) return over_;
        if (!established_) return Flaw == flaw::accepts_before_the_handshake ? fault{} : fault{errc::not_authenticated};
        if (Flaw != flaw::sends_any_length && message.size() > limits::frame) return errc::oversized;
        byte const number = sent_++;
        bytes frame{number, byte(way(asks_))};
        bytes const hidden = masked(asks_, number, message);
        frame.insert(frame.end(), hidden.begin(), hidden.end());
        auto const tag = tag_of(asks_, frame);
        frame.insert(frame.end(), tag.begin(), tag.end());
        channel::append_frame(output_, frame);
        return {};
    }
    std::optional<bytes> next() {
        if (messages_.empty()) return {};
        std::optional<bytes> first(std::move(messages_.front()));
        messages_.pop_front();
        return first;
    }

private:
    /// chain, nonce, enrolled, who, name
    void introduce() {
        static byte unique = 0;
        bytes hello{self_->chain, byte(Flaw == flaw::reuses_its_nonce && !asks_ ? 7 : ++unique), byte(self_->enrolled), self_->shows};
        said(hello);
        auto const name = named(self_->shows);
        hello.insert(hello.end(), name.begin(), name.end());
        if (Flaw != flaw::leaves_the_name_unsigned) said(name);
        channel::append_frame(output_, hello);
    }
    void prove() {
        bytes proof{self_->holds};
        auto const signature = hmac<sha256>::tag(named(self_->holds), transcript_of(asks_));
        proof.insert(proof.end(), signature.begin(), signature.end());
        channel::append_frame(output_, proof);
    }

    fault on_introduction(byte_view hello) {
        if (hello.size() != 36) return errc::wrong_size;
        if (Flaw != flaw::ignores_the_chain && hello[0] != self_->chain) return errc::wrong_chain;
        if (Flaw != flaw::talks_to_itself && hello[3] == self_->shows) return errc::not_authenticated;
        said(hello.first(4));
        if (Flaw != flaw::leaves_the_name_unsigned) said(hello.subspan(4));
        who_ = hello[3];
        std::copy(hello.begin() + 4, hello.end(), peer_.id.begin());
        peer_.enrolled = hello[2] != 0;
        if (Flaw == flaw::says_nobody_is_enrolled && !asks_) peer_.enrolled = false;
        if (Flaw == flaw::says_everybody_is_enrolled && !asks_) peer_.enrolled = true;
        if (Flaw != flaw::trusts_any_server && asks_ && !peer_.enrolled) return errc::not_authenticated;
        if (Flaw != flaw::ignores_the_expected && asks_ && expected_ && *expected_ != peer_.id) return errc::not_authenticated;
        met_ = true;
        if (!asks_) introduce();
        prove();
        return {};
    }
    fault on_proof(byte_view proof) {
        if (proof.size() != 33) return errc::wrong_size;
        if (Flaw != flaw::ignores_who_signed && proof[0] != who_) return errc::bad_signature;
        if (!hmac<sha256>::verify(named(proof[0]), transcript_of(!asks_), proof.subspan(1))) return errc::bad_signature;
        established_ = true;
        return {};
    }

    fault on_message(byte_view frame) {
        if (frame.size() < 34) return errc::truncated;
        byte const number = frame[0];
        if (number < received_ && Flaw != flaw::takes_old_numbers) return errc::replayed;
        if (number > received_ && Flaw != flaw::takes_leaps) return errc::replayed;
        bool const from_client = way(!asks_);
        if (frame[1] != byte(from_client)) return errc::wrong_recipient;
        auto const body = frame.first(frame.size() - 32);
        if (Flaw != flaw::ignores_the_tag && !equal(tag_of(from_client, body), frame.last(32))) return errc::bad_signature;
        if (number >= received_) received_ = byte(number + 1);
        messages_.push_back(masked(from_client, number, body.subspan(2)));
        return {};
    }

    fault take(byte_view wire) {
        if (Flaw == flaw::takes_one_read_for_one_message && established_)
            if (wire.size() < 4 || load_be32(wire.data()) != wire.size() - 4) return {};
        for (;;) {
            pending_.insert(pending_.end(), wire.begin(), wire.end());
            wire = {};
            if (pending_.size() < 4) return {};
            std::size_t const n = load_be32(pending_.data());
            if (n > limits::frame + 64) return errc::oversized;
            if (Flaw == flaw::delivers_before_the_end && established_ && pending_.size() == n + 3) {
                messages_.push_back(masked(way(!asks_), pending_[4], byte_view(pending_).subspan(6, n - 34)));
                early_ = true;
            }
            if (pending_.size() < n + 4) return {};
            bytes const frame(pending_.begin() + 4, pending_.begin() + std::ptrdiff_t(n + 4));
            pending_.erase(pending_.begin(), pending_.begin() + std::ptrdiff_t(n + 4));
            fault const f = established_ ? on_message(frame) : met_ ? on_proof(frame) : on_introduction(frame);
            if (f) return f;
            if (std::exchange(early_, false)) messages_.pop_back();
        }
    }

    void said(byte_view b) { said_.update(b); }
    digest key() const {
        sha256 copy = said_;
        return copy.finish();
    }
    bytes transcript_of(bool client) const {
        auto const k = key();
        bytes t(k.begin(), k.end());
        t.push_back(byte(client));
        return t;
    }
    bool way(bool client) const { return Flaw == flaw::has_one_key_for_both_ways || client; }
    digest tag_of(bool client, byte_view body) const {
        bytes t = transcript_of(way(client));
        t.push_back(1);
        t.insert(t.end(), body.begin(), body.end());
        return hmac<sha256>::tag(key(), t);
    }
    bytes masked(bool client, byte number, byte_view message) const {
        bytes out(message.begin(), message.end());
        if (Flaw == flaw::sends_plain_text) return out;
        bytes seed = transcript_of(way(client));
        seed.push_back(number);
        digest const mask = hmac<sha256>::tag(key(), seed);
        for (std::size_t i = 0; i != out.size(); ++i) out[i] = byte(out[i] ^ mask[i % mask.size()]);
        return out;
    }

    std::shared_ptr<identity const> self_;
    bool asks_;
    std::optional<node_id> expected_;
    sha256 said_;
    peer_type peer_;
    byte who_ = 0, sent_ = 0, received_ = 0;
    bool met_ = false, established_ = false, early_ = false;
    bytes output_, pending_;
    std::deque<bytes> messages_;
    fault over_;
};

template <flaw Flaw>
struct channel_of {
    static constexpr std::string_view name = "glass";
    using scheme = glass::scheme;
    using identity = glass::identity;
    using connection = glass::connection<Flaw>;
    static connection client(std::shared_ptr<identity const> self, std::optional<node_id> const& expected) {
        return {self, true, expected};
    }
    static connection server(std::shared_ptr<identity const> self) { return {self, false, {}}; }
};

template <flaw Flaw>
laws::verdict judged() {
    auto const is = [](identity i) { return std::make_shared<identity const>(i); };
    laws::channel_cast<channel_of<Flaw>> const cast{is({1, 10, 10}),        is({1, 20, 20}), is({1, 30, 30}), is({1, 40, 40, false}),
                                                    is({2, 50, 50}),        is({1, 20, 40}), named(10),       named(20)};
    laws::verdict v;
    laws::secure_channel(v, cast);
    return v;
}

} // namespace glass
