// The worked bytes of docs/formats are what this build writes: each is made again here and looked
// for in the document, as a block of its own.
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/time.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "tests/test_paths.h"
#include "tlog/checkpoint.h"
#include "tlog/entry_bundle.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"
#include "tlog/release_confirmation.h"
#include "tlog/witness_request.h"

namespace concordat::tests {
namespace {

// The seed is the bytes 0 to 31. Everybody knows this key: it signs nothing but these examples.
constexpr char kLogKey[] =
    "PRIVATE+KEY+docs.concordat.test/log+ba781fb3+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
constexpr char kAgencyKey[] =
    "PRIVATE+KEY+docs.concordat.test/agency/fcwa-victim-service+aeca4a9c+"
    "AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
constexpr size_t kHexColumns = 64;

std::string Hex(std::string_view bytes) {
  const std::string hex = absl::BytesToHexString(ToAbsl(bytes));
  std::string lines;
  for (size_t i = 0; i < hex.size(); i += kHexColumns) {
    StrAppend(&lines, hex.substr(i, kHexColumns), "\n");
  }
  return lines;
}

std::string Hex(const crypto::Digest& digest) { return Hex(crypto::AsBytes(digest)); }

class FormatsTest : public ::testing::Test {
 protected:
  FormatsTest() {
    for (const v1::LogEntry& entry : {PolicyChange(), Collection(), Disclosure()}) {
      entries_.push_back(entry.SerializeAsString());
      leaves_.push_back(tlog::LeafHash(entries_.back()));
    }
    const crypto::Digest left = tlog::NodeHash(leaves_[0], leaves_[1]);
    root_ = tlog::NodeHash(left, leaves_[2]);
    note_ = *log_.Sign(tlog::CheckpointText(log_.name(), TreeSize{3}, root_));
    proof_.index = LeafIndex{1};
    proof_.inclusion = {leaves_[0], leaves_[2]};
    proof_.checkpoint_note = note_;
  }

  static v1::LogEntry Begun(uint64_t index, v1::Operation operation) {
    v1::LogEntry entry;
    entry.set_index(index);
    *entry.mutable_recorded_at() = ToTimestamp(absl::FromUnixSeconds(1700000000));
    entry.set_operation(operation);
    return entry;
  }
  static v1::LogEntry PolicyChange() {
    v1::LogEntry entry = Begun(0, v1::POLICY_CHANGE);
    entry.mutable_policy_changed()->set_policy_version("docs-1");
    return entry;
  }
  static v1::LogEntry Collection() {
    v1::LogEntry entry = Begun(1, v1::COLLECTION);
    entry.mutable_actor()->set_agency("lancashire-police");
    entry.set_purpose(v1::LAW_ENFORCEMENT);
    entry.add_case_ids("case-docs");
    v1::LogEntry::Collected& collected = *entry.mutable_collected();
    collected.set_type(v1::INCIDENT_EVENT);
    v1::SealedPart& part = *collected.add_parts();
    const crypto::Digest digest = crypto::Sha256("a ciphertext (synthetic)");
    part.set_subject_id("case-docs");
    part.set_ciphertext_sha256(std::string(crypto::AsBytes(digest)));
    part.set_size_bytes(24);
    return entry;
  }
  static v1::LogEntry Disclosure() {
    v1::LogEntry entry = Begun(2, v1::DISCLOSURE);
    entry.mutable_actor()->set_agency("fcwa-victim-service");
    entry.set_purpose(v1::VICTIM_SUPPORT);
    entry.add_case_ids("case-docs");
    v1::LogEntry::Disclosed& disclosed = *entry.mutable_disclosed();
    disclosed.add_records()->set_leaf_index(1);
    const crypto::Digest digest = Released();
    disclosed.set_released_digest(std::string(crypto::AsBytes(digest)));
    disclosed.set_up_to_index(2);
    disclosed.add_recipients()->set_agency("fcwa-victim-service");
    return entry;
  }
  static crypto::Digest Released() { return crypto::Sha256("released bytes (synthetic)"); }

  // `block` stands in the document between two lines of ```.
  static void Shows(const std::string& document, const std::string& block) {
    const auto text = ReadFile(Runfile(StrCat("docs/formats/", document)));
    ASSERT_TRUE(text.ok()) << text.status();
    EXPECT_NE(text->find(StrCat("```\n", block, "```\n")), std::string::npos)
        << "want in docs/formats/" << document << ":\n```\n"
        << block << "```";
  }

