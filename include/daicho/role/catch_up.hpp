#pragma once

#include <daicho/ledger/block_memory.hpp>
#include <daicho/ledger/header_branch.hpp>
#include <daicho/record/page.hpp>
#include <daicho/role/action.hpp>
#include <daicho/role/negotiate.hpp>
#include <daicho/role/opened.hpp>

#include <map>

namespace daicho::role {

/// What no honest peer causes. It may have moved on between two answers, its clock may differ, our branch may be better, and it may
/// be slow, silent or gone.
constexpr bool is_a_lie(errc code) noexcept {
    switch (code) {
    case errc::ok:
    case errc::not_preferred:
    case errc::below_final:
    case errc::unlinked_block:
    case errc::wrong_index:
    case errc::time_too_new: return false;
    default: return code < errc::not_found;
    }
}

/// Brings a chain up to what other nodes hold (docs/adr/0029-headers-first.md): the headers of the longest branch that somebody claims, checked
/// as far as headers tell; then, when it is preferred, its blocks, in windows from several peers at once. A block is kept when it is the
/// one that its header names, and laid on the chain in order. What was laid stays: a cut goes on from there.
/// One branch at a time. In memory: `most_headers` headers and `most_windows` answers; of a fork, until it is preferred, `heaviest_branch` too.
template <class P>
class catch_up {
public:
    using block_type = block_of<P>;
    using examined = typename ledger::chain<P>::examined;
    using block_list = std::vector<block_type>;
    using answer_type = std::function<void(result<http_response>)>;
    using then_type = std::function<void()>;

    static constexpr std::size_t most_headers = 4096;                  ///< ahead of the chain
    static constexpr std::size_t most_windows = 8;                     ///< asked for or waiting for those before them
    static constexpr std::size_t most_of_one = 2;                      ///< windows asked of a peer at once
    static constexpr std::size_t window_bytes = 512u << 10;            ///< that a window is to have
    static constexpr std::size_t first_blocks = 4;                     ///< in one, while nobody knows how large they are
    static constexpr std::size_t most_foreseen = 3;                    ///< windows that are complete, and are laid one answer later
    static constexpr std::size_t most_laid = 8;                        ///< windows on the chain and not yet durable
    static constexpr std::size_t heaviest_branch = 64u << 20;          ///< bytes of a fork that is not yet preferred
    static constexpr std::uint64_t patience = 3;                       ///< seconds until somebody else is asked as well
    static constexpr std::uint64_t header_patience = 10;

    /// Blocks that are still to be laid, whose signatures somebody verifies meanwhile.
    struct foreseen {
        std::function<bool()> done{};
        std::function<void(std::span<examined>)> finish{};             ///< waits, and notes of each whether all its signatures are good
    };

    /// What it needs of the node.
    struct seams {
        std::function<std::uint64_t()> now;
        std::function<void(std::string const& url, http_request, answer_type)> ask;
        /// Puts blocks on the tip; those before a bad one stay.
        std::function<fault(std::span<examined const>)> extend;
        /// Replaces what is above the fork point; not_preferred while that would not be better.
        std::function<fault(std::uint64_t fork_point, block_list const&)> replace;
        std::function<fault(ledger::claims<P> const&)> check;
        std::function<bool()> settled;                                 ///< is all that was laid durable?
        std::function<void(std::string const& url, fault)> judge;      ///< a peer that lied, or was not there
        std::function<foreseen(std::span<examined const>)> foresee{};  ///< blocks that extend() will be given later
    };

    catch_up(ledger::chain<P> const& c, seams s) : chain_(c), node_(std::move(s)) {}
    catch_up(catch_up const&) = delete;

    /// Asks a peer where it stands, and follows it if that is better. `seen`: it has answered; `then`: what came of it.
    void look(std::string const& url, then_type seen, then_type then) {
        node_.ask(url, {.path = "/status", .accept = std::string(cbor_type)}, [this, url, seen, then](result<http_response> answer) {
            seen();
            auto s = opened<status>(answer);
            fault f = s.error();
            if (s && s->chain_id != chain_.chain_id()) f = {errc::foreign_genesis, "status.chain_id"};
            if (f) {
                accuse(url, f);
                go_on();
                return then();
            }
            auto& from = sources_[url];
            from.height = s->height;
            from.head = s->head;
            from.judged = from.elsewhere = from.slow = false;
            if (!wanted(from) && url != guide_) return then();
            waiting_.push_back(then);
            go_on();
        });
    }

    /// Time has passed, or a commit ended.
    void go_on() {
        if (guide_.empty()) return begin_best();
        if (branch_) branch_->advance();
        if (branch_ && !branch_->stands()) return give_up({});  // the chain went another way meanwhile
        if (asking_ && node_.now() >= asked_at_ + header_patience && best()) {
            if (auto it = sources_.find(guide_); it != sources_.end()) it->second.slow = true;
            return give_up({});
        }
        proceed();
    }

