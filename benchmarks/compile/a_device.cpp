// A whole device on an ordinary machine, its link an archetype.
#include <daicho/defaults.hpp>
#include <daicho/defaults/host.hpp>
#include <daicho/role/device.hpp>

struct fleet : daicho::defaults::hardened {};
struct wire {
    daicho::result<daicho::byte_view> exchange(daicho::byte_view request, daicho::byte_span reply);
};
struct board : daicho::defaults::host<fleet> {
    using link = wire;
};
template class daicho::device<fleet, board>;
