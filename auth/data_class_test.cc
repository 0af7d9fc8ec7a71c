// Every leaf field of every message says which data class it is. A field without one is withheld
// from everybody, and here it does not build either.
#include <set>
#include <string>
#include <vector>

#include "auth/redaction_plan.h"
#include "concordat/v1/config.pb.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/person.pb.h"
#include "concordat/v1/policy.pb.h"
#include "concordat/v1/services.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;

// A field that holds a value and not a message of ours. A time is a value.
bool IsLeaf(const FieldDescriptor* field) {
  return field->message_type() == nullptr ||
         field->message_type()->full_name() == "google.protobuf.Timestamp";
}

void FindUnclassified(const Descriptor* type, std::vector<std::string>* found) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const v1::DataClass field_class = field->options().GetExtension(v1::data_class);
    const bool classified =
        field_class != v1::DATA_CLASS_UNSPECIFIED && v1::DataClass_IsValid(field_class);
    if (IsLeaf(field) && !classified) found->push_back(field->full_name());
  }
  for (int i = 0; i < type->nested_type_count(); ++i) {
    FindUnclassified(type->nested_type(i), found);
  }
}

std::vector<std::string> Unclassified(const FileDescriptor* file) {
  std::vector<std::string> found;
  for (int i = 0; i < file->message_type_count(); ++i) {
    FindUnclassified(file->message_type(i), &found);
  }
  return found;
}

// The files of the package that `file` reaches by imports, itself first.
void Collect(const FileDescriptor* file, std::set<const FileDescriptor*>* files) {
  if (file->package() != "concordat.v1" || !files->insert(file).second) return;
  for (int i = 0; i < file->dependency_count(); ++i) Collect(file->dependency(i), files);
}

std::set<const FileDescriptor*> AllFiles() {
  std::set<const FileDescriptor*> files;
  Collect(v1::ServerConfig::descriptor()->file(), &files);
  Collect(v1::ReleasePolicy::descriptor()->file(), &files);
  Collect(v1::GetEntriesRequest::descriptor()->file(), &files);
  return files;
}

// A pool with a copy of the package's vocabulary, and one message of the given fields.
class OwnPool {
 public:
  explicit OwnPool(const std::vector<FieldDescriptorProto>& fields) {
    Copy(google::protobuf::FileDescriptorProto::descriptor()->file());
    Copy(google::protobuf::Timestamp::descriptor()->file());
    Copy(v1::DataClass_descriptor()->file());
    FileDescriptorProto file;
    file.set_name("probe.proto");
    file.set_syntax("proto3");
    file.set_package("concordat.v1");
    file.add_dependency("google/protobuf/timestamp.proto");
    file.add_dependency(v1::DataClass_descriptor()->file()->name());
    auto* outer = file.add_message_type();
    outer->set_name("Probe");
    auto* nested = outer->add_nested_type();
    nested->set_name("Nested");
    for (const FieldDescriptorProto& field : fields) *nested->add_field() = field;
    file_ = pool_.BuildFile(file);
  }

  const FileDescriptor* file() const { return file_; }

 private:
  void Copy(const FileDescriptor* from) {
    FileDescriptorProto file;
    from->CopyTo(&file);
    EXPECT_NE(pool_.BuildFile(file), nullptr) << from->name();
  }

  DescriptorPool pool_;
  const FileDescriptor* file_ = nullptr;
};

FieldDescriptorProto Field(const std::string& name, int number, const std::string& type_name) {
  FieldDescriptorProto field;
  field.set_name(name);
  field.set_number(number);
  field.set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  field.set_type(type_name.empty() ? FieldDescriptorProto::TYPE_STRING
                                   : FieldDescriptorProto::TYPE_MESSAGE);
  if (!type_name.empty()) field.set_type_name(type_name);
  return field;
}

