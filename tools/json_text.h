// Small pieces of JSON that the command line writes itself; messages go through protobuf's mapping.
#ifndef CONCORDAT_TOOLS_JSON_TEXT_H_
#define CONCORDAT_TOOLS_JSON_TEXT_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace concordat::tools {

// A JSON string with its quotes (RFC 8259 section 7). Bytes that are not UTF-8 become U+FFFD, so
// the result is always valid JSON.
std::string JsonString(std::string_view text);

// The message on one line, in protobuf's JSON mapping.
std::string JsonOf(const google::protobuf::Message& message);

// The message of one JSON text. INVALID_ARGUMENT without any of the text.
absl::Status FromJson(const std::string& text, google::protobuf::Message* message);

// RFC 3339 in UTC with microseconds, such as 2024-02-29T10:00:00.000001Z.
std::string Timestamp(absl::Time time);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_JSON_TEXT_H_
