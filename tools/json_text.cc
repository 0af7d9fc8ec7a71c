#include "tools/json_text.h"

#include <google/protobuf/util/json_util.h>

#include <cstdint>

#include "absl/strings/str_format.h"
#include "base/field_error.h"
#include "base/str_cat.h"

namespace concordat::tools {
namespace {

// The length of the UTF-8 sequence that `text` starts with (RFC 3629); 0 when it starts with none.
size_t Utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  const size_t length = first < 0x80   ? 1
                        : first < 0xC2 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (length > 1) {
    const uint8_t second = byte(1);
    if (first == 0xE0 && second < 0xA0) return 0;   // Overlong.
    if (first == 0xED && second >= 0xA0) return 0;  // A surrogate.
    if (first == 0xF0 && second < 0x90) return 0;   // Overlong.
    if (first == 0xF4 && second >= 0x90) return 0;  // Above U+10FFFF.
  }
  return length;
}

}  // namespace

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    const unsigned char c = text[0];
    if (length == 0) {
      json += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (c < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(&json, "\\u%04x", c);
    } else {
      StrAppend(&json, text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return json + "\"";
}

std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  // Fails only for an Any of unknown type, which our messages don't hold.
  if (!google::protobuf::util::MessageToJsonString(message, &json).ok()) return "{}";
  return json;
}

absl::Status FromJson(const std::string& text, google::protobuf::Message* message) {
  if (google::protobuf::util::JsonStringToMessage(text, message).ok()) return absl::OkStatus();
  return FieldError("text", "what is not the JSON mapping",
                    StrCat("a ", message->GetDescriptor()->full_name()));
}

std::string Timestamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

}  // namespace concordat::tools