TEST(DataClassTest, FindsALeafFieldWithoutAClass) {
  FieldDescriptorProto classified = Field("classified", 1, "");
  classified.mutable_options()->SetExtension(v1::data_class, v1::RISK);
  FieldDescriptorProto unspecified = Field("unspecified", 2, "");
  unspecified.mutable_options()->SetExtension(v1::data_class, v1::DATA_CLASS_UNSPECIFIED);
  const OwnPool pool({classified, unspecified, Field("bare", 3, ""),
                      Field("time", 4, ".google.protobuf.Timestamp"),
                      Field("message", 5, ".concordat.v1.Probe")});
  ASSERT_NE(pool.file(), nullptr);
  const std::string nested = "concordat.v1.Probe.Nested.";
  EXPECT_EQ(Unclassified(pool.file()),
            (std::vector<std::string>{nested + "unspecified", nested + "bare", nested + "time"}));
}

TEST(DataClassTest, EveryLeafFieldOfEveryMessageHasAClass) {
  for (const FileDescriptor* file : AllFiles()) {
    for (const std::string& field : Unclassified(file)) {
      ADD_FAILURE() << file->name() << ": " << field << " has no (data_class)";
    }
  }
}

TEST(DataClassTest, LooksIntoEveryFileOfThePackage) {
  std::set<std::string> names;
  for (const FileDescriptor* file : AllFiles()) names.insert(file->name());
  EXPECT_EQ(
      names,
      (std::set<std::string>{
          "concordat/v1/access.proto", "concordat/v1/config.proto", "concordat/v1/data_class.proto",
          "concordat/v1/event.proto", "concordat/v1/exchange.proto",
          "concordat/v1/governance.proto", "concordat/v1/log.proto", "concordat/v1/person.proto",
          "concordat/v1/policy.proto", "concordat/v1/services.proto", "concordat/v1/state.proto"}));
}

// What redaction is given of the fields is what the files say.
TEST(RedactionPlanTest, TakesClassAndGeneraliserFromTheFieldsOptions) {
  const RedactionPlan plan(v1::Person::descriptor());
  const FieldPlan& name = plan.root().fields[1];
  EXPECT_EQ(name.field->name(), "full_name");
  EXPECT_EQ(name.data_class, v1::IDENTITY);
  EXPECT_EQ(name.generaliser, v1::INITIALS);
  EXPECT_EQ(name.message, nullptr);
  ASSERT_NE(plan.root().capacity, nullptr);
}

TEST(RedactionPlanTest, FactsOutsideAPersonAreTheVictimsUnlessTheClassIsThePerpetrators) {
  const RedactionPlan plan(v1::CaseEvent::descriptor());
  std::set<std::string> perpetrators;
  std::vector<const MessagePlan*> open = {&plan.root()};
  std::set<const MessagePlan*> seen;
  while (!open.empty()) {
    const MessagePlan* message = open.back();
    open.pop_back();
    if (!seen.insert(message).second) continue;
    for (const FieldPlan& field : message->fields) {
      if (field.message != nullptr) {
        open.push_back(field.message);
      } else if (field.capacity_in_body != v1::VICTIM) {
        EXPECT_EQ(field.capacity_in_body, v1::PERPETRATOR);
        perpetrators.insert(v1::DataClass_Name(field.data_class) +
                            (field.data_class == v1::SUBSTANCE ? " " + field.field->name() : ""));
      }
    }
  }
  EXPECT_EQ(perpetrators,
            (std::set<std::string>{"OFFENCES", "RISK", "SUBSTANCE perpetrator_alcohol",
                                   "SUBSTANCE perpetrator_drugs"}));
}

TEST(RedactionPlanTest, AFieldWithoutAClassIsPlannedAsUnspecifiedAndATypeMayHoldItself) {
  FieldDescriptorProto self = Field("self", 2, ".concordat.v1.Probe.Nested");
  const OwnPool pool({Field("bare", 1, ""), self});
  const RedactionPlan plan(pool.file()->message_type(0)->nested_type(0));
  ASSERT_EQ(plan.root().fields.size(), 2u);
  EXPECT_EQ(plan.root().fields[0].data_class, v1::DATA_CLASS_UNSPECIFIED);
  EXPECT_EQ(plan.root().fields[1].message, &plan.root());
}

}  // namespace
}  // namespace concordat::auth
