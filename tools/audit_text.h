// An auditor's report as people and programs read it.
#ifndef CONCORDAT_TOOLS_AUDIT_TEXT_H_
#define CONCORDAT_TOOLS_AUDIT_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/audit_report.h"

namespace concordat::tools {

// "IDENTITY, CONTACT" of the bits set; "none" for 0. A bit without a class is shown by its number.
std::string ClassNames(uint32_t classes);

// A table, one line an entry (index, time, operation, who, purpose), with its particulars indented
// below; ends with a newline unless there is no row. Control characters in texts are shown as
// spaces.
std::string AuditTable(const std::vector<AuditRow>& rows);

// One JSON object on one line, without a newline.
std::string AuditJson(const AuditRow& row);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_AUDIT_TEXT_H_
