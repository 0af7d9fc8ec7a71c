// Every text field of every kind of event holds a value of its own. Every role calls every RPC, and
// the bytes that come back hold exactly the values that the policy file and R7 let that role have.
// Nothing of them stands in the clear in what the processes write.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <tuple>

#include "base/files.h"
#include "base/str_cat.h"
#include "tests/canary_fixture.h"

namespace concordat::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Of each kind, enough to see what is wrong.
constexpr size_t kShownMax = 20;

std::vector<std::string> Shown(const std::set<std::string>& all) {
  std::vector<std::string> shown(all.begin(), all.end());
  if (shown.size() > kShownMax) shown.resize(kShownMax);
  return shown;
}

class CanaryTest : public CanaryFixture {
 protected:
  // Compares one reply with what its caller may have.
  void Check(const Caller& caller, const google::protobuf::MethodDescriptor& method,
             const Request& request, const RawReply& reply) {
    const std::set<size_t> found = book().Find(reply.AllBytes());
    const bool releases = IsRelease(method);
    const std::string who = StrCat(caller.name, " at ", method.full_name(), ": ");
    for (const size_t index : found) {
      if (!releases || !MaySee(caller, request, book().at(index))) {
        leaked_.insert(who + Describe(book().at(index)));
      }
    }
    if (!reply.status.ok() || request.case_id.empty()) return;
    roles_that_read_.insert(caller.roles.back());
    for (size_t index = 0; index < book().size(); ++index) {
      const Canary& canary = book().at(index);
      // A person of whom nothing but references is left is dropped with them.
      if (canary.field_class == v1::REFERENCE || CaseOf(canary) != request.case_id) continue;
      if (found.count(index) == 0 && MaySee(caller, request, canary)) {
        missing_.insert(who + Describe(canary));
      }
    }
  }

  void CallEverything() {
    for (const google::protobuf::MethodDescriptor* method : Methods()) {
      const std::vector<Request> requests = RequestsFor(*method);
      ASSERT_FALSE(requests.empty()) << "no requests are known for " << method->full_name();
      for (const Caller& caller : CallersOf(*method)) {
        for (const Request& request : requests) {
          const RawReply reply = CallAs(caller, *method, request);
          ++calls_;
          Check(caller, *method, request, reply);
        }
      }
    }
  }

  std::set<std::string> leaked_;
  std::set<std::string> missing_;
  std::set<v1::Role> roles_that_read_;
  size_t calls_ = 0;
};

TEST_F(CanaryTest, EveryTextFieldOfEveryEventHoldsOne) {
  EXPECT_EQ(book().filled_fields(), CanaryBook::TextFieldsOfEvents());
  EXPECT_GT(book().size(), 5000u);
}

TEST_F(CanaryTest, NoRoleGetsAValueThatIsNotItsOwnByAnyCall) {
  CallEverything();
  EXPECT_THAT(Shown(leaked_), IsEmpty()) << leaked_.size() << " values reached who may not have it";
  EXPECT_THAT(Shown(missing_), IsEmpty()) << missing_.size() << " values were kept from their role";
  EXPECT_EQ(roles_that_read_,
            (std::set<v1::Role>{v1::POLICE, v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE,
                                v1::MARAC_COORDINATOR, v1::VICTIM_SERVICE, v1::DRIVE_CASE_MANAGER,
                                v1::PROBATION, v1::HEALTH_SERVICE, v1::HOUSING}));
  EXPECT_GT(calls_, 1000u);
  fprintf(stderr, "%zu calls, %zu values\n", calls_, book().size());
}

TEST_F(CanaryTest, NoneStandsInTheClearInWhatAProcessWrites) {
  // Killed, so that the log's last writes are still there as they were made.
  cluster().Kill9("all");
  std::string written;
  const std::filesystem::path data_dir = cluster().data_dir();
  for (const auto& file : std::filesystem::recursive_directory_iterator(data_dir)) {
    if (!file.is_regular_file()) continue;
    // The log of the writes is larger than ReadFile takes.
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    ASSERT_EQ(bytes.size(), file.file_size()) << file.path();
    for (const size_t index : book().Find(bytes)) {
      ADD_FAILURE() << Describe(book().at(index)) << " is in " << file.path();
    }
    written += bytes;
  }
  EXPECT_THAT(written, HasSubstr("lancashire-police")) << "the files can't be searched like this";
  const absl::StatusOr<std::string> output = ReadFile(cluster().output_file("all"));
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_THAT(*output, HasSubstr("concordatd: serving all"));
  for (const size_t index : book().Find(*output)) {
    ADD_FAILURE() << Describe(book().at(index)) << " is in the process' output";
  }
}

}  // namespace
}  // namespace concordat::tests
