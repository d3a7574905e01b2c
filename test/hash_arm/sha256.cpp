// On an ARM processor, or in an emulated one (test/hash_arm/check): its hash keeps the laws of a hash function and of many_hash, and a
// tree built by it has the same root. Says PASSED and leaves with 0; otherwise says what was wrong.
#include <daicho/hash_arm/sha256.hpp>

#include <daicho/hash/digest_of.hpp>
#include <daicho/laws/hash_function.hpp>
#include <daicho/laws/many_hash.hpp>
#include <daicho/ledger/tree.hpp>

#include <cstdio>

namespace {

using namespace daicho;

bool says(char const* what, laws::verdict const& v) {
    std::printf("%s: %zu checked\n", what, v.checked);
    for (auto& law : v.broken) std::printf("  broken: %s\n", law.c_str());
    return v.holds();
}

bool equals_the_portable_form_on_every_length_around_a_block() {
    for (std::size_t n = 0; n != 520; ++n) {
        bytes const m(n, byte(n * 37));
        if (hash_bytes<hash_arm::sha256>(m) != hash_bytes<sha256>(m)) return std::printf("a message of %zu bytes differs\n", n), false;
    }
    return true;
}

bool a_tree_has_the_same_root() {
    std::vector<digest> leaves(300);
    for (std::size_t i = 0; i != leaves.size(); ++i) leaves[i].fill(byte(i * 37)), leaves[i][31] = byte(i);
    ledger::tree_head<sha256> one_by_one, at_once;
    for (auto& leaf : leaves) one_by_one.append(leaf);
    at_once.append_all({leaves.front().data(), leaves.size() * sizeof(digest)}, sizeof(digest), hash_arm::many_sha256{});
    if (at_once.root() == one_by_one.root()) return true;
    return std::puts("a tree differs"), false;
}

} // namespace

int main() {
    static_assert(std::same_as<many_of<hash_arm::sha256>, hash_arm::many_sha256>);
    laws::verdict one, many;
    laws::hash_function<hash_arm::sha256>(one);
    laws::many_hash<sha256, hash_arm::many_sha256>(many);
    std::printf("this processor hashes many by %s\n", std::string(hash_arm::many_sha256{}.kernel()).c_str());
    bool good = says("hash_function", one) && says("many_hash", many) && equals_the_portable_form_on_every_length_around_a_block() && a_tree_has_the_same_root();
#if defined(__aarch64__)
    if (!hash_arm::cpu::sha2()) std::puts("SKIPPED: ARMv8 SHA-2: this processor does not have it");
    else good &= hash_arm::many_sha256{}.kernel() == hash_arm::many_sha2{}.kernel();
#endif
    std::puts(good ? "PASSED" : "FAILED");
    return good ? 0 : 1;
}
