// UTF-8, strictly as RFC 3629 has it.
#ifndef CONCORDAT_BASE_UTF8_H_
#define CONCORDAT_BASE_UTF8_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace concordat {

// The number of code points in `text`, 0 for the empty text; nullopt when it is not UTF-8: a
// surrogate, an overlong form, anything above U+10FFFF, or a sequence cut short. Thread-safe.
std::optional<size_t> CountCodePoints(std::string_view text);

}  // namespace concordat

#endif  // CONCORDAT_BASE_UTF8_H_
