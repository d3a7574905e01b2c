#pragma once

#include <daicho/concept/observer.hpp>
#include <daicho/laws/law.hpp>

namespace daicho::laws {

namespace detail {
/// What a stranger may have said: nothing, much, another line, orders to a terminal, a format, no UTF-8.
inline std::vector<std::string> strange_details() {
    using namespace std::string_literals;
    return {"", std::string(20'000, 'a'), "from\nnode-2  block  forged\r\n", "\x1b[2Jgone\x07\x7f", "%s%n%1000000d", "\xff\xfe\x80", "a\0b"s, "tab\tand\vmore"};
}
} // namespace detail

/// The laws of docs/concepts/observer.md that every observer keeps, whatever it makes of what it hears.
template <daicho::observer Observer>
void observer(verdict& v, Observer& o) {
    bool calm = true;
    for (auto const& text : detail::strange_details()) {
        try {
            o.note("refused", text);
            o.note(text, "a stranger");
        } catch (...) {
            calm = false;
        }
    }
    v.law("Whatever it is told, it does not throw.", calm);
}

/// And those of one that writes for people: `read()` is all that it wrote since it was last asked.
template <daicho::observer Observer, class Read>
void observer(verdict& v, Observer& o, Read read) {
    observer(v, o);
    (void)read();
    auto const contains = [](std::string const& text, std::string_view part) { return text.find(part) != text.npos; };

    o.note("sealed", "block 3 with 2 transactions");
    std::string const line = read();
    v.law("Who reads it learns the event and its detail.", contains(line, "sealed") && contains(line, "block 3 with 2 transactions"));

    for (auto const& text : detail::strange_details()) {
        o.note("refused", text);
        std::string const said = read();
        auto const end = said.find('\n');
        v.law("One event is one line.", end != said.npos && end + 1 == said.size());
        bool plain = true;
        for (char c : said) plain = plain && (c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
        v.law("A stranger's text gives no orders to a terminal.", plain);
    }
    std::string event = "restored", detail = "height 4711";
    o.note(event, detail);
    event.assign(event.size(), '#');
    detail.assign(detail.size(), '#');
    std::string const later = read();
    v.law("What it keeps for later it copied.", contains(later, "restored") && contains(later, "height 4711"));
}

} // namespace daicho::laws