    /// A peer is no longer to be asked.
    void drop(std::string const& url) {
        sources_.erase(url);
        for (auto& w : windows_) std::erase(w->asked, url);
    }

    bool under_way() const noexcept { return !guide_.empty(); }
    std::size_t headers_held() const { return branch_ ? branch_->size() : 0; }
    std::size_t windows_held() const noexcept { return windows_.size(); }
    /// Windows that each peer delivered.
    std::map<std::string, std::uint64_t> const& delivered() const noexcept { return delivered_; }

private:
    struct source {
        std::uint64_t height = 0;
        digest head{};
        std::size_t open = 0;        // windows that it is asked for
        bool judged = false;         // nothing more to be had until its next status
        bool elsewhere = false;      // it does not have this branch
        bool slow = false;
    };
    struct window {
        std::uint64_t from;
        std::size_t count;
        std::vector<std::string> asked{};
        std::uint64_t since = 0;
        std::string by{};            // who delivered it
        std::vector<examined> blocks{};
        std::vector<std::shared_ptr<block_type>> memory{};
        foreseen signatures{};
    };

    // --- whom to follow ----------------------------------------------------------------------------------------------
    bool wanted(source const& s) const {
        if (s.judged || s.height <= chain_.final_height() || s.head == chain_.head()) return false;
        auto const ours = chain_.recent(s.height);
        return !ours || ledger::hash_of_block<P>(ours->sealed) != s.head;
    }
    /// Who claims most, other than the guide.
    std::string const* best() const {
        std::string const* found = nullptr;
        std::uint64_t height = 0;
        for (auto& [url, s] : sources_)
            if (url != guide_ && wanted(s) && s.height > height) found = &url, height = s.height;
        return found;
    }
    void begin_best() {
        auto const* url = best();
        if (!url) {
            for (auto& then : std::exchange(waiting_, {})) then();
            return;
        }
        guide_ = *url;
        fork_ = planned_ = chain_.final_height();
        for (auto& [other, s] : sources_) s.open = 0, s.elsewhere = false;
        ask_headers(fork_ + 1);
    }

    /// Ends with this branch, with a fault of its guide or without; others may have better ones.
    void give_up(fault f) {
        auto const url = std::exchange(guide_, {});
        if (auto it = sources_.find(url); it != sources_.end()) it->second.judged = true;
        if (f) accuse(url, f);
        ++round_;  // what is still answered belongs to the past
        branch_.reset();
        windows_.clear();
        memory_.clear();
        trial_.clear();
        trial_bytes_ = 0;
        asking_ = all_headers_ = worth_it_ = false;
        begin_best();
    }
    void accuse(std::string const& url, fault f) {
        bool const gone = f.code == errc::unreachable || f.code == errc::timed_out || f.code == errc::disconnected;
        if (gone || is_a_lie(f.code)) drop(url);
        node_.judge(url, f);
    }

    // --- headers ----------------------------------------------------------------------------------------------------
    void ask_headers(std::uint64_t from) {
        asking_ = true;
        asked_at_ = node_.now();
        http_request r{.path = "/headers", .query = "from=" + std::to_string(from) + "&limit=" + std::to_string(limits::headers), .accept = std::string(cbor_type)};
        node_.ask(guide_, std::move(r), [this, from, round = round_](result<http_response> answer) {
            if (round != round_) return;
            asking_ = false;
            auto const f = take_headers(from, opened<header_page<proof_of<P>>>(answer));
            f ? give_up(f) : go_on();
        });
    }

    fault take_headers(std::uint64_t from, result<header_page<proof_of<P>>> const& p) {
        if (!p) return p.error();
        if (p->chain_id != chain_.chain_id()) return {errc::foreign_genesis, "headers.chain_id"};
        if (p->from != from) return {errc::wrong_index, "headers.from", p->from};
        if (p->headers.empty() && p->height >= from) return {errc::missing_field, "headers.headers", p->height};  // a false length
        for (auto& sealed : p->headers) {
            if (!branch_) {
                auto const ours = chain_.recent(fork_ + 1);
                if (ours && ours->sealed == sealed) {
                    planned_ = ++fork_;
                    continue;
                }
                branch_.emplace(chain_, fork_);
            }
            auto const f = branch_->append(sealed, node_.now(), node_.check);
            if (f.code == errc::time_too_new) {  // what comes before it may do
                all_headers_ = true;
                break;
            }
            if (f) return f;
        }
        if (from + p->headers.size() > p->height) all_headers_ = true;
        return {};
    }

