#include "storage/grant_store.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/memory_store.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class GrantStoreTest : public ::testing::Test {
 protected:
  static v1::GrantRecord Of(const std::string& case_id) {
    v1::GrantRecord record;
    record.set_case_id(case_id);
    return record;
  }

  TestLog log_;
  const std::shared_ptr<const Reader> snapshot_ = log_.log().Snapshot();
  MemoryStore store_{snapshot_.get()};
};

TEST_F(GrantStoreTest, FindsOneByItsIndexAlone) {
  PutGrant(store_, LeafIndex{7}, Of("case-a"));
  EXPECT_EQ(GetGrant(store_, LeafIndex{7})->case_id(), "case-a");
  EXPECT_TRUE(absl::IsNotFound(GetGrant(store_, LeafIndex{6}).status()));
  EXPECT_TRUE(absl::IsNotFound(GetGrant(store_, LeafIndex{0}).status()));
}

TEST_F(GrantStoreTest, NamesThoseOfOneCaseInOrder) {
  PutGrant(store_, LeafIndex{300}, Of("case-a"));
  PutGrant(store_, LeafIndex{7}, Of("case-a"));
  PutGrant(store_, LeafIndex{8}, Of("case-"));
  PutGrant(store_, LeafIndex{9}, Of("case-ab"));
  EXPECT_THAT(*GrantsOfCase(store_, "case-a"), ElementsAre(LeafIndex{7}, LeafIndex{300}));
  EXPECT_THAT(*GrantsOfCase(store_, "case-b"), IsEmpty());
}

}  // namespace
}  // namespace concordat::storage
