// The families and keys of the stored format. Never renumber: what is written here is on disks.
//
// Numbers are big-endian, so byte order is numeric order. A variable part that others follow is
// preceded by its length in two bytes, so no two keys run into each other. Pure and thread-safe.
//
// clang-format off
//   family         key                                    value
//   log            index(8)                               LogEntry bytes, what the tree commits to
//   tiles          level(1) index(8)                      C2SP tile, 32 bytes a hash
//   checkpoints    tree size(8)                           signed note
//   sealed         index(8) part(4)                       ciphertext
//   keys           subject id                             nonce(12), wrapped data key
//   case_index     1 case id(len) occurred_at(12) index(8)   (empty)
//                  2 index(8)                             index(8) of the entry that supersedes it
//   cases          case id                                CaseRecord
//   person_index   token(len) case id                     (empty)
//   idempotency    1 key digest                           IdempotencyRecord
//                  2 digest of the key without revision   revision(4) index(8)
//   alerts         1 agency(len) sequence(8)              AlertRecord
//                  2 agency(len) sequence(8)              (empty) while unacknowledged
//                  3 agency                               last sequence(8) unacknowledged(8)
//   meta           see kMeta*                             format, origin, verifier key, rebuilding
//   cosigned       tree size(8)                           signed note with its witnesses' cosignatures
//   policies       policy digest                          ReleasePolicy, serialised
//   erasures       index(8) of the request                ErasureRecord
//   confirmations  index(8) of the disclosure             index(8) of its confirmation
//   notices        1 desk(1) agency(len) sequence(8)      NoticeRecord
//                  2 desk(1) agency(len) sequence(8)      (empty) while unacknowledged
//                  3 desk(1) agency                       last sequence(8) unacknowledged(8)
//   readings       1 record(8) ~disclosure(8)             ReadingRecord; newest first
//                  2 record(8) agency(len) case id        (empty) the agency was given it in the case
//                  3 case id(len) agency(len) ~disclosure(8)  (empty) the agency was given something
//                  4 agency(len) reader(len) minute(8) case id  (empty) the reader read the case
//                  5 case id(len) ~index(8)               seconds(8) agency: it says where the victim
//                                                         lives
//   connections    agency(len) issuer(len) subject(len) index(8)   ConnectionRecord
//   grants         1 index(8)                             GrantRecord
//                  2 case id(len) index(8)                (empty) of that case
// clang-format on
#ifndef CONCORDAT_STORAGE_KEY_SCHEMA_H_
#define CONCORDAT_STORAGE_KEY_SCHEMA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/log_types.h"
#include "tlog/tiles.h"