    // --- bodies -----------------------------------------------------------------------------------------------------
    void proceed() {
        if (asking_ && !branch_) return;
        if (!branch_) return all_headers_ ? give_up({}) : ask_headers(fork_ + 1);  // as far as we are, so far
        if (!asking_ && !all_headers_ && branch_->size() + limits::headers <= most_headers) {
            if (sources_.count(guide_) == 0) change_guide();
            if (!all_headers_) ask_headers(branch_->height() + 1);
        }
        if (!worth_it_) worth_it_ = branch_->fork_point() == chain_.height() || branch_->preferred();
        if (!worth_it_) {
            if (!asking_) give_up({});
            return;
        }
        if (auto f = lay()) return give_up(f);
        assign();
        plan();
        bool open = asking_;
        for (auto& w : windows_) open = open || !w->asked.empty() || !w->blocks.empty();
        if (!open) give_up({});  // all is on the chain, or nobody has the rest any more
    }

    /// The guide is gone or lied: its branch so far is as good as its headers, and somebody else may know how it goes on.
    void change_guide() {
        for (auto& [url, s] : sources_)
            if (!s.elsewhere && s.height > branch_->height()) {
                guide_ = url;
                return;
            }
        all_headers_ = true;
    }

    /// Asks for what comes next as long as somebody is free: each window is as large as blocks are by then.
    void plan() {
        while (windows_.size() < most_windows && planned_ < branch_->height()) {
            auto const fitting = std::clamp<std::uint64_t>(block_bytes_ == 0 ? first_blocks : window_bytes / block_bytes_, 1, limits::page);
            auto const count = std::min(fitting, branch_->height() - planned_);
            auto const w = std::make_shared<window>(window{.from = planned_ + 1, .count = std::size_t(count)});
            auto* const who = source_for(*w);
            if (!who) return;
            windows_.push_back(w);
            planned_ += count;
            ask_window(w, *who);
        }
    }

    void assign() {
        for (auto& w : std::vector<std::shared_ptr<window>>(windows_.begin(), windows_.end())) {
            if (!w->blocks.empty()) continue;
            bool const late = !w->asked.empty() && node_.now() >= w->since + patience;
            if (!w->asked.empty() && !late) continue;
            auto* const who = source_for(*w);
            if (!who) continue;
            if (late)
                for (auto& url : w->asked)
                    if (auto it = sources_.find(url); it != sources_.end()) it->second.slow = true;
            ask_window(w, *who);
        }
    }
    std::string const* source_for(window const& w) const {
        std::string const* found = nullptr;
        std::pair<bool, std::size_t> least{true, most_of_one};
        for (auto& [url, s] : sources_) {
            if (s.elsewhere || s.open >= most_of_one || s.height < w.from || std::count(w.asked.begin(), w.asked.end(), url)) continue;
            if (!found || std::pair(s.slow, s.open) < least) found = &url, least = {s.slow, s.open};
        }
        return found;
    }

    void ask_window(std::shared_ptr<window> const& w, std::string const& url) {
        ++sources_[url].open;
        w->asked.push_back(url);
        w->since = node_.now();
        http_request r{.path = "/chain", .query = "from=" + std::to_string(w->from) + "&limit=" + std::to_string(w->count), .accept = std::string(cbor_type)};
        node_.ask(url, std::move(r), [this, w, url = std::string(url), round = round_](result<http_response> answer) {
            if (round != round_) return;
            auto const it = sources_.find(url);
            if (it == sources_.end()) return;
            if (it->second.open != 0) --it->second.open;
            std::erase(w->asked, url);
            if (w->blocks.empty()) {  // otherwise somebody else was faster
                auto const f = take_window(w, it->second, opened<page>(answer));
                if (!w->blocks.empty()) w->by = url, ++delivered_[url];
                if (f.code == errc::not_found) it->second.elsewhere = true;
                else if (f.code == errc::busy) it->second.slow = true;
                else if (f) accuse(url, f);
            }
            go_on();
        });
    }

