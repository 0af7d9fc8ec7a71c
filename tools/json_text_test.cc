#include "tools/json_text.h"

#include <gtest/gtest.h>

#include "concordat/v1/exchange.pb.h"

namespace concordat::tools {
namespace {

TEST(JsonTextTest, EscapesWhatMustBe) {
  EXPECT_EQ(JsonString(""), "\"\"");
  EXPECT_EQ(JsonString("a\"b\\c\n\x01\x7f"), "\"a\\\"b\\\\c\\u000a\\u0001\\u007f\"");
  EXPECT_EQ(JsonString("Zo\xc3\xab \xf0\x9f\x98\x80"), "\"Zo\xc3\xab \xf0\x9f\x98\x80\"");
}

TEST(JsonTextTest, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(JsonString("\xff"), "\"\\ufffd\"");
  EXPECT_EQ(JsonString("\xc0\x80"), "\"\\ufffd\\ufffd\"");
  EXPECT_EQ(JsonString("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
  EXPECT_EQ(JsonString("\xe2\x82"), "\"\\ufffd\\ufffd\"");
  EXPECT_EQ(JsonString("\xf4\x90\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

TEST(JsonTextTest, CarriesAMessageThereAndBack) {
  v1::Receipt receipt;
  receipt.set_leaf_index(1ull << 60);
  receipt.set_leaf_hash("\x00\xff", 2);
  v1::Receipt read;
  ASSERT_TRUE(FromJson(JsonOf(receipt), &read).ok());
  EXPECT_EQ(read.leaf_index(), receipt.leaf_index());
  EXPECT_EQ(read.leaf_hash(), receipt.leaf_hash());
  EXPECT_EQ(JsonOf(receipt).find('\n'), std::string::npos);
}

TEST(JsonTextTest, RefusesWhatIsNotTheMessage) {
  v1::Receipt receipt;
  const absl::Status status = FromJson("{\"Asha\":1}", &receipt);
  EXPECT_EQ(status.message(),
            "text: got what is not the JSON mapping, want a concordat.v1.Receipt");
}

TEST(JsonTextTest, WritesTimesInUtcWithMicroseconds) {
  EXPECT_EQ(Timestamp(absl::FromUnixMicros(1709200800000001)), "2024-02-29T10:00:00.000001Z");
}

}  // namespace
}  // namespace concordat::tools
