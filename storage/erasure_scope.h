// How far an erasure reaches: the cases that know a person, and what is sealed under a subject. By
// reading the events of the cases concerned, never all of the log. Thread-safe as the Reader is.
#ifndef CONCORDAT_STORAGE_ERASURE_SCOPE_H_
#define CONCORDAT_STORAGE_ERASURE_SCOPE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "storage/reader.h"

namespace concordat::storage {

// Every case that knows the person, found from any of them. A person only comes to another case by
// an event that joins both, so following those events finds all. DATA_LOSS when an entry of a case
// is missing.
absl::StatusOr<std::set<std::string>> CasesOfPerson(const Reader& reader,
                                                    const std::string& case_id,
                                                    const std::string& subject_id);

// All cases that know one of these subjects, found from those named; the named ones, too. What an
// ERASURE entry concerns that names one of them: it goes to agencies, which may not know the
// others.
absl::StatusOr<std::set<std::string>> CasesOfErased(const Reader& reader,
                                                    const std::set<std::string>& case_ids,
                                                    const std::set<std::string>& subject_ids);

// Every case to which an event belongs whose body is sealed under this case's key, itself too:
// destroying the key takes the body from all of them. DATA_LOSS as above.
absl::StatusOr<std::set<std::string>> CasesOfBodies(const Reader& reader,
                                                    const std::string& case_id);

// The cases of these persons from all case records, for who knows none of the cases. Reads them
// all.
absl::StatusOr<std::set<std::string>> CasesKnowing(const Reader& reader,
                                                   const std::set<std::string>& subject_ids);

struct SealedPlace {
  LeafIndex index;
  uint32_t part = 0;
};

// Where in the events of these cases, and in what was granted of them, something is sealed under
// one of the subjects, tokens and reasons too; each once, ascending. What is destroyed already is
// named as well.
absl::StatusOr<std::vector<SealedPlace>> SealedUnder(const Reader& reader,
                                                     const std::set<std::string>& case_ids,
                                                     const std::set<std::string>& subject_ids);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_ERASURE_SCOPE_H_
