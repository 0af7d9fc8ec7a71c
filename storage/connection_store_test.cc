#include "storage/connection_store.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "storage/memory_store.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

v1::ConnectionRecord Record(const std::string& id) {
  v1::ConnectionRecord record;
  record.set_connection_id(id);
  record.set_relation(v1::RELATIVE);
  return record;
}

class ConnectionStoreTest : public ::testing::Test {
 protected:
  TestLog log_;
  const std::shared_ptr<const Reader> snapshot_ = log_.log().Snapshot();
  const Reader& nothing_ = *snapshot_;
};

TEST_F(ConnectionStoreTest, GivesOnePractitionersAloneInTheOrderOfTheirEntries) {
  MemoryStore store(&nothing_);
  const PractitionerName name{"agency", "issuer", "sub"};
  PutConnection(store, name, LeafIndex{300}, Record("b"));
  PutConnection(store, name, LeafIndex{2}, Record("a"));
  // Names that run into each other without their lengths.
  PutConnection(store, {"agency", "issuer", "su"}, LeafIndex{4}, Record("x"));
  PutConnection(store, {"agency", "issuers", "ub"}, LeafIndex{5}, Record("x"));
  PutConnection(store, {"agencyi", "ssuer", "sub"}, LeafIndex{6}, Record("x"));
  PutConnection(store, {"agency", "issuer", "sub2"}, LeafIndex{7}, Record("x"));
  const auto found = ConnectionsOf(store, name);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].index, LeafIndex{2});
  EXPECT_EQ((*found)[0].record.connection_id(), "a");
  EXPECT_EQ((*found)[1].index, LeafIndex{300});
  EXPECT_TRUE(ConnectionsOf(store, {"agency", "issuer", ""})->empty());
}

TEST_F(ConnectionStoreTest, RemovesTheOneNamed) {
  MemoryStore store(&nothing_);
  const PractitionerName name{"agency", "issuer", "sub"};
  PutConnection(store, name, LeafIndex{1}, Record("a"));
  PutConnection(store, name, LeafIndex{2}, Record("b"));
  EXPECT_TRUE(absl::IsNotFound(RemoveConnection(store, name, "c")));
  EXPECT_TRUE(absl::IsNotFound(RemoveConnection(store, {"agency", "issuer", "other"}, "a")));
  ASSERT_TRUE(RemoveConnection(store, name, "a").ok());
  const auto left = ConnectionsOf(store, name);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ((*left)[0].record.connection_id(), "b");
}

}  // namespace
}  // namespace concordat::storage
