#include "tools/notices.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

// What it says on standard error, with its exit code.
std::string Says(RunCommand command, const std::vector<std::string>& args, int* exit_code) {
  std::vector<std::string> all = args;
  for (const char* flag :
       {"--server", "127.0.0.1:1", "--server-id", "spiffe://test.example/agency/svc-marac/marac",
        "--cert", "none", "--key", "none", "--ca", "none"}) {
    all.push_back(flag);
  }
  std::ostringstream out, err;
  *exit_code = command(all, {out, err, Clock::Real()});
  EXPECT_EQ(out.str(), "");
  return err.str();
}

TEST(NoticesTest, WantsAPurposeAndNumbersOfNoticesEachOnce) {
  int exit_code = 0;
  EXPECT_NE(Says(RunNoticesRead, {}, &exit_code).find("--purpose"), std::string::npos);
  EXPECT_EQ(exit_code, kExitUsage);
  EXPECT_NE(Says(RunNoticesRead, {"--purpose", "because"}, &exit_code).find("purpose"),
            std::string::npos);
  EXPECT_EQ(exit_code, kExitUsage);
  for (const char* number : {"0", "-1", "one"}) {
    EXPECT_NE(Says(RunNoticesAcknowledge, {number, "--purpose", "law-enforcement"}, &exit_code),
              "");
    EXPECT_EQ(exit_code, kExitUsage) << number;
  }
  EXPECT_NE(Says(RunNoticesAcknowledge, {"--purpose", "law-enforcement"}, &exit_code), "");
  EXPECT_EQ(exit_code, kExitUsage);
  EXPECT_NE(Says(RunNoticesAcknowledge, {"1", "1", "--purpose", "law-enforcement"}, &exit_code)
                .find("sequences: got 1 twice"),
            std::string::npos);
  EXPECT_NE(exit_code, kExitOk);
}

v1::ReadNoticesResponse::Item Item() {
  v1::ReadNoticesResponse::Item item;
  item.mutable_raised_at()->set_seconds(1700000000);
  item.mutable_notice()->set_sequence(12);
  item.mutable_notice()->set_kind(v1::RECORD_READ);
  return item;
}

TEST(NoticesTest, SaysWhoReadWhatOfWhichCase) {
  v1::ReadNoticesResponse::Item item = Item();
  item.mutable_notice()->set_case_id("case-1");
  item.mutable_notice()->add_about(3);
  item.mutable_notice()->add_about(5);
  item.set_entry_index(17);
  item.set_by_agency("refuge");
  item.set_by_role(v1::VICTIM_SERVICE);
  item.set_by_practitioner("idva-1");
  EXPECT_EQ(NoticeLine(item),
            "12 2023-11-14T22:13:20.000000Z RECORD_READ case case-1 about 3 5 by refuge "
            "(VICTIM_SERVICE) idva-1, entry 17");
  item.mutable_notice()->set_kind(v1::UNUSUAL_ACCESS);
  item.mutable_notice()->clear_about();
  item.mutable_notice()->add_unusual(v1::BULK_READING);
  item.clear_by_agency();
  EXPECT_EQ(NoticeLine(item),
            "12 2023-11-14T22:13:20.000000Z UNUSUAL_ACCESS case case-1 BULK_READING, entry 17");
  item.mutable_notice()->set_kind(v1::PERSON_IS_STAFF);
  item.mutable_notice()->clear_unusual();
  item.mutable_notice()->set_employer("police");
  EXPECT_EQ(NoticeLine(item),
            "12 2023-11-14T22:13:20.000000Z PERSON_IS_STAFF case case-1 employer police, entry 17");
}

TEST(NoticesTest, SaysOfACaseThatIsNotThereAnyMoreNothingElse) {
  EXPECT_EQ(NoticeLine(Item()),
            "12 2023-11-14T22:13:20.000000Z RECORD_READ of a case that is not there any more");
}

}  // namespace
}  // namespace concordat::tools