  const crypto::NoteSigner log_ = *crypto::NoteSigner::Parse(kLogKey);
  std::vector<std::string> entries_;
  std::vector<crypto::Digest> leaves_;
  crypto::Digest root_;
  std::string note_;
  tlog::TlogProof proof_;
};

TEST_F(FormatsTest, EntriesLeavesAndRoot) {
  Shows("log.md", StrCat(log_.verifier().Encode(), "\n"));
  for (const std::string& entry : entries_) Shows("log.md", Hex(entry));
  Shows("log.md", StrCat(Hex(leaves_[0]), Hex(leaves_[1]), Hex(leaves_[2])));
  Shows("log.md", Hex(root_));
}

TEST_F(FormatsTest, ADisclosureWithItsNotice) {
  v1::LogEntry entry = Disclosure();
  v1::Notice& notice = *entry.add_notices();
  notice.set_agency("lancashire-police");
  notice.set_desk(v1::CASEWORK);
  notice.set_sequence(1);
  notice.set_kind(v1::RECORD_READ);
  notice.set_case_id("case-docs");
  notice.add_about(1);
  Shows("log.md", Hex(entry.SerializeAsString()));
}

TEST_F(FormatsTest, CheckpointAndReceipt) {
  Shows("log.md", note_);
  const auto proof = tlog::FormatProof(proof_);
  ASSERT_TRUE(proof.ok()) << proof.status();
  Shows("log.md", *proof);
  const auto proven = tlog::VerifyProof(proof_, leaves_[1], {log_.verifier()});
  EXPECT_TRUE(proven.ok()) << proven.status();
}

TEST_F(FormatsTest, EntryBundle) {
  std::string bundle;
  for (const std::string& entry : entries_) ASSERT_TRUE(tlog::AppendToBundle(entry, &bundle).ok());
  Shows("log.md", Hex(bundle));
}

TEST_F(FormatsTest, WitnessRequest) {
  tlog::WitnessRequest request;
  request.old_size = TreeSize{2};
  request.proof = {leaves_[2]};
  request.checkpoint_note = note_;
  const auto body = tlog::FormatWitnessRequest(request);
  ASSERT_TRUE(body.ok()) << body.status();
  Shows("log.md", *body);
  const crypto::Digest old_root = tlog::NodeHash(leaves_[0], leaves_[1]);
  EXPECT_TRUE(
      tlog::VerifyConsistency(TreeSize{2}, TreeSize{3}, request.proof, old_root, root_).ok());
}

TEST_F(FormatsTest, ReleaseConfirmation) {
  const auto agency = crypto::NoteSigner::Parse(kAgencyKey);
  ASSERT_TRUE(agency.ok()) << agency.status();
  tlog::ReleaseConfirmation confirmation;
  confirmation.origin = log_.name();
  confirmation.disclosure = LeafIndex{2};
  confirmation.leaf_hash = leaves_[2];
  confirmation.released_digest = Released();
  confirmation.agency = "fcwa-victim-service";
  const auto note = agency->Sign(tlog::ReleaseConfirmationText(confirmation));
  ASSERT_TRUE(note.ok()) << note.status();
  Shows("release.md", StrCat(agency->verifier().Encode(), "\n"));
  Shows("release.md", *note);
}

TEST_F(FormatsTest, StoredKeys) {
  const absl::Time occurred_at = absl::FromUnixSeconds(1690000000);
  const std::string token(32, '\x2a');
  for (const std::string& key :
       {storage::LogKey(LeafIndex{1}),
        storage::TileKey({0, 0}),
        storage::CheckpointKey(TreeSize{3}),
        storage::SealedKey(LeafIndex{1}, 0),
        storage::CaseEventKey("case-docs", occurred_at, LeafIndex{1}),
        storage::SupersededKey(LeafIndex{1}),
        storage::PersonTokenKey(token, "case-docs"),
        storage::AlertKey("fcwa-victim-service", 1),
        storage::AlertCountsKey("fcwa-victim-service"),
        storage::ErasureKey(LeafIndex{3}),
        storage::ConfirmationKey(LeafIndex{2}),
        storage::NoticeKey("lancashire-police", v1::CASEWORK, 1),
        storage::UnacknowledgedNoticeKey("lancashire-police", v1::CASEWORK, 1),
        storage::NoticeCountsKey("lancashire-police", v1::CASEWORK),
        storage::ReadingKey(LeafIndex{1}, LeafIndex{2}),
        storage::RecipientKey(LeafIndex{1}, "fcwa-victim-service", "case-docs"),
        storage::GivenKey("case-docs", "fcwa-victim-service", LeafIndex{2}),
        storage::CaseReadKey("fcwa-victim-service",
                             "w\nspiffe://docs.concordat.test/agency/fcwa-victim-service/desk",
                             1700000000 / 60, "case-docs"),
        storage::WhereaboutsKey("case-docs", LeafIndex{1}),
        storage::ConnectionKey("lancashire-police", "https://issuer.test", "officer-1",
                               LeafIndex{3}),
        storage::GrantKey(LeafIndex{3}),
        storage::GrantOfCaseKey("case-docs", LeafIndex{3})}) {
    Shows("storage.md", Hex(key));
  }
}

}  // namespace
}  // namespace concordat::tests
