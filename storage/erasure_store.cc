#include "storage/erasure_store.h"

#include <algorithm>

#include "absl/functional/function_ref.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"
#include "storage/stored_message.h"

namespace concordat::storage {
namespace {

void PutRecord(Writer& writer, LeafIndex request, const v1::ErasureRecord& record) {
  writer.Put(Family::kErasures, ErasureKey(request), record.SerializeAsString());
}

// Erasures are few: each is two agencies' decision.
absl::Status VisitRecords(const Reader& reader,
                          absl::FunctionRef<void(LeafIndex, const v1::ErasureRecord&)> visit) {
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(Family::kErasures, "", "", [&](std::string_view key, std::string_view value) {
        const absl::StatusOr<uint64_t> request = DecodeUint64(key);
        const absl::StatusOr<v1::ErasureRecord> record =
            ParseStored<v1::ErasureRecord>("erasure", std::string(value));
        damage.Update(request.status());
        damage.Update(record.status());
        if (damage.ok()) visit(LeafIndex{*request}, *record);
        return damage.ok();
      }));
  return damage;
}

absl::StatusOr<std::vector<LeafIndex>> ErasuresWhere(
    const Reader& reader, absl::FunctionRef<bool(const v1::ErasureRecord&)> wanted) {
  std::vector<LeafIndex> found;
  CONCORDAT_RETURN_IF_ERROR(VisitRecords(reader, [&](LeafIndex, const v1::ErasureRecord& record) {
    if (record.has_erasure_index() && wanted(record)) {
      found.push_back(LeafIndex{record.erasure_index()});
    }
  }));
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

absl::StatusOr<v1::ErasureRecord> GetErasure(const Reader& reader, LeafIndex request) {
  return GetStored<v1::ErasureRecord>(reader, Family::kErasures, ErasureKey(request), "erasure");
}

void PutErasureRequest(Writer& writer, LeafIndex request, const std::string& requested_by,
                       const v1::LogEntry::ErasureRequested& details) {
  v1::ErasureRecord record;
  *record.mutable_request() = details;
  record.set_requested_by(requested_by);
  PutRecord(writer, request, record);
}

absl::Status MarkErased(Writer& writer, LeafIndex request, LeafIndex erasure) {
  absl::StatusOr<v1::ErasureRecord> record = GetErasure(writer, request);
  if (absl::IsNotFound(record.status()) || (record.ok() && record->has_erasure_index())) {
    return absl::DataLossError(StrCat("erasure ", erasure.value, ": got request ", request.value,
                                      ", want one that is waiting"));
  }
  CONCORDAT_RETURN_IF_ERROR(record.status());
  record->set_erasure_index(erasure.value);
  PutRecord(writer, request, *record);
  return absl::OkStatus();
}

void PutErasedAgain(Writer& writer, LeafIndex erasure) {
  v1::ErasureRecord record;
  record.set_erasure_index(erasure.value);
  PutRecord(writer, erasure, record);
}

absl::Status MarkCertified(Writer& writer, LeafIndex erasure, LeafIndex certificate) {
  absl::StatusOr<LeafIndex> request =
      absl::DataLossError(StrCat("certificate ", certificate.value, ": got erasure ", erasure.value,
                                 ", want one of this log"));
  CONCORDAT_RETURN_IF_ERROR(
      VisitRecords(writer, [&](LeafIndex key, const v1::ErasureRecord& record) {
        if (record.has_erasure_index() && record.erasure_index() == erasure.value) request = key;
      }));
  CONCORDAT_RETURN_IF_ERROR(request.status());
  CONCORDAT_ASSIGN_OR_RETURN(v1::ErasureRecord record, GetErasure(writer, *request));
  record.set_certificate_index(certificate.value);
  PutRecord(writer, *request, record);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LeafIndex>> UncertifiedErasures(const Reader& reader) {
  return ErasuresWhere(
      reader, [](const v1::ErasureRecord& record) { return !record.has_certificate_index(); });
}

absl::StatusOr<std::vector<LeafIndex>> AllErasures(const Reader& reader) {
  return ErasuresWhere(reader, [](const v1::ErasureRecord&) { return true; });
}

}  // namespace concordat::storage
