// Values put into every text field of an event, each of which is found again wherever it leaks to.
#ifndef CONCORDAT_TESTS_CANARIES_H_
#define CONCORDAT_TESTS_CANARIES_H_

#include <google/protobuf/message.h>

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "concordat/v1/event.pb.h"

namespace concordat::tests {

// One value and whose fact it is.
struct Canary {
  std::string value;
  size_t event;       // Number of the event that carries it.
  std::string field;  // Full name, such as concordat.v1.Person.full_name.
  v1::DataClass field_class;
  v1::Generaliser generaliser;
  v1::Capacity capacity;  // Of the person it belongs to; VICTIM outside persons.
};

// Not thread-safe.
class CanaryBook {
 public:
  // Puts a new canary into every string and bytes field of `event` that is empty, of all messages
  // below it: those not there are added, except in a oneof. Other fields that are not set get a
  // valid value. The event stays valid for validate_event.h. `number` identifies the event.
  void Fill(size_t number, v1::CaseEvent* event);

  // The canaries that stand in `bytes`, whatever their case.
  std::set<size_t> Find(std::string_view bytes) const;

  const Canary& at(size_t index) const { return canaries_[index]; }
  size_t size() const { return canaries_.size(); }

  // Full names of the text fields that hold none, among those that an event can have.
  static std::set<std::string> TextFieldsOfEvents();
  const std::set<std::string>& filled_fields() const { return filled_fields_; }

 private:
  struct Where {
    size_t event;
    v1::Capacity capacity;
  };

  void FillMessage(const Where& where, google::protobuf::Message* message);
  void FillText(const Where& where, const google::protobuf::FieldDescriptor* field,
                google::protobuf::Message* message);
  void FillIdentifiers(const Where& where, v1::Person* person);
  std::string NewValue(const Where& where, const google::protobuf::FieldDescriptor* field,
                       std::string value);
  std::string ValidText(const google::protobuf::FieldDescriptor* field);

  std::vector<Canary> canaries_;
  std::map<std::string, int> counts_;                      // Values given to fields of this name.
  std::unordered_map<std::string_view, size_t> by_value_;  // Of lower_, lower case.
  std::vector<std::unique_ptr<std::string>> lower_;
  std::set<size_t> lengths_;
  std::array<bool, 65536> beginnings_{};  // By the first two bytes.
  std::set<std::string> filled_fields_;
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CANARIES_H_
