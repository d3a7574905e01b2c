#pragma once

#include <daicho/role/action.hpp>

#include <functional>
#include <map>
#include <utility>

namespace daicho::role {

/// What a role goes on with once an answer has come: each under the ticket that the question left with.
template <class Answer>
class continuations {
public:
    using then_type = std::function<void(Answer)>;

    /// The ticket to ask with.
    ticket keep(then_type then) {
        waiting_.emplace(++last_, std::move(then));
        return last_;
    }

    /// Goes on, once: an answer for which nothing waits, or that comes a second time, is let go.
    void resume(ticket t, Answer answer) {
        auto const waited = waiting_.extract(t);  // out of here first: what goes on may ask again
        if (!waited.empty()) waited.mapped()(std::move(answer));
    }

    std::size_t size() const noexcept { return waiting_.size(); }

private:
    std::map<ticket, then_type> waiting_;
    ticket last_ = 0;
};

} // namespace daicho::role
