#pragma once

#include <daicho/schema/field.hpp>

namespace daicho {

/// A plain struct with a schema tag whose members all have canonical bytes (docs/concepts/record.md).
template <class T>
concept record = schema::tagged<T> && schema::encodable<T> && std::equality_comparable<T>;

} // namespace daicho