    /// Keeps the blocks up to the first that is not the one its header names.
    fault take_window(std::shared_ptr<window> const& w, source& from, result<page> p) {
        if (!p) return p.error();
        if (p->chain_id != chain_.chain_id()) return {errc::foreign_genesis, "page.chain_id"};
        if (p->from != w->from) return {errc::wrong_index, "page.from", p->from};
        if (p->blocks.empty() && p->height >= w->from) return {errc::missing_field, "page.blocks", p->height};
        if (p->blocks.size() > w->count) return {errc::oversized, "page.blocks", p->blocks.size()};
        fault refused;
        std::size_t total = 0;
        if (p->blocks.empty()) from.elsewhere = true;
        std::vector<std::shared_ptr<block_type const>> fitting;
        std::vector<std::shared_ptr<bytes const>> raw;
        for (auto& came : p->blocks) {
            auto const h = w->from + fitting.size();
            auto const block = memory_.take();
            if ((refused = schema::decode_into(came, *block))) break;
            auto const* wanted = h > branch_->fork_point() ? &branch_->header_at(h).sealed : nullptr;
            if (wanted && !(block->sealed == *wanted)) {
                from.elsewhere = true;  // another branch, unless nobody could have sealed it
                refused = branch_->refuses(block->sealed, node_.now(), node_.check);
                if (!is_a_lie(refused.code)) refused = {};
                break;
            }
            w->memory.push_back(block);
            fitting.push_back(block);
            raw.push_back(std::make_shared<bytes const>(std::move(came)));
        }
        for (auto& known : ledger::chain<P>::examine(std::move(fitting), raw)) {
            auto const at = w->blocks.size();
            if (known.transactions_root != known.block->head().transactions_root) {
                refused = {errc::wrong_root, "block.transactions_root", w->from + at};
                break;
            }
            total += known.raw->size();
            w->blocks.push_back(std::move(known));
        }
        if (!w->blocks.empty()) {
            block_bytes_ = std::max<std::size_t>(total / w->blocks.size(), 1);
            if (auto const rest = w->count - w->blocks.size(); rest != 0) {
                auto const at = std::find(windows_.begin(), windows_.end(), w);
                if (at != windows_.end()) windows_.insert(at + 1, std::make_shared<window>(window{.from = w->from + w->blocks.size(), .count = rest}));
                w->count = w->blocks.size();
            }
            if (node_.foresee && continues()) w->signatures = node_.foresee(w->blocks);
        }
        return refused;
    }

    /// Is the branch that is followed an extension of the own chain, and not a fork?
    bool continues() const { return trial_.empty() && branch_->fork_point() == chain_.height(); }

    /// Its signatures are on their way, and so is another answer, with which somebody will look again.
    bool may_wait(window const& front) const {
        if (!front.signatures.done || front.signatures.done()) return false;
        auto const complete = std::count_if(windows_.begin(), windows_.end(), [](auto& w) { return !w->blocks.empty(); });
        return std::size_t(complete) < most_foreseen && std::any_of(windows_.begin(), windows_.end(), [](auto& w) { return w->blocks.empty() && !w->asked.empty(); });
    }

    /// Hands over what is complete, in order. Errors: a lie of the guide's.
    fault lay() {
        while (!windows_.empty()) {
            auto& w = *windows_.front();
            auto const tip = trial_.empty() ? branch_->fork_point() : branch_->fork_point() + trial_.size();
            if (w.from + w.count <= tip + 1) {  // the chain has it by now
                windows_.pop_front();
                continue;
            }
            if (w.blocks.empty() || w.from > tip + 1) return {};
            if (node_.settled()) laid_ = 0;
            if (laid_ >= most_laid || may_wait(w)) return {};
            if (w.signatures.finish) w.signatures.finish(w.blocks);
            auto const held = std::ptrdiff_t(tip + 1 - w.from);  // by now
            w.blocks.erase(w.blocks.begin(), w.blocks.begin() + held);
            auto const done = std::move(windows_.front());
            windows_.pop_front();
            fault f;
            if (continues()) {
                f = node_.extend(done->blocks);
                for (auto& b : done->memory) memory_.lend(std::move(b));
                ++laid_;
                branch_->advance();
                if (is_a_lie(f.code) && done->by != guide_) accuse(done->by, f);
            } else {
                for (auto& b : done->blocks) trial_.push_back(*b.block), trial_bytes_ += b.raw->size();
                f = node_.replace(branch_->fork_point(), trial_);
                if (!f) {
                    ++laid_;
                    trial_.clear();
                    trial_bytes_ = 0;
                    branch_->advance();
                } else if (f.code == errc::not_preferred && trial_bytes_ <= heaviest_branch && (planned_ < branch_->height() || !windows_.empty() || asking_)) {
                    f = {};
                }
            }
            if (f) return f;
        }
        return {};
    }

    ledger::chain<P> const& chain_;
    seams node_;
    std::map<std::string, source> sources_;
    std::map<std::string, std::uint64_t> delivered_;
    std::vector<then_type> waiting_;
    std::string guide_;                             // whose branch is followed; empty: nobody's
    std::optional<ledger::header_branch<P>> branch_;
    std::deque<std::shared_ptr<window>> windows_;   // in the order of the chain
    block_list trial_;                              // of a fork, until it is preferred
    std::size_t trial_bytes_ = 0;
    ledger::block_memory<P> memory_;                // of blocks that were laid
    std::size_t block_bytes_ = 0;                   // what a block took lately
    std::size_t laid_ = 0;
    std::uint64_t fork_ = 0;                        // up to which the guide's chain is ours
    std::uint64_t planned_ = 0;                     // up to which windows exist
    std::uint64_t round_ = 0;
    std::uint64_t asked_at_ = 0;
    bool asking_ = false;                           // for headers
    bool all_headers_ = false;
    bool worth_it_ = false;
};

} // namespace daicho::role
