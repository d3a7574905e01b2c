#pragma once

#include <daicho/base/result.hpp>
#include <daicho/update/outcome.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>

/// As MCUboot's simulator does it: updates in a row, from `version` on, and in each the power goes before one write more than in the one
/// before, until one ends without. Whenever it comes back, the device runs one whole image, and in the end the new one.
///   d                          a device with its power, runs(version) and boot(healthy)
///   publish(version)           offers it
///   look() -> result<outcome>  looks for an update once
///   then()                     what else must hold each time the power is back
template <class Device, class Publish, class Look, class Then>
void power_goes_before_each_write(Device& d, std::uint64_t version, Publish publish, Look look, Then then) {
    using daicho::update::outcome;
    std::size_t cuts = 0;
    for (std::size_t write = 0;; ++write, ++version) {
        publish(version + 1);
        d.power.cut_after(write);
        bool cut = false, installed = false;
        for (int life = 0; life != 12 && !installed; ++life) {
            daicho::result<outcome> const r = look();
            cut = cut || !d.power.on();
            d.power.restore();
            BOOST_TEST((d.runs(version) || d.runs(version + 1)));  // always one whole image
            then();
            if (r && *r == outcome::reboot) d.boot(true);
            installed = r && (*r == outcome::installed || (*r == outcome::unchanged && d.runs(version + 1)));
        }
        BOOST_REQUIRE_MESSAGE(installed, "cut before write " << write);
        BOOST_TEST(d.runs(version + 1));
        if (!cut) break;
        ++cuts;
    }
    BOOST_TEST(cuts > 8u);
}
