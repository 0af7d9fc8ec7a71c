"""One case as several roles see it: a table of fields by role."""

import re

WIDTH = 25


def value_at(event, path):
    """The value at "incident.location.postcode" or "persons[VICTIM].fullName", or None."""
    found = event
    for step in path.split("."):
        match = re.fullmatch(r"(\w+)\[(\w+)\]", step)
        name, selector = match.groups() if match else (step, None)
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
        if selector is None:
            continue
        if selector.isdigit():
            found = found[int(selector)] if int(selector) < len(found) else None
        else:
            found = next((item for item in found if item.get("capacity") == selector), None)
        if found is None:
            return None
    return found


def reason_for(released, data_class):
    for marker in released.get("markers", []):
        if marker.get("fieldClass") in data_class:
            return marker.get("reason", "").lower().replace("_", " ")
    return ""


def cell(sent, released, path, data_class):
    """(kind, text) of one field for one role: shown, generalised, withheld or concealed."""
    if released is None:
        return "concealed", "(event not there)"
    original = value_at(sent, path)
    now = value_at(released.get("event", {}), path)
    if now is None:
        return "withheld", "- " + (reason_for(released, data_class) or "never for this role")
    if now == original:
        return "shown", str(now)
    return "generalised", "~ " + str(now)


def shorten(text, width=WIDTH):
    return text if len(text) <= width else text[: width - 1] + "\u2026"


def print_table(rows, roles, views, sent_events):
    """rows: (label, source reference, path, data classes); views: {role: {source reference: released event}}.

    Returns {role: {kind: count}}.
    """
    counts = {role: {} for role in roles}
    print("    %-29s" % "" + "".join("%-*s" % (WIDTH + 1, role) for role in roles))
    for label, reference, path, data_class in rows:
        line = "    %-29s" % shorten(label, 28)
        for role in roles:
            kind, text = cell(sent_events[reference], views[role].get(reference), path, data_class)
            counts[role][kind] = counts[role].get(kind, 0) + 1
            line += "%-*s" % (WIDTH + 1, shorten(text))
        print(line.rstrip())
    return counts
