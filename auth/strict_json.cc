#include "auth/strict_json.h"

#include <set>
#include <vector>

namespace concordat::auth {
namespace {

using nlohmann::json;

constexpr size_t kDepthMax = 8;
constexpr int64_t kSecondsMax = 253402300799;  // 9999-12-31T23:59:59Z.

// Follows the parser: the names of each object that is open now.
class Shape {
 public:
  bool Take(int depth, json::parse_event_t event, const json& value) {
    if (static_cast<size_t>(depth) > kDepthMax) sound_ = false;
    if (event == json::parse_event_t::object_start) names_.emplace_back();
    if (event == json::parse_event_t::object_end && !names_.empty()) names_.pop_back();
    if (event == json::parse_event_t::key) {
      const bool is_new = !names_.empty() && names_.back().insert(value.get<std::string>()).second;
      if (!is_new) sound_ = false;
    }
    return sound_;
  }
  bool sound() const { return sound_; }

 private:
  std::vector<std::set<std::string>> names_;
  bool sound_ = true;
};

}  // namespace

std::optional<json> ParseStrictJson(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) return std::nullopt;
  if (text.find('\0') != std::string_view::npos)
    return std::nullopt;  // The parser would end there.
  Shape shape;
  json parsed = json::parse(
      text.begin(), text.end(),
      [&shape](int depth, json::parse_event_t event, json& value) {
        return shape.Take(depth, event, value);
      },
      /*allow_exceptions=*/false);
  if (!shape.sound() || !parsed.is_object()) return std::nullopt;
  return parsed;
}

std::optional<std::string> TextMember(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<int64_t> SecondsMember(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() && found->get<uint64_t>() > uint64_t{kSecondsMax}) {
    return std::nullopt;
  }
  const int64_t seconds = found->get<int64_t>();
  if (seconds < 0 || seconds > kSecondsMax) return std::nullopt;
  return seconds;
}

}  // namespace concordat::auth
