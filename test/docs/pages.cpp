/// The pages say what is so: code that they show is compiled, pages, files and tests that they name exist, and so do the pages
/// that messages of the compiler name.
///
/// A block of C++ in a page follows a line `<!-- test/docs/readme.cpp [node] -->`: it equals the lines between `// [node]` and
/// `// [/node]` of that file, without their common indentation.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace pages {

namespace fs = std::filesystem;
using lines = std::vector<std::string>;

fs::path root() {
    if (char const* source = std::getenv("DAICHO_SOURCE")) return source;
    std::string const here = __FILE__;
    return here.substr(0, here.rfind("test/docs/"));
}

lines read_lines(fs::path const& file) {
    std::ifstream in(file);
    lines out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

std::vector<fs::path> all_pages() {
    std::vector<fs::path> out{root() / "README.md"};
    for (auto& e : fs::recursive_directory_iterator(root() / "docs"))
        if (e.path().extension() == ".md") out.push_back(e.path());
    std::sort(out.begin(), out.end());
    return out;
}

std::string shown(fs::path const& p) { return fs::relative(p, root()).string(); }

lines region(fs::path const& file, std::string const& name) {
    lines out;
    bool inside = false;
    std::size_t indent = ~std::size_t(0);
    for (auto& line : read_lines(file)) {
        auto const text = line.substr(std::min(line.size(), line.find_first_not_of(' ')));
        if (text == "// [/" + name + "]") break;
        if (inside) out.push_back(line);
        if (inside && !text.empty()) indent = std::min(indent, line.size() - text.size());
        if (text == "// [" + name + "]") inside = true;
    }
    for (auto& line : out) line.erase(0, std::min(indent, line.size()));
    return out;
}

std::string joined(lines const& l) {
    std::string out;
    for (auto& line : l) out += line + '\n';
    return out;
}

/// Every occurrence of prefix, with the characters of a path that follow it.
std::set<std::string> named(std::string const& text, std::string const& prefix) {
    std::set<std::string> out;
    for (auto at = text.find(prefix); at != text.npos; at = text.find(prefix, at + 1)) {
        auto const before = at == 0 ? ' ' : text[at - 1];
        if (std::isalnum(static_cast<unsigned char>(before)) || std::string("_-/").find(before) != std::string::npos) continue;
        auto end = at;
        auto const more = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::string("_-./").find(c) != std::string::npos; };
        while (end != text.size() && more(text[end])) ++end;
        auto word = text.substr(at, end - at);
        while (!word.empty() && (word.back() == '.' || word.back() == '/')) word.pop_back();
        out.insert(word);
    }
    return out;
}

BOOST_AUTO_TEST_SUITE(pages_of_the_docs)

BOOST_AUTO_TEST_CASE(code_that_names_its_source_is_what_the_source_says) {
    std::size_t found = 0;
    for (auto& page : all_pages()) {
        auto const text = read_lines(page);
        for (std::size_t i = 0; i != text.size(); ++i) {
            std::istringstream words(text[i]);
            std::string open, file, name, close;
            if (!(words >> open >> file >> name >> close) || open != "<!--" || close != "-->" || name.front() != '[') continue;
            BOOST_TEST_CONTEXT(shown(page) << ", line " << i + 1) {
                BOOST_TEST_REQUIRE((i + 1 < text.size() && text[i + 1] == "```cpp"));
                lines block;
                for (std::size_t k = i + 2; k != text.size() && text[k] != "```"; ++k) block.push_back(text[k]);
                auto const wanted = region(root() / file, name.substr(1, name.size() - 2));
                BOOST_TEST_REQUIRE(!wanted.empty(), file << " has no region " << name);
                BOOST_TEST(joined(block) == joined(wanted));
                ++found;
            }
        }
    }
    BOOST_TEST(found >= 3u);
}

