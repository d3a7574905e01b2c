/// A project outside daicho's tree: it finds the installed headers, declares a record of its own and reads its bytes back.
#include <daicho/schema/codec.hpp>

#include <cstdio>

struct greeting {
    static constexpr daicho::schema::tag schema{200, 1, "greeting"};
    DAICHO_RECORD(greeting, (std::uint32_t, number), (daicho::digest, image));
};

int main() {
    greeting const sent{.number = 7, .image = {1, 2, 3}};
    auto const received = daicho::decode<greeting>(daicho::encode(sent));
    if (!received || received->number != sent.number || received->image != sent.image) return 1;
    std::puts("a consumer outside the tree reads its own record back");
}
