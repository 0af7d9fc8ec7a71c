#include "storage/idempotency_store.h"

#include <string>

#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

TEST(IdempotencyStoreTest, WhatWasNeverPushedIsNotFound) {
  TestLog test;
  const std::unique_ptr<Reader> reader = test.log().Snapshot();
  EXPECT_EQ(GetIdempotencyRecord(*reader, "digest").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(GetLatestRevision(*reader, "digest").status().code(), absl::StatusCode::kNotFound);
}

TEST(IdempotencyStoreTest, KeepsRecordsAndRevisionsApart) {
  TestLog test;
  const auto answer = test.Commit([](Transaction& transaction) {
    v1::IdempotencyRecord record;
    record.set_leaf_index(4);
    record.add_case_ids("case-1");
    PutIdempotencyRecord(transaction, "digest", record);
    PutLatestRevision(transaction, "digest", {1, LeafIndex{4}});
    PutLatestRevision(transaction, "digest", {2, LeafIndex{9}});
    return absl::OkStatus();
  });
  ASSERT_TRUE(answer.ok()) << answer.status();
  const std::unique_ptr<Reader> reader = test.log().Snapshot();
  EXPECT_EQ(GetIdempotencyRecord(*reader, "digest")->leaf_index(), 4u);
  const auto latest = GetLatestRevision(*reader, "digest");
  ASSERT_TRUE(latest.ok()) << latest.status();
  EXPECT_EQ(latest->revision, 2u);
  EXPECT_EQ(latest->index, LeafIndex{9});
}

TEST(IdempotencyStoreTest, RefusesStoredBytesOfAnotherShape) {
  TestLog test;
  const auto answer = test.Commit([](Transaction& transaction) {
    transaction.Put(Family::kIdempotency, IdempotencyKey("digest"), "\xff\xff");
    transaction.Put(Family::kIdempotency, LatestRevisionKey("digest"), "short");
    return absl::OkStatus();
  });
  ASSERT_TRUE(answer.ok()) << answer.status();
  const std::unique_ptr<Reader> reader = test.log().Snapshot();
  EXPECT_EQ(GetIdempotencyRecord(*reader, "digest").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(GetLatestRevision(*reader, "digest").status().message(),
            "stored latest revision: got 5 bytes, want 12");
}

}  // namespace
}  // namespace concordat::storage