BOOST_AUTO_TEST_CASE(all_code_in_the_readme_and_the_tutorials_names_its_source) {
    for (auto& page : all_pages()) {
        bool const kept = page.filename() == "README.md" || shown(page).starts_with("docs/tutorials/");
        if (!kept) continue;
        auto const text = read_lines(page);
        for (std::size_t i = 0; i != text.size(); ++i)
            if (text[i] == "```cpp") BOOST_TEST((i != 0 && text[i - 1].starts_with("<!-- test/")), shown(page) << ", line " << i + 1);
    }
}

BOOST_AUTO_TEST_CASE(links_lead_somewhere) {
    for (auto& page : all_pages()) {
        auto const text = joined(read_lines(page));
        for (auto at = text.find("]("); at != text.npos; at = text.find("](", at + 1)) {
            auto const end = text.find(')', at);
            auto link = text.substr(at + 2, end - at - 2);
            link = link.substr(0, link.find('#'));
            if (link.empty() || link.find("://") != link.npos || link.find_first_of(" []{}<>") != link.npos) continue;
            BOOST_TEST(fs::exists(page.parent_path() / link), shown(page) << " links to " << link);
        }
    }
}

BOOST_AUTO_TEST_CASE(files_that_pages_name_exist) {
    for (auto& page : all_pages()) {
        auto const text = joined(read_lines(page));
        for (auto prefix : {"docs/", "test/", "examples/", "benchmarks/", "daicho/"})
            for (auto& name : named(text, prefix)) {
                if (name.find('.') == name.npos || name.back() == '-') continue;
                bool there = fs::exists(root() / name) || fs::exists(root() / "include" / name);
                if (name.starts_with("daicho/benchmarks/")) there = fs::exists(root() / "benchmarks/suite" / fs::path(name).filename());
                BOOST_TEST(there, shown(page) << " names " << name);
            }
    }
}

BOOST_AUTO_TEST_CASE(pages_that_the_library_names_exist) {
    for (auto& e : fs::recursive_directory_iterator(root() / "include"))
        if (e.is_regular_file())
            for (auto& name : named(joined(read_lines(e.path())), "docs/"))
                if (name.ends_with(".md")) BOOST_TEST(fs::exists(root() / name), shown(e.path()) << " names " << name);
}

BOOST_AUTO_TEST_CASE(every_page_is_in_the_index_and_every_decision_has_its_own_number) {
    auto const index = joined(read_lines(root() / "docs/README.md"));
    std::map<std::string, std::string> numbers;
    for (auto& page : all_pages()) {
        auto const name = fs::relative(page, root() / "docs").string();
        if (name == "README.md" || name == "../README.md") continue;
        BOOST_TEST((index.find("](" + name + ")") != index.npos), "docs/README.md does not list " << name);
        if (!name.starts_with("adr/")) continue;
        auto const [other, fresh] = numbers.emplace(name.substr(0, 8), name);
        BOOST_TEST(fresh, name << " has the number of " << other->second);
    }
}

/// In docs/threat-model.md each attack ends with `file: test`.
BOOST_AUTO_TEST_CASE(every_attack_is_tried_by_a_test_that_exists) {
    std::size_t found = 0;
    std::map<std::string, std::string> sources;
    for (auto& line : read_lines(root() / "docs/threat-model.md"))
        for (auto at = line.find("`test/"); at != line.npos; at = line.find("`test/", at + 1)) {
            auto const quoted = line.substr(at + 1, line.find('`', at + 1) - at - 1);
            auto const colon = quoted.find(": ");
            if (colon == quoted.npos) continue;
            auto const file = quoted.substr(0, colon), test = quoted.substr(colon + 2);
            auto& source = sources[file];
            if (source.empty()) source = joined(read_lines(root() / file));
            auto const name = source.find("(" + test);
            bool const there = name != source.npos && std::string(",)").find(source[name + 1 + test.size()]) != std::string::npos;
            BOOST_TEST(there, file << " has no test " << test);
            ++found;
        }
    BOOST_TEST(found >= 30u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace pages
