#pragma once
// What a program on the bare machine needs: text to the emulator's standard output (port 0xe9), memory functions, the end.
#include <cstddef>
#include <cstdint>
extern "C" {
inline void out(std::uint16_t port, std::uint8_t v) { __asm__ volatile("outb %0, %1" ::"a"(v), "Nd"(port)); }
[[gnu::used]] void* memcpy(void* d, void const* s, std::size_t n) { auto r = d; __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(n)::"memory"); return r; }
[[gnu::used]] void* memset(void* d, int v, std::size_t n) { auto r = d; __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(v) : "memory"); return r; }
[[gnu::used]] void* memmove(void* d, void const* s, std::size_t n) {
    auto a = static_cast<char volatile*>(d); auto b = static_cast<char const volatile*>(s);
    if (a < b) for (std::size_t i = 0; i != n; ++i) a[i] = b[i]; else for (std::size_t i = n; i-- != 0;) a[i] = b[i];
    return d;
}
[[gnu::used]] int memcmp(void const* x, void const* y, std::size_t n) {
    auto a = static_cast<unsigned char const volatile*>(x); auto b = static_cast<unsigned char const volatile*>(y);
    for (std::size_t i = 0; i != n; ++i) if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}
int main();
[[gnu::used]] void run() {
    int const r = main();
    for (char const* s = r == 0 ? "PASSED\n" : "FAILED\n"; *s; ++s) out(0xe9, std::uint8_t(*s));
    for (char const* s = "Shutdown"; *s; ++s) out(0x8900, std::uint8_t(*s));
}
}
inline void say(char const* s) { for (; *s; ++s) out(0xe9, std::uint8_t(*s)); }
inline void say(std::uint64_t v) { char b[21]; int i = 20; b[20] = 0; do b[--i] = char('0' + v % 10); while (v /= 10); say(b + i); }
