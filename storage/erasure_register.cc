#include "storage/erasure_register.h"

#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"
#include "rocksdb/env.h"

namespace concordat::storage {
namespace {

constexpr char kVersion[] = "1";
constexpr size_t kFields = 6;

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status Unavailable(const std::string& path, const rocksdb::Status& status) {
  return absl::UnavailableError(
      StrCat("erasure register ", path, ": got ", status.ToString(), ", want it read and written"));
}

std::string Line(const RegisteredErasure& erasure) {
  return StrCat(kVersion, " ", erasure.subject_id, " ",
                absl::BytesToHexString(erasure.wrapped_key_sha256), " ", erasure.request.value, " ",
                erasure.erasure.value, " ",
                absl::FormatTime(absl::RFC3339_full, erasure.at, absl::UTCTimeZone()), "\n");
}

bool IsHexDigest(const std::string& text) {
  return text.size() == 2 * crypto::kDigestBytes &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool ParseLine(const std::string& line, RegisteredErasure* erasure) {
  const std::vector<std::string> fields = absl::StrSplit(line, ' ');
  if (fields.size() != kFields || fields[0] != kVersion) return false;
  if (fields[1].empty() || fields[1].size() > kSubjectIdBytesMax) return false;
  if (!IsHexDigest(fields[2])) return false;
  std::string error;
  erasure->subject_id = fields[1];
  erasure->wrapped_key_sha256 = absl::HexStringToBytes(fields[2]);
  return absl::SimpleAtoi(fields[3], &erasure->request.value) &&
         absl::SimpleAtoi(fields[4], &erasure->erasure.value) &&
         absl::ParseTime(absl::RFC3339_full, fields[5], &erasure->at, &error);
}

// A new file under a temporary name takes the old one's place, whole or not at all.
rocksdb::Status Replace(rocksdb::Env* env, const std::string& path, const std::string& contents) {
  const std::string next = StrCat(path, ".new");
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = env->NewWritableFile(next, &file, rocksdb::EnvOptions());
  if (status.ok()) status = file->Append(contents);
  if (status.ok()) status = file->Sync();
  if (status.ok()) status = file->Close();
  if (status.ok()) status = env->RenameFile(next, path);
  std::unique_ptr<rocksdb::Directory> directory;
  if (status.ok()) status = env->NewDirectory(DirectoryOf(path), &directory);
  return status.ok() ? directory->Fsync() : status;
}

rocksdb::Status AppendSynced(rocksdb::Env* env, const std::string& path, const std::string& lines) {
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = env->ReopenWritableFile(path, &file, rocksdb::EnvOptions());
  if (status.ok()) status = file->Append(lines);
  if (status.ok()) status = file->Sync();
  if (file == nullptr) return status;
  const rocksdb::Status closed = file->Close();
  return status.ok() ? closed : status;
}

}  // namespace

ErasureRegister::ErasureRegister(std::string path, rocksdb::Env* env)
    : path_(std::move(path)), env_(env != nullptr ? env : rocksdb::Env::Default()) {}

ErasureRegister::~ErasureRegister() = default;

absl::StatusOr<std::unique_ptr<ErasureRegister>> ErasureRegister::Open(const std::string& path,
                                                                       rocksdb::Env* env) {
  std::unique_ptr<ErasureRegister> opened(new ErasureRegister(path, env));
  const rocksdb::Status exists = opened->env_->FileExists(path);
  if (exists.IsNotFound()) {
    const rocksdb::Status made = Replace(opened->env_, path, "");
    if (!made.ok()) return Unavailable(path, made);
  }
  CONCORDAT_RETURN_IF_ERROR(opened->Load());
  return opened;
}

absl::Status ErasureRegister::Load() {
  std::string contents;
  const rocksdb::Status read = rocksdb::ReadFileToString(env_, path_, &contents);
  if (!read.ok()) return Unavailable(path_, read);
  const size_t whole = contents.rfind('\n') + 1;  // npos + 1 is 0.
  if (whole != contents.size()) {
    contents.resize(whole);
    const rocksdb::Status repaired = Replace(env_, path_, contents);
    if (!repaired.ok()) return Unavailable(path_, repaired);
  }
  std::vector<RegisteredErasure> erasures;
  for (size_t begin = 0; begin < contents.size();) {
    const size_t end = contents.find('\n', begin);
    if (!ParseLine(contents.substr(begin, end - begin), &erasures.emplace_back())) {
      return absl::DataLossError(StrCat("erasure register ", path_, ": got a damaged line ",
                                        erasures.size(), ", want it as it was written"));
    }
    begin = end + 1;
  }
  erasures_ = std::move(erasures);
  torn_ = false;
  return absl::OkStatus();
}

absl::Status ErasureRegister::Add(const std::vector<RegisteredErasure>& erasures) {
  if (torn_) CONCORDAT_RETURN_IF_ERROR(Load());
  std::string lines;
  for (const RegisteredErasure& erasure : erasures) StrAppend(&lines, Line(erasure));
  torn_ = true;
  const rocksdb::Status added = AppendSynced(env_, path_, lines);
  if (!added.ok()) return Unavailable(path_, added);
  torn_ = false;
  erasures_.insert(erasures_.end(), erasures.begin(), erasures.end());
  return absl::OkStatus();
}

}  // namespace concordat::storage
