#include "storage/key_schema.h"

#include <algorithm>

#include "absl/status/status.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::storage {
namespace {

// First bytes that keep the kinds of keys in one family apart. On disk: never renumber.
constexpr char kCaseEventTag = 1;
constexpr char kSupersededTag = 2;
constexpr char kIdempotencyTag = 1;
constexpr char kLatestRevisionTag = 2;
constexpr char kAlertTag = 1;
constexpr char kUnacknowledgedTag = 2;
constexpr char kAlertCountsTag = 3;
constexpr char kGrantTag = 1;
constexpr char kGrantOfCaseTag = 2;
constexpr char kNoticeTag = 1;
constexpr char kUnacknowledgedNoticeTag = 2;
constexpr char kNoticeCountsTag = 3;
constexpr char kReadingTag = 1;
constexpr char kRecipientTag = 2;
constexpr char kGivenTag = 3;
constexpr char kCaseReadTag = 4;
constexpr char kWhereaboutsTag = 5;

constexpr size_t kTimeBytes = 12;
constexpr size_t kLengthMax = 0xffff;

template <typename T>
std::string EncodeBigEndian(T value) {
  std::string bytes(sizeof(T), '\0');
  for (size_t i = sizeof(T); i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value & 0xff);
  return bytes;
}

template <typename T>
absl::StatusOr<T> DecodeBigEndian(std::string_view bytes) {
  if (bytes.size() != sizeof(T)) {
    return absl::DataLossError(
        StrCat("stored number: got ", bytes.size(), " bytes, want ", sizeof(T)));
  }
  T value = 0;
  for (const char byte : bytes) value = static_cast<T>(value << 8 | static_cast<uint8_t>(byte));
  return value;
}

// Callers bound what comes from outside (kShortTextBytesMax and the like) long before this.
std::string WithLength(std::string_view text) {
  CONCORDAT_CHECK(text.size() <= kLengthMax);
  return StrCat(EncodeBigEndian(static_cast<uint16_t>(text.size())), text);
}

std::string Tagged(char tag, std::string_view rest) { return StrCat(std::string(1, tag), rest); }

std::string AtDesk(char tag, int desk, std::string_view rest) {
  CONCORDAT_CHECK(desk >= 0 && desk < 256);
  return Tagged(tag, StrCat(std::string(1, static_cast<char>(desk)), rest));
}

// Seconds since 1970 with the sign bit flipped, so that earlier times sort first, then nanoseconds.
std::string EncodeTime(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds));
  return StrCat(
      EncodeUint64(static_cast<uint64_t>(seconds) ^ uint64_t{1} << 63),
      EncodeUint32(static_cast<uint32_t>(std::clamp<int64_t>(nanoseconds, 0, 999999999))));
}

absl::Time DecodeTime(uint64_t seconds, uint32_t nanoseconds) {
  const auto since_1970 = static_cast<int64_t>(seconds ^ uint64_t{1} << 63);
  return absl::FromUnixSeconds(since_1970) + absl::Nanoseconds(nanoseconds);
}

}  // namespace

std::string EncodeUint32(uint32_t value) { return EncodeBigEndian(value); }
std::string EncodeUint64(uint64_t value) { return EncodeBigEndian(value); }

absl::StatusOr<uint32_t> DecodeUint32(std::string_view bytes) {
  return DecodeBigEndian<uint32_t>(bytes);
}
absl::StatusOr<uint64_t> DecodeUint64(std::string_view bytes) {
  return DecodeBigEndian<uint64_t>(bytes);
}

std::string LogKey(LeafIndex index) { return EncodeUint64(index.value); }

std::string TileKey(tlog::TileId tile) {
  return Tagged(static_cast<char>(tile.level), EncodeUint64(tile.index));
}

std::string CheckpointKey(TreeSize size) { return EncodeUint64(size.value); }

std::string SealedKey(LeafIndex index, uint32_t part) {
  return StrCat(EncodeUint64(index.value), EncodeUint32(part));
}

std::string SubjectKey(std::string_view subject_id) { return std::string(subject_id); }

std::string CaseEventsPrefix(std::string_view case_id) {
  return Tagged(kCaseEventTag, WithLength(case_id));
}

std::string CaseEventKey(std::string_view case_id, absl::Time occurred_at, LeafIndex index) {
  return StrCat(CaseEventsPrefix(case_id), EncodeTime(occurred_at), EncodeUint64(index.value));
}

absl::StatusOr<CaseEventKeyParts> DecodeCaseEventKey(std::string_view prefix,
                                                     std::string_view key) {
  if (key.substr(0, prefix.size()) != prefix) {
    return absl::DataLossError("stored case event: got another case, want this one");
  }
  const std::string_view rest = key.substr(prefix.size());
  if (rest.size() != kTimeBytes + sizeof(uint64_t)) {
    return absl::DataLossError(StrCat("stored case event: got ", rest.size(), " bytes, want ",
                                      kTimeBytes + sizeof(uint64_t)));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t seconds, DecodeUint64(rest.substr(0, 8)));
  CONCORDAT_ASSIGN_OR_RETURN(const uint32_t nanoseconds, DecodeUint32(rest.substr(8, 4)));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t index, DecodeUint64(rest.substr(kTimeBytes)));
  return CaseEventKeyParts{DecodeTime(seconds, nanoseconds), LeafIndex{index}};
}

std::string SupersededKey(LeafIndex index) {
  return Tagged(kSupersededTag, EncodeUint64(index.value));
}

std::string CaseKey(std::string_view case_id) { return std::string(case_id); }

std::string PersonTokenPrefix(std::string_view token) { return WithLength(token); }

std::string PersonTokenKey(std::string_view token, std::string_view case_id) {
  return StrCat(PersonTokenPrefix(token), case_id);
}

