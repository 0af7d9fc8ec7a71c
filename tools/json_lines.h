// Case events as JSON lines: protobuf's own JSON mapping of concordat.v1.CaseEvent, one a line.
#ifndef CONCORDAT_TOOLS_JSON_LINES_H_
#define CONCORDAT_TOOLS_JSON_LINES_H_

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/limits.h"
#include "concordat/v1/event.pb.h"

namespace concordat::tools {

// JSON names every field, so a line may be longer than the message that it becomes.
inline constexpr size_t kLineBytesMax = 4 * kMessageBytesMax;

struct JsonLine {
  uint64_t number = 0;    // From 1.
  std::string text;       // Without its line end (LF or CR LF); cut when too_long.
  bool too_long = false;  // Had more than kLineBytesMax bytes.
};

// Reads line by line; never holds more than kLineBytesMax of one. Not thread-safe.
class LineReader {
 public:
  // `in` outlives the reader.
  explicit LineReader(std::istream* in) : in_(in) {}

  // The next line that is not blank, nullopt at the end. A last line without a line end counts.
  std::optional<JsonLine> Next();

  // Lines passed so far, blank ones included.
  uint64_t lines() const { return lines_; }

 private:
  bool ReadLine(JsonLine* line);

  std::istream* in_;
  uint64_t lines_ = 0;
};

// INVALID_ARGUMENT "<field>: got <shape>, want <shape>" with none of the line's values: not JSON,
// not an object, an unknown field, a value that does not fit its field, a line that is too long.
absl::StatusOr<v1::CaseEvent> ParseCaseEvent(const JsonLine& line);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_JSON_LINES_H_
