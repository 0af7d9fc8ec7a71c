// Every bound on a message, queue, page or loop has its name here. Units are in the name:
// ...BytesMax counts bytes,
// ...CharsMax counts Unicode code points, the others count items. All bounds are inclusive.
#ifndef CONCORDAT_BASE_LIMITS_H_
#define CONCORDAT_BASE_LIMITS_H_

#include <cstddef>

namespace concordat {

// Messages and their fields.
inline constexpr size_t kMessageBytesMax = size_t{1} << 20;
inline constexpr size_t kPersonsPerEventMax = 32;
// One event of one perpetrator joins every case of theirs; beyond this it is refused, never cut.
inline constexpr size_t kCasesPerEventMax = 256;
// Corrections of corrections; a longer chain is shown to nobody.
inline constexpr size_t kCorrectionDepthMax = 16;
inline constexpr size_t kAnswersPerAssessmentMax = 64;
inline constexpr size_t kNameCharsMax = 200;
inline constexpr size_t kShortTextBytesMax = 256;
inline constexpr size_t kFreeTextBytesMax = 16384;
inline constexpr size_t kRepeatedStringsMax = 64;

// Identifiers within an event: of the sending system, of its record, of anything named by another
// system.
inline constexpr size_t kSourceSystemBytesMax = 64;
inline constexpr size_t kSourceReferenceBytesMax = 128;
inline constexpr size_t kForeignIdBytesMax = 64;
inline constexpr size_t kAgencyIdBytesMax = 40;
inline constexpr size_t kChildrenCountMax = 99;

// The log: operations in one synced write, and operations waiting for the writer.
inline constexpr size_t kLogBatchMax = 512;
inline constexpr size_t kLogQueueMax = 8192;

// Storage: one value, one log entry, one sealed part; how much one synced write may gather before
// it is made.
inline constexpr size_t kStoredValueBytesMax = size_t{2} << 20;
// An entry's length has two bytes in C2SP tlog-tiles' entry bundles.
inline constexpr size_t kLogEntryBytesMax = 65535;
inline constexpr size_t kSealedPartBytesMax = size_t{1} << 20;
inline constexpr size_t kLogBatchBytesMax = size_t{16} << 20;
inline constexpr size_t kSubjectIdBytesMax = 128;
inline constexpr size_t kDataKeysCachedMax = 4096;
// How often a writer whose storage fails tries again by itself, and how much room it must find
// first.
inline constexpr int kStorageRetryMilliseconds = 1000;
// How long a purge waits for readers of an older state, and how often it is tried before the
// certificate is refused.
inline constexpr int kPurgeWaitSeconds = 30;
inline constexpr int kPurgeAttemptsMax = 4;
inline constexpr size_t kStorageProbeBytes = size_t{1} << 20;

// That something is not there is answered at whole steps after the call came in. Many times what
// the refusal of a large case takes (docs/decisions/0013); nobody who works waits for it.
inline constexpr int kNotFoundStepMilliseconds = 20;

// Pages and streams.
inline constexpr size_t kCasePageDefault = 100;
inline constexpr size_t kCasePageMax = 500;
// Below the 4 MiB that a gRPC client takes unless told otherwise, also with one event more.
inline constexpr size_t kCasePageBytesMax = size_t{2} << 20;
inline constexpr size_t kPushInFlightMax = 64;
inline constexpr size_t kAcknowledgeMax = 256;
inline constexpr size_t kAlertPageMax = 64;
// Entries that one message to an auditor carries, unless a single one is larger.
inline constexpr size_t kLogReadBytesMax = size_t{256} << 10;

// Files that are read whole: configuration, policy, keys, certificates, and entry bundles of an
// exported log.
inline constexpr size_t kFileBytesMax = size_t{17} << 20;

// A release policy, serialised: it is kept in a log entry, with room for what else the entry says.
inline constexpr size_t kPolicyBytesMax = 60000;
// What an agency calls its own record of a decision.
inline constexpr size_t kAuthorityReferenceBytesMax = 64;

// Why somebody goes beyond what the policy releases; how an issuer names a practitioner.
inline constexpr size_t kReasonBytesMin = 10;
inline constexpr size_t kReasonBytesMax = 1000;
inline constexpr size_t kPractitionerBytesMax = 64;

// Subjects that an auditor's search may find; more is a mistake in what was asked.
inline constexpr size_t kSubjectsFoundMax = 256;
// Replays of releases that may wait: each reads the log once.
inline constexpr size_t kReplaysWaitingMax = 8;

// Signed notes (checkpoints) and certificates, which come from outside.
inline constexpr size_t kNoteBytesMax = 65536;
inline constexpr size_t kNoteSignaturesMax = 100;
inline constexpr size_t kCertificatePemBytesMax = 65536;
inline constexpr size_t kCertificateNamesMax = 64;
inline constexpr size_t kRevocationListBytesMax = 16 << 20;

static_assert(kShortTextBytesMax <= kFreeTextBytesMax);
static_assert(kRepeatedStringsMax * kShortTextBytesMax <= kMessageBytesMax);
static_assert(kFreeTextBytesMax * kRepeatedStringsMax <= kMessageBytesMax);
static_assert(kLogBatchMax <= kLogQueueMax);
static_assert(kLogEntryBytesMax <= kStoredValueBytesMax);
static_assert(kPolicyBytesMax < kLogEntryBytesMax);
static_assert(kSealedPartBytesMax < kStoredValueBytesMax);
static_assert(kStoredValueBytesMax <= kLogBatchBytesMax);
static_assert(kCasePageDefault <= kCasePageMax);
static_assert(kMessageBytesMax <= kFileBytesMax);

}  // namespace concordat

#endif  // CONCORDAT_BASE_LIMITS_H_
