#include "tools/readings.h"

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

TEST(ReadingsTest, WantsARecordOrAnAgencyAndNotBoth) {
  int exit_code = 0;
  EXPECT_NE(Says(RunReadingsList, {"case-1", "--record", "3"}, &exit_code).find("--purpose"),
            std::string::npos);
  EXPECT_EQ(exit_code, kExitUsage);
  EXPECT_NE(Says(RunReadingsList, {"--purpose", "marac-meeting"}, &exit_code), "");
  EXPECT_EQ(exit_code, kExitUsage);
  EXPECT_NE(Says(RunReadingsList, {"case-1", "--purpose", "marac-meeting"}, &exit_code)
                .find("agency: got neither"),
            std::string::npos);
  EXPECT_EQ(exit_code, kExitFailed);
  EXPECT_NE(
      Says(RunReadingsList,
           {"case-1", "--record", "3", "--agency", "a", "--purpose", "marac-meeting"}, &exit_code)
          .find("agency: got one beside leaf_index"),
      std::string::npos);
  EXPECT_EQ(exit_code, kExitFailed);
}

TEST(ReadingsTest, SaysWhoReadWhatOrThatSomebodyDid) {
  v1::ListReadingsResponse::Item item;
  item.set_disclosure_index(17);
  item.add_records(3);
  item.mutable_reading()->mutable_read_at()->set_seconds(1700000000);
  EXPECT_EQ(ReadingLine(item), "entry 17 2023-11-14T22:13:20.000000Z records 3");
  item.mutable_reading()->set_agency("refuge");
  item.mutable_reading()->set_role(v1::VICTIM_SERVICE);
  item.mutable_reading()->set_practitioner("idva-1");
  item.mutable_reading()->set_purpose(v1::VICTIM_SUPPORT);
  item.mutable_reading()->set_by_grant(true);
  EXPECT_EQ(ReadingLine(item),
            "entry 17 2023-11-14T22:13:20.000000Z refuge (VICTIM_SERVICE) idva-1 for "
            "VICTIM_SUPPORT beyond the policy, by a grant records 3");
}

}  // namespace
}  // namespace concordat::tools