std::string IdempotencyKey(std::string_view key_digest) {
  return Tagged(kIdempotencyTag, key_digest);
}

std::string LatestRevisionKey(std::string_view digest_without_revision) {
  return Tagged(kLatestRevisionTag, digest_without_revision);
}

std::string AlertsPrefix(std::string_view agency) { return Tagged(kAlertTag, WithLength(agency)); }

std::string AlertKey(std::string_view agency, uint64_t sequence) {
  return StrCat(AlertsPrefix(agency), EncodeUint64(sequence));
}

std::string UnacknowledgedAlertsPrefix(std::string_view agency) {
  return Tagged(kUnacknowledgedTag, WithLength(agency));
}

std::string UnacknowledgedAlertKey(std::string_view agency, uint64_t sequence) {
  return StrCat(UnacknowledgedAlertsPrefix(agency), EncodeUint64(sequence));
}

std::string AlertCountsKey(std::string_view agency) { return Tagged(kAlertCountsTag, agency); }

std::string NoticesPrefix(std::string_view agency, int desk) {
  return AtDesk(kNoticeTag, desk, WithLength(agency));
}

std::string NoticeKey(std::string_view agency, int desk, uint64_t sequence) {
  return StrCat(NoticesPrefix(agency, desk), EncodeUint64(sequence));
}

std::string UnacknowledgedNoticesPrefix(std::string_view agency, int desk) {
  return AtDesk(kUnacknowledgedNoticeTag, desk, WithLength(agency));
}

std::string UnacknowledgedNoticeKey(std::string_view agency, int desk, uint64_t sequence) {
  return StrCat(UnacknowledgedNoticesPrefix(agency, desk), EncodeUint64(sequence));
}

std::string NoticeCountsKey(std::string_view agency, int desk) {
  return AtDesk(kNoticeCountsTag, desk, agency);
}

std::string ReadingsPrefix(LeafIndex record) {
  return Tagged(kReadingTag, EncodeUint64(record.value));
}

std::string ReadingKey(LeafIndex record, LeafIndex disclosure) {
  return StrCat(ReadingsPrefix(record), EncodeUint64(~disclosure.value));
}

std::string RecipientsPrefix(LeafIndex record) {
  return Tagged(kRecipientTag, EncodeUint64(record.value));
}

std::string RecipientKey(LeafIndex record, std::string_view agency, std::string_view case_id) {
  return StrCat(RecipientsPrefix(record), WithLength(agency), case_id);
}

std::string GivenPrefix(std::string_view case_id, std::string_view agency) {
  return Tagged(kGivenTag, StrCat(WithLength(case_id), WithLength(agency)));
}

std::string GivenKey(std::string_view case_id, std::string_view agency, LeafIndex disclosure) {
  return StrCat(GivenPrefix(case_id, agency), EncodeUint64(~disclosure.value));
}

std::string CasesReadPrefix(std::string_view agency, std::string_view reader) {
  return Tagged(kCaseReadTag, StrCat(WithLength(agency), WithLength(reader)));
}

std::string CaseReadKey(std::string_view agency, std::string_view reader, uint64_t minute,
                        std::string_view case_id) {
  return StrCat(CasesReadPrefix(agency, reader), EncodeUint64(minute), case_id);
}

std::string WhereaboutsPrefix(std::string_view case_id) {
  return Tagged(kWhereaboutsTag, WithLength(case_id));
}

std::string WhereaboutsKey(std::string_view case_id, LeafIndex index) {
  return StrCat(WhereaboutsPrefix(case_id), EncodeUint64(~index.value));
}

absl::StatusOr<LeafIndex> DecodeNewestFirst(std::string_view prefix, std::string_view key) {
  CONCORDAT_CHECK(key.substr(0, prefix.size()) == prefix);
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t complement, DecodeUint64(key.substr(prefix.size())));
  return LeafIndex{~complement};
}

absl::StatusOr<RecipientKeyParts> DecodeRecipientKey(std::string_view prefix,
                                                     std::string_view key) {
  CONCORDAT_CHECK(key.substr(0, prefix.size()) == prefix);
  const std::string_view rest = key.substr(prefix.size());
  CONCORDAT_ASSIGN_OR_RETURN(const uint16_t size, DecodeBigEndian<uint16_t>(rest.substr(0, 2)));
  if (rest.size() - 2 < size) {
    return absl::DataLossError(
        StrCat("stored recipient: got ", rest.size() - 2, " bytes, want at least ", size));
  }
  return RecipientKeyParts{rest.substr(2, size), rest.substr(2 + size_t{size})};
}

std::string PolicyKey(std::string_view digest) { return std::string(digest); }

std::string ErasureKey(LeafIndex request) { return EncodeUint64(request.value); }

std::string ConfirmationKey(LeafIndex disclosure) { return EncodeUint64(disclosure.value); }

std::string GrantKey(LeafIndex index) { return Tagged(kGrantTag, EncodeUint64(index.value)); }

std::string GrantsOfCasePrefix(std::string_view case_id) {
  return Tagged(kGrantOfCaseTag, WithLength(case_id));
}

std::string GrantOfCaseKey(std::string_view case_id, LeafIndex index) {
  return StrCat(GrantsOfCasePrefix(case_id), EncodeUint64(index.value));
}

std::string ConnectionsPrefix(std::string_view agency, std::string_view issuer,
                              std::string_view subject) {
  return StrCat(WithLength(agency), WithLength(issuer), WithLength(subject));
}

std::string ConnectionKey(std::string_view agency, std::string_view issuer,
                          std::string_view subject, LeafIndex index) {
  return StrCat(ConnectionsPrefix(agency, issuer, subject), EncodeUint64(index.value));
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace concordat::storage
