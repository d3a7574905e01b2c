#include <daicho/role/note_text.hpp>

#include <boost/test/unit_test.hpp>

using namespace daicho;

BOOST_AUTO_TEST_SUITE(note_text)

BOOST_AUTO_TEST_CASE(a_reason_is_a_sentence_and_a_place_if_there_is_one) {
    auto const sentence = std::string(message(errc::stale_version));
    BOOST_TEST(role::reason_of({errc::stale_version, "release.version", 7}) == sentence + " (release.version)");
    BOOST_TEST(role::reason_of(errc::stale_version) == sentence);
}
BOOST_AUTO_TEST_CASE(an_image_is_called_by_its_model_and_version) {
    release r{};
    r.model.assign("thermostat-2");
    r.version = 3;
    BOOST_TEST(role::title_of(r) == "thermostat-2 v3");
    BOOST_TEST(role::title_of(r.model, 4) == "thermostat-2 v4");
}

BOOST_AUTO_TEST_SUITE_END()
