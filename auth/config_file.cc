#include "auth/config_file.h"

#include <string>

#include "absl/status/status.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

namespace concordat::auth {
namespace {

// Keeps the first error: those after it are mostly its echoes.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text_.empty()) text_ = StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

absl::Status ReadTextproto(const std::string& path, google::protobuf::Message* message) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  message->Clear();
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(text, message)) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat(path, ":", error.text()));
}

std::string ContentBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }  // The stream trims `bytes` when it goes.
  return bytes;
}

crypto::Digest ContentDigest(const google::protobuf::Message& message) {
  return crypto::Sha256(ContentBytes(message));
}

}  // namespace concordat::auth
