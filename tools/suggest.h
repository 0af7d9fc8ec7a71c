// "Did you mean": the nearest known word to a mistyped one.
#ifndef CONCORDAT_TOOLS_SUGGEST_H_
#define CONCORDAT_TOOLS_SUGGEST_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace concordat::tools {

// Levenshtein distance in bytes.
size_t EditDistance(std::string_view a, std::string_view b);

// The candidate at the smallest distance, the first of equals; empty when there is none, or none
// within a third of the word's length (at least 2).
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_SUGGEST_H_
