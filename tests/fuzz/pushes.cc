// What an agency's system pushes: protobuf on the wire, or a line of JSON. Whatever passes
// validation is redacted for every role.
#include <string>

#include "auth/event_type.h"
#include "auth/policy.h"
#include "auth/redactor.h"
#include "base/check.h"
#include "base/fake_clock.h"
#include "concordat/v1/exchange.pb.h"
#include "services/common/validate_event.h"
#include "tests/fuzz/target.h"
#include "tools/json_lines.h"

namespace concordat::tests {
namespace {

const auth::PolicyEngine& Policy() {
  static const auto* const policy = [] {
    auto loaded = auth::PolicyEngine::Load("deploy/policy/release-policy.textproto");
    CONCORDAT_CHECK(loaded.ok());
    return new auth::PolicyEngine(*std::move(loaded));
  }();
  return *policy;
}

void Release(const v1::CaseEvent& event) {
  for (int role = v1::Role_MIN; role <= v1::Role_MAX; ++role) {
    auth::ReleaseContext context;
    context.view.roles.push_back(static_cast<v1::Role>(role));
    context.type = auth::TypeOf(event);
    context.source = event.source_class();
    context.decided_at = absl::InfiniteFuture();  // No embargo hides what this looks at.
    const auto redacted = auth::Redact(Policy(), context, event);
    if (!redacted.has_value()) continue;
    // R7, said once more: no address or phone of a victim or child on the perpetrator's side.
    if (!Policy().FacesPerpetrator(context.view)) continue;
    for (const v1::Person& person : redacted->event.persons()) {
      if (person.capacity() == v1::PERPETRATOR || person.capacity() == v1::THIRD_PARTY) continue;
      CONCORDAT_CHECK(person.addresses().empty() && person.contacts().empty());
    }
  }
}

void Take(const v1::PushRequest& push) {
  static const FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
  for (const v1::Role role :
       {v1::POLICE, v1::CHILDRENS_SOCIAL_CARE, v1::MARAC_COORDINATOR, v1::VICTIM_SERVICE}) {
    if (services::ValidatePush(push, services::BodiesOfServiceRole(role), clock).ok()) {
      Release(push.event());
    }
  }
}

}  // namespace
}  // namespace concordat::tests

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;  // NOLINT(build/namespaces)
  v1::PushRequest push;
  if (push.ParseFromArray(data, static_cast<int>(size))) tests::Take(push);
  const auto event =
      tools::ParseCaseEvent({1, std::string(tests::TextOf(data, size)), /*too_long=*/false});
  if (event.ok()) {
    push.Clear();
    push.set_purpose(v1::LAW_ENFORCEMENT);
    *push.mutable_event() = *event;
    tests::Take(push);
    tests::Release(*event);  // Also what would not have been taken.
  }
  return 0;
}
