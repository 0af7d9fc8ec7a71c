"""Holds the layer order of ARCHITECTURE.md for every #include line."""

import re
import unittest

from tests import source_tree

# What a layer may include besides itself and proto. Tests may include anything of the project.
LAYERS = {
    "base": (),
    "crypto": ("base",),
    "auth": ("base", "crypto"),
    "tlog": ("base", "crypto"),
    "storage": ("base", "crypto", "tlog"),
    "services/common": ("base", "crypto", "auth"),
    "services/ledger": ("base", "crypto", "auth", "tlog", "storage", "services/common", "services/http"),
    "services/http": ("base", "services/common"),
    "services/witness": ("base", "crypto", "auth", "tlog", "services/common", "services/http"),
    "services/police": ("base", "crypto", "auth", "services/common"),
    "services/social": ("base", "crypto", "auth", "services/common"),
    "services/marac": ("base", "crypto", "auth", "services/common"),
    "services/victim": ("base", "crypto", "auth", "services/common"),
    "services/drive": ("base", "crypto", "auth", "services/common"),
    "services/outcomes": ("base", "crypto", "auth", "services/common"),
    "services/concordatd": ("base", "crypto", "auth", "tlog", "storage", "services"),
    "tools": ("base", "crypto", "auth", "tlog", "storage", "services/common"),
    "tests": ("base", "crypto", "auth", "tlog", "storage", "services", "tools"),
}

# Only this folder may include headers that start so.
ONLY_IN = {"openssl/": "crypto", "rocksdb/": "storage"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def layer_of(path):
    """The layer a path belongs to: the longest name in LAYERS that is its folder, or None."""
    for layer in sorted(LAYERS, key=len, reverse=True):
        if path.startswith(layer + "/"):
            return layer
    return None


def within(path, folder):
    return path.startswith(folder + "/")


def broken_rules(path, text):
    """One sentence for each #include of the file that the order forbids."""
    layer = layer_of(path)
    if layer is None:
        return ["%s: got a folder without a layer, want it named in layers_test.py" % path]
    found = []
    for quoted, angled in INCLUDE.findall(text):
        header = quoted or angled
        for prefix, folder in ONLY_IN.items():
            if header.startswith(prefix) and not within(path, folder):
                found.append("%s: got <%s>, want it only in %s/" % (path, header, folder))
        target = layer_of(header)
        if target is None or target == layer:
            continue
        if not any(target == allowed or within(target + "/", allowed) for allowed in LAYERS[layer]):
            found.append(
                '%s: got "%s", want only %s' % (path, header, ", ".join(LAYERS[layer] + (layer, "proto")))
            )
    return found


class LayersTest(unittest.TestCase):
    def test_every_include_obeys_the_order(self):
        found = []
        for path, text in source_tree.sources():
            found += broken_rules(path, text)
        self.assertEqual([], found)

    def test_sources_are_found(self):
        self.assertTrue(any(path.startswith("tools/") for path, _ in source_tree.sources()))

    def test_refuses_an_upward_include(self):
        self.assertTrue(broken_rules("base/a.h", '#include "tlog/merkle.h"\n'))
        self.assertTrue(broken_rules("auth/a.cc", '#include "tlog/merkle.h"\n'))
        self.assertTrue(broken_rules("storage/a.cc", '#include "services/ledger/ledger.h"\n'))
        self.assertTrue(broken_rules("services/common/a.cc", '#include "services/police/a.h"\n'))

    def test_refuses_role_services_that_meet_elsewhere_than_at_the_ledger(self):
        self.assertTrue(broken_rules("services/police/a.cc", '#include "services/victim/a.h"\n'))
        self.assertTrue(broken_rules("services/police/a.cc", '#include "services/ledger/ledger.h"\n'))
        self.assertTrue(broken_rules("services/marac/a.cc", '#include "storage/audit_log.h"\n'))

    def test_refuses_openssl_and_rocksdb_outside_their_folder(self):
        self.assertTrue(broken_rules("tools/a.cc", "#include <openssl/sha.h>\n"))
        self.assertTrue(broken_rules("services/ledger/a.cc", '#  include "rocksdb/db.h"\n'))
        self.assertTrue(broken_rules("tests/a.cc", '#include "rocksdb/db.h"\n'))

    def test_refuses_a_folder_without_a_layer(self):
        self.assertTrue(broken_rules("services/new/a.cc", ""))

    def test_accepts_downward_includes(self):
        text = '#include <string>\n#include "base/limits.h"\n#include "concordat/v1/log.pb.h"\n'
        self.assertEqual([], broken_rules("storage/a.cc", text + '#include "rocksdb/db.h"\n'))
        self.assertEqual([], broken_rules("services/concordatd/main.cc", '#include "services/police/a.h"\n'))
        self.assertEqual([], broken_rules("tools/a.cc", '#include "services/common/server_credentials.h"\n'))


if __name__ == "__main__":
    unittest.main()
