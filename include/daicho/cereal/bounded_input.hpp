#pragma once

#include <daicho/base/bytes.hpp>
#include <daicho/cereal/fault.hpp>

#include <cereal/archives/portable_binary.hpp>
#include <cereal/cereal.hpp>

#include <algorithm>

namespace daicho::cereal {

/// Reads what ::cereal::PortableBinaryOutputArchive wrote, from bytes that nobody has vouched for. It never reads past the
/// end, and every size it is told is at most the bytes that are left, whatever type asks: so a std::string or a std::vector
/// of an integrator's own type cannot be made to allocate for bytes that never came. (A std::vector<T> may still take
/// sizeof(T) for each of those bytes: bound the input to suit.) Throws `refused`.
class bounded_input : public ::cereal::InputArchive<bounded_input, ::cereal::AllowEmptyClassElision> {
    using base = ::cereal::InputArchive<bounded_input, ::cereal::AllowEmptyClassElision>;

public:
    explicit bounded_input(byte_view input) : base(this), left_(input), whole_(input.size()) {
        byte little = 0;
        take(&little, 1, 1);
        if (little > 1) throw refused({errc::wrong_type, "archive"});
        swap_ = (little == 1) != bool(::cereal::portable_binary_detail::is_little_endian());
    }

    /// `size` bytes that are elements of `width` bytes each.
    void take(void* to, std::size_t size, std::size_t width) {
        if (size > left_.size()) throw refused({errc::truncated, "", offset()});
        auto* const out = static_cast<byte*>(to);
        std::copy_n(left_.begin(), size, out);
        left_ = left_.subspan(size);
        if (swap_ && width > 1)
            for (std::size_t i = 0; i + width <= size; i += width) std::reverse(out + i, out + i + width);
    }
    void check_count(std::uint64_t n) const {
        if (n > left_.size()) throw refused({errc::truncated, "", offset()});
    }

    std::size_t remaining() const noexcept { return left_.size(); }
    std::size_t offset() const noexcept { return whole_ - left_.size(); }

private:
    byte_view left_;
    std::size_t whole_;
    bool swap_ = false;
};

template <class T>
    requires std::is_arithmetic_v<T>
void CEREAL_LOAD_FUNCTION_NAME(bounded_input& ar, T& v) {
    if constexpr (std::is_same_v<T, bool>) {
        byte b = 0;
        ar.take(&b, 1, 1);
        if (b > 1) throw refused({errc::wrong_type, "", ar.offset() - 1});
        v = b == 1;
    } else {
        ar.take(&v, sizeof v, sizeof v);
    }
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(bounded_input& ar, ::cereal::BinaryData<T>& b) {
    ar.take(b.data, std::size_t(b.size), sizeof(std::remove_pointer_t<std::decay_t<T>>));
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(bounded_input& ar, ::cereal::NameValuePair<T>& v) {
    ar(v.value);
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(bounded_input& ar, ::cereal::SizeTag<T>& tag) {
    ar(tag.size);
    ar.check_count(tag.size);
}

} // namespace daicho::cereal

/// What bounded_input reads, PortableBinaryOutputArchive writes.
template <>
struct cereal::traits::detail::get_output_from_input<daicho::cereal::bounded_input> {
    using type = ::cereal::PortableBinaryOutputArchive;
};