namespace concordat::storage {

// In the order of kFamilyNames, which are RocksDB's column families. Only ever added to, at the
// end.
enum class Family {
  kLog = 0,
  kTiles = 1,
  kCheckpoints = 2,
  kSealed = 3,
  kKeys = 4,
  kCaseIndex = 5,
  kCases = 6,
  kPersonIndex = 7,
  kIdempotency = 8,
  kAlerts = 9,
  kMeta = 10,
  kCosigned = 11,
  kPolicies = 12,
  kErasures = 13,
  kConfirmations = 14,
  kNotices = 15,
  kReadings = 16,
  kConnections = 17,
  kGrants = 18,
};
inline constexpr std::array<std::string_view, 19> kFamilyNames = {
    "log",        "tiles",    "checkpoints",  "sealed",      "keys",
    "case_index", "cases",    "person_index", "idempotency", "alerts",
    "meta",       "cosigned", "policies",     "erasures",    "confirmations",
    "notices",    "readings", "connections",  "grants"};

// So many of them every database has; one that an earlier build wrote lacks later ones until it is
// opened for writing, and has nothing in them.
inline constexpr size_t kFirstFamilies = 15;

// Derived from the log's entries (and what they seal): may be dropped and folded again (R5).
inline constexpr std::array<Family, 12> kProjections = {
    Family::kCaseIndex, Family::kCases,    Family::kPersonIndex, Family::kIdempotency,
    Family::kAlerts,    Family::kPolicies, Family::kErasures,    Family::kConfirmations,
    Family::kNotices,   Family::kReadings, Family::kConnections, Family::kGrants};
constexpr bool IsProjection(Family family) {
  for (const Family projection : kProjections) {
    if (projection == family) return true;
  }
  return false;
}

// An array that is longer than its list ends with it.
static_assert(!IsProjection(Family::kLog));

inline constexpr std::string_view kMetaFormat = "format";
inline constexpr std::string_view kMetaOrigin = "origin";
inline constexpr std::string_view kMetaVerifierKey =
    "verifier_key";  // C2SP signed-note verifier key.
inline constexpr std::string_view kMetaRebuilding =
    "rebuilding";  // Only while the projections are written anew; the value is empty.
inline constexpr std::string_view kMetaReadings =
    "readings";  // Once the family holds what all entries give: earlier builds had none. Value "1".
inline constexpr std::string_view kFormatVersion = "concordat log 2";

std::string EncodeUint32(uint32_t value);
std::string EncodeUint64(uint64_t value);
// DATA_LOSS unless exactly 4 or 8 bytes.
absl::StatusOr<uint32_t> DecodeUint32(std::string_view bytes);
absl::StatusOr<uint64_t> DecodeUint64(std::string_view bytes);

std::string LogKey(LeafIndex index);
std::string TileKey(tlog::TileId tile);
std::string CheckpointKey(TreeSize size);
std::string SealedKey(LeafIndex index, uint32_t part);
std::string SubjectKey(std::string_view subject_id);

// Ordered by time (to the nanosecond, also before 1970; infinities at the ends), then index.
std::string CaseEventsPrefix(std::string_view case_id);
std::string CaseEventKey(std::string_view case_id, absl::Time occurred_at, LeafIndex index);
struct CaseEventKeyParts {
  absl::Time occurred_at;
  LeafIndex index;
};
// DATA_LOSS unless the key is the prefix and 20 bytes.
absl::StatusOr<CaseEventKeyParts> DecodeCaseEventKey(std::string_view prefix, std::string_view key);
std::string SupersededKey(LeafIndex index);

std::string CaseKey(std::string_view case_id);
std::string PersonTokenPrefix(std::string_view token);
std::string PersonTokenKey(std::string_view token, std::string_view case_id);

std::string IdempotencyKey(std::string_view key_digest);
std::string LatestRevisionKey(std::string_view digest_without_revision);

std::string AlertsPrefix(std::string_view agency);
std::string AlertKey(std::string_view agency, uint64_t sequence);
std::string UnacknowledgedAlertsPrefix(std::string_view agency);
std::string UnacknowledgedAlertKey(std::string_view agency, uint64_t sequence);
std::string AlertCountsKey(std::string_view agency);

// `desk` is the number of a v1::Desk, below 256.
std::string NoticesPrefix(std::string_view agency, int desk);
std::string NoticeKey(std::string_view agency, int desk, uint64_t sequence);
std::string UnacknowledgedNoticesPrefix(std::string_view agency, int desk);
std::string UnacknowledgedNoticeKey(std::string_view agency, int desk, uint64_t sequence);
std::string NoticeCountsKey(std::string_view agency, int desk);

// By the complement of an index: the newest comes first.
std::string ReadingsPrefix(LeafIndex record);
std::string ReadingKey(LeafIndex record, LeafIndex disclosure);
std::string RecipientsPrefix(LeafIndex record);
std::string RecipientKey(LeafIndex record, std::string_view agency, std::string_view case_id);
std::string GivenPrefix(std::string_view case_id, std::string_view agency);
std::string GivenKey(std::string_view case_id, std::string_view agency, LeafIndex disclosure);
std::string CasesReadPrefix(std::string_view agency, std::string_view reader);
// `minute` since 1970.
std::string CaseReadKey(std::string_view agency, std::string_view reader, uint64_t minute,
                        std::string_view case_id);
std::string WhereaboutsPrefix(std::string_view case_id);
std::string WhereaboutsKey(std::string_view case_id, LeafIndex index);
// The index at the end of a key by its complement; DATA_LOSS unless 8 bytes follow the prefix.
absl::StatusOr<LeafIndex> DecodeNewestFirst(std::string_view prefix, std::string_view key);
struct RecipientKeyParts {
  std::string_view agency, case_id;  // Of the key that was decoded.
};
absl::StatusOr<RecipientKeyParts> DecodeRecipientKey(std::string_view prefix, std::string_view key);

std::string PolicyKey(std::string_view digest);
std::string ErasureKey(LeafIndex request);
std::string ConfirmationKey(LeafIndex disclosure);
std::string GrantKey(LeafIndex index);
std::string GrantsOfCasePrefix(std::string_view case_id);
std::string GrantOfCaseKey(std::string_view case_id, LeafIndex index);
std::string ConnectionsPrefix(std::string_view agency, std::string_view issuer,
                              std::string_view subject);
std::string ConnectionKey(std::string_view agency, std::string_view issuer,
                          std::string_view subject, LeafIndex index);

// The first key after all that begin with `prefix`; empty when there is none (all bytes 0xff).
std::string PrefixEnd(std::string_view prefix);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_KEY_SCHEMA_H_
