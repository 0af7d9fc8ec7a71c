#!/usr/bin/python3
"""./run serve: `concordatd --target=all` on loopback with development certificates, until Ctrl-C.

Certificates, keys and the log stay in --dir, so that the next run goes on with the same log.
"""

import argparse
import os
import sys

import deployment


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--concordat", required=True)
    parser.add_argument("--concordatd", required=True)
    parser.add_argument("--dir", required=True)
    flags = parser.parse_args()
    deployment.exit_on_signals()
    deployed = deployment.Deployment(os.path.realpath(flags.dir), flags.concordat, flags.concordatd)
    try:
        deployed.make_pki()
        deployed.start("all")
        deployed.wait("all")
        certificate, key, roots = deployed.certificate("lancashire-police")
        print(
            """
==> Serving at %s, all services in one process. Ctrl-C stops it.
    who it proves to be   %s
    certificates          %s (development only)
    log and keys          %s

    An agency's command line, here the police's:
      %s push FILE.jsonl --to police --purpose law-enforcement \\
        --server %s --server-id %s \\
        --cert %s --key %s --ca %s
"""
            % (
                deployed.addresses["all"], deployed.server_ids["all"], deployed.pki, deployed.directory,
                flags.concordat, deployed.addresses["all"], deployed.server_ids["all"], certificate, key, roots,
            ),  # fmt: skip
            flush=True,
        )
        code = deployed.processes["all"].wait()
        print("concordatd ended with exit code %d; its log: %s" % (code, deployed.path("all.log")), file=sys.stderr)
        return 1
    except deployment.Failed as failure:
        print("serve: %s" % failure, file=sys.stderr)
        return 1
    finally:
        deployed.stop()


if __name__ == "__main__":
    sys.exit(main())
