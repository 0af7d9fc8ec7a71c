#include "tools/audit_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "tools/json_text.h"

namespace concordat::tools {
namespace {

AuditRow Disclosure() {
  AuditRow row;
  row.index = 412;
  row.recorded_at = absl::FromUnixSeconds(1'800'000'000);
  row.operation = v1::DISCLOSURE;
  row.actor.set_agency("idva");
  row.actor.set_spiffe_id("spiffe://td.test/agency/idva/desk");
  row.actor.set_via_spiffe_id("spiffe://td.test/agency/svc-marac/marac");
  row.actor.set_certificate_sha256("\x01\x02");
  row.purpose = v1::VICTIM_SUPPORT;
  row.gateway = v1::COMMON_LAW_POLICING;
  row.regime = v1::UK_GDPR;
  row.controller = "idva";
  row.case_ids = {"case-1"};
  row.recipients.emplace_back();
  row.recipients[0].set_agency("idva");
  row.recipients[0].set_spiffe_id("spiffe://td.test/agency/idva/desk");
  row.records = {3, 7};
  row.sources = {"police"};
  row.released_classes = (1u << v1::IDENTITY) | (1u << v1::CONTACT);
  row.rule_ids = {"contact-IDV", "identity-IDV"};
  row.confirmed_by = 420;
  return row;
}

TEST(AuditTextTest, NamesClassesAndWhatHasNoName) {
  EXPECT_EQ(ClassNames(0), "none");
  EXPECT_EQ(ClassNames((1u << v1::IDENTITY) | (1u << v1::HEALTH)), "IDENTITY, HEALTH");
  EXPECT_EQ(ClassNames(1u << 31), "class 31");
}

TEST(AuditTextTest, ShowsNothingForNoRow) { EXPECT_EQ(AuditTable({}), ""); }

TEST(AuditTextTest, ShowsADisclosureWithAllThatTheLogSaysOfIt) {
  AuditRow refused;
  refused.index = 7;
  refused.recorded_at = absl::FromUnixSeconds(1'800'000'060);
  refused.operation = v1::DENIED;
  refused.actor.set_agency("housing");
  refused.purpose = v1::HOUSING_SAFETY;
  refused.details = {{"method", "/concordat.v1.Ledger/ReadCase"}};
  EXPECT_EQ(AuditTable({Disclosure(), refused}),
            "#412  2027-01-15 08:00:00Z  DISCLOSURE  idva     VICTIM_SUPPORT\n"
            "    by: spiffe://td.test/agency/idva/desk\n"
            "    through: spiffe://td.test/agency/svc-marac/marac\n"
            "    to: idva (spiffe://td.test/agency/idva/desk)\n"
            "    under: COMMON_LAW_POLICING, UK_GDPR, controller idva\n"
            "    cases: case-1\n"
            "    records: 3 7 of police\n"
            "    released: IDENTITY, CONTACT\n"
            "    withheld: none\n"
            "    rules: contact-IDV identity-IDV\n"
            "    confirmed: by the recipient's signature, entry 420\n"
            "#7    2027-01-15 08:01:00Z  DENIED      housing  HOUSING_SAFETY\n"
            "    under: GATEWAY_UNSPECIFIED, REGIME_UNSPECIFIED, controller not named\n"
            "    method: /concordat.v1.Ledger/ReadCase\n");
}

TEST(AuditTextTest, CannotDrawOnTheTerminal) {
  AuditRow row = Disclosure();
  row.actor.set_agency("a\x1b[2J");
  row.details = {{"method", "x\ny"}};
  const std::string text = AuditTable({row});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("method: x y\n"), std::string::npos);
}

TEST(AuditTextTest, JsonSaysTheSame) {
  google::protobuf::Struct json;
  ASSERT_TRUE(FromJson(AuditJson(Disclosure()), &json).ok()) << AuditJson(Disclosure());
  const auto& fields = json.fields();
  EXPECT_EQ(fields.at("index").number_value(), 412);
  EXPECT_EQ(fields.at("recordedAt").string_value(), "2027-01-15T08:00:00.000000Z");
  EXPECT_EQ(fields.at("certificateSha256").string_value(), "0102");
  EXPECT_EQ(fields.at("gateway").string_value(), "COMMON_LAW_POLICING");
  EXPECT_EQ(fields.at("records").list_value().values_size(), 2);
  EXPECT_EQ(fields.at("released").list_value().values(1).string_value(), "CONTACT");
  EXPECT_EQ(fields.at("confirmedBy").number_value(), 420);
  EXPECT_EQ(fields.at("recipients")
                .list_value()
                .values(0)
                .struct_value()
                .fields()
                .at("agency")
                .string_value(),
            "idva");
  AuditRow row = Disclosure();
  row.confirmed_by.reset();
  row.details = {{"method", "\"quoted\""}};
  ASSERT_TRUE(FromJson(AuditJson(row), &json).ok());
  EXPECT_TRUE(json.fields().at("confirmedBy").has_null_value());
  EXPECT_EQ(json.fields().at("details").struct_value().fields().at("method").string_value(),
            "\"quoted\"");
  row.operation = v1::DENIED;
  ASSERT_TRUE(FromJson(AuditJson(row), &json).ok());
  EXPECT_EQ(json.fields().count("records"), 0u);
}

}  // namespace
}  // namespace concordat::tools
