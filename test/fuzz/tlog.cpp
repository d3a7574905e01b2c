/// What a log and its witnesses exchange: a text is refused, or what was read is written the very same. The first byte chooses.
#include "wire_records.hpp"

#include <daicho/tlog/checkpoint.hpp>
#include <daicho/tlog/entry_bundle.hpp>
#include <daicho/tlog/note_key.hpp>
#include <daicho/tlog/tile.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* input, std::size_t size) {
    using namespace daicho;
    using wire::demand;
    if (size == 0) return 0;
    byte_view const b{input + 1, size - 1};
    auto const text = as_text(b);
    switch (input[0] % 5) {
    case 0:
        if (auto const n = tlog::note::parse(text)) demand(std::string(n->text()) + '\n' + std::string(n->signatures()) == text);
        break;
    case 1:
        if (auto const c = tlog::checkpoint::parse(text)) demand(c->text() == text);
        break;
    case 2:
        if (auto const k = tlog::note_key::parse(text)) demand(k->text().size() == text.size() && tlog::note_key::parse(k->text())->key == k->key);
        break;
    case 3:
        if (auto const t = tlog::tile::parse(text)) demand(t->path() == text);
        break;
    case 4: {
        bytes again;
        std::uint64_t count = 0;
        auto const f = tlog::for_each_entry(b, b.size(), [&](std::uint64_t, byte_view e) {
            ++count;
            return tlog::append_entry(again, e);
        });
        demand(equal(again, b.first(again.size())));
        if (f == errc::wrong_size) demand(again.size() == b.size() && !tlog::for_each_entry(b, count, [](auto, auto) { return fault{}; }));
        break;
    }
    }
    return 0;
}
