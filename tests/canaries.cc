#include "tests/canaries.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/str_cat.h"
#include "concordat/v1/data_class.pb.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kRepeats = 2;

bool IsText(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

bool IsTime(const FieldDescriptor* field) {
  return field->message_type() != nullptr &&
         field->message_type()->full_name() == "google.protobuf.Timestamp";
}

// Fields whose few valid values can't be told apart from anybody else's.
bool HoldsNoCanary(const FieldDescriptor* field) {
  static const auto& names = *new std::set<std::string>{
      "concordat.v1.IntelligenceReport.assessment",  // One letter.
      "concordat.v1.MaracReferral.invited_agencies",
      "concordat.v1.Correction.corrects_reference",
      "concordat.v1.CaseEvent.case_id",
      "concordat.v1.CaseEvent.source_system",
  };
  return names.count(field->full_name()) > 0;
}

void CollectTextFields(const Descriptor* type, std::set<const Descriptor*>* seen,
                       std::set<std::string>* names) {
  if (!seen->insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (IsText(field) && !HoldsNoCanary(field)) names->insert(field->full_name());
    if (field->message_type() != nullptr && !IsTime(field)) {
      CollectTextFields(field->message_type(), seen, names);
    }
  }
}

// A number, flag or choice that means something and is valid.
void FillPlain(const FieldDescriptor* field, Message* message) {
  const Reflection* reflection = message->GetReflection();
  if (field->is_repeated()) {
    if (field->enum_type() != nullptr && reflection->FieldSize(*message, field) == 0) {
      reflection->AddEnumValue(message, field, field->enum_type()->value(1)->number());
    }
    return;
  }
  if (reflection->HasField(*message, field)) return;
  if (IsTime(field)) {
    Message* time = reflection->MutableMessage(message, field);
    time->GetReflection()->SetInt64(time, time->GetDescriptor()->field(0), 1704067200);
  } else if (field->enum_type() != nullptr) {
    reflection->SetEnumValue(message, field, field->enum_type()->value(1)->number());
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    reflection->SetBool(message, field, true);
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
    reflection->SetUInt32(message, field, 2);  // Also the number of answers, all of them YES.
  }
}

}  // namespace

std::set<std::string> CanaryBook::TextFieldsOfEvents() {
  std::set<const Descriptor*> seen;
  std::set<std::string> names;
  CollectTextFields(v1::CaseEvent::descriptor(), &seen, &names);
  return names;
}

std::string CanaryBook::ValidText(const FieldDescriptor* field) {
  const std::string& name = field->name();
  const int n = counts_[name]++;  // Some forms have only a few thousand values.
  if (name == "date_of_birth") return DateOfBirth(n);
  if (name == "postcode") {
    return StrCat("ZZ1 ", n % 10, std::string(1, static_cast<char>('A' + n / 10 % 26)),
                  std::string(1, static_cast<char>('A' + n / 260 % 26)));
  }
  if (name == "local_authority") return absl::StrFormat("S%08d", 90000000 + n);
  return absl::StrFormat("qx%06dzq", canaries_.size());
}

std::string CanaryBook::NewValue(const Where& where, const FieldDescriptor* field,
                                 std::string value) {
  auto lower = std::make_unique<std::string>(absl::AsciiStrToLower(value));
  const std::string_view key = *lower;
  CONCORDAT_CHECK(by_value_.emplace(key, canaries_.size()).second);
  lengths_.insert(key.size());
  beginnings_[static_cast<unsigned char>(key[0]) * 256 + static_cast<unsigned char>(key[1])] = true;
  lower_.push_back(std::move(lower));
  canaries_.push_back({value, where.event, field->full_name(),
                       field->options().GetExtension(v1::data_class),
                       field->options().GetExtension(v1::generalise_to), where.capacity});
  filled_fields_.insert(field->full_name());
  return value;
}

void CanaryBook::FillText(const Where& where, const FieldDescriptor* field, Message* message) {
  const Reflection* reflection = message->GetReflection();
  if (HoldsNoCanary(field)) {
    if (field->name() == "assessment") reflection->SetString(message, field, "B");
    return;
  }
  if (field->is_repeated()) {
    while (reflection->FieldSize(*message, field) < kRepeats) {
      reflection->AddString(message, field, NewValue(where, field, ValidText(field)));
    }
  } else if (!reflection->HasField(*message, field)) {
    reflection->SetString(message, field, NewValue(where, field, ValidText(field)));
  }
}

void CanaryBook::FillIdentifiers(const Where& where, v1::Person* person) {
  const FieldDescriptor* value = v1::ExternalId::descriptor()->FindFieldByName("value");
  const int n = static_cast<int>(canaries_.size());
  const std::pair<v1::IdentifierType, std::string> ids[] = {
      {v1::PNC_ID, PncId(100000 + n)},
      {v1::CRO_NUMBER, CroNumber(n)},
      {v1::NHS_NUMBER, NhsNumber(n)},
      {v1::UPRN, absl::StrFormat("77%010d", n)},
      {v1::LOCAL_PERSON_ID, absl::StrFormat("local-qx%06dzq", n)},
      {v1::NDELIUS_CRN, absl::StrFormat("crn-qx%06dzq", n)},
  };
  for (const auto& [type, text] : ids) {
    v1::ExternalId& id = *person->add_external_ids();
    id.set_type(type);
    id.set_value(NewValue(where, value, text));
  }
}

void CanaryBook::FillMessage(const Where& where, Message* message) {
  Where here = where;
  if (message->GetDescriptor() == v1::Person::descriptor()) {
    auto* person = static_cast<v1::Person*>(message);
    here.capacity = person->capacity();
    FillIdentifiers(here, person);
    // One that anybody may know of, and a refuge.
    if (person->addresses().empty()) person->add_addresses(), person->add_addresses();
    person->mutable_addresses(1)->set_confidential(true);
  }
  if (message->GetDescriptor() == v1::Address::descriptor()) {
    if (static_cast<v1::Address*>(message)->confidential()) here.capacity = v1::VICTIM;
  }
  const Reflection* reflection = message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->name() == "confidential") continue;
    if (IsText(field)) {
      FillText(here, field, message);
    } else if (field->message_type() == nullptr || IsTime(field)) {
      FillPlain(field, message);
    } else if (field->is_repeated()) {
      while (reflection->FieldSize(*message, field) < kRepeats) {
        reflection->AddMessage(message, field);
      }
      for (int j = 0; j < reflection->FieldSize(*message, field); ++j) {
        FillMessage(here, reflection->MutableRepeatedMessage(message, field, j));
      }
    } else if (field->containing_oneof() == nullptr || reflection->HasField(*message, field)) {
      FillMessage(here, reflection->MutableMessage(message, field));
    }
  }
}

void CanaryBook::Fill(size_t number, v1::CaseEvent* event) {
  FillMessage({number, v1::VICTIM}, event);
}

std::set<size_t> CanaryBook::Find(std::string_view bytes) const {
  const std::string lower = absl::AsciiStrToLower(ToAbsl(bytes));
  const std::string_view text = lower;
  std::set<size_t> found;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (!beginnings_[static_cast<unsigned char>(text[i]) * 256 +
                     static_cast<unsigned char>(text[i + 1])]) {
      continue;
    }
    for (const size_t length : lengths_) {
      const auto known = by_value_.find(text.substr(i, length));
      if (known != by_value_.end()) found.insert(known->second);
    }
  }
  return found;
}

}  // namespace concordat::tests
