"""A deployment on this machine: certificates, configurations and concordatd processes, all below one directory.

Nothing outlives the Deployment: stop() ends every process, and a process whose parent is killed ends by itself.
"""

import os
import signal
import subprocess
import sys
import time

import grpc

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
TRUST_DOMAIN = "lancashire.concordat.test"
LOG_ORIGIN = TRUST_DOMAIN + "/log"
ISSUER = "https://issuer." + TRUST_DOMAIN  # Of every agency's practitioners, here.
AUDIENCE = "https://" + TRUST_DOMAIN
STRONG_ACR = "phishing-resistant"
POLICE_FORCE_AREA = "E23000003"
DIRECTORY = os.path.join(ROOT, "deploy/directory/lancashire.textproto")
POLICY = os.path.join(ROOT, "deploy/policy/release-policy.textproto")

ROLE_SERVICES = ("police", "social", "marac", "victim")
AGENCIES = (
    ("lancashire-police", "records"),
    ("blackpool-childrens-services", "desk"),
    ("lancashire-marac", "desk"),
    ("fcwa-victim-service", "desk"),
    ("drive-lancashire", "desk"),
    ("log-auditor", "desk"),
    ("cumbria-police", "records"),
)
# Whose data protection officer has a desk, and which agency's is warned of what its people do.
OFFICERS = (("lancashire-police", "lancashire-marac"), ("lancashire-marac", "lancashire-police"))
START_SECONDS = 20
STOP_SECONDS = 15


class Failed(Exception):
    """The deployment could not do what it should; the text says what and where to look."""


class _Signals:
    """SIGTERM, SIGINT and SIGHUP become SystemExit, but not between the start of a child and its being remembered."""

    held = False
    waiting = None

    @classmethod
    def arrive(cls, number, _):
        if cls.held:
            cls.waiting = number
        else:
            sys.exit(128 + number)

    @classmethod
    def release(cls):
        cls.held = False
        if cls.waiting is not None:
            sys.exit(128 + cls.waiting)


def exit_on_signals():
    """From here on a signal ends the program by SystemExit, so that `finally` stops what was started."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _Signals.arrive)


def spawn(command, log_path, remember):
    """Starts a process and hands it to remember(). It ends with this one, however this one ends.

    setpriv asks the kernel for that; a preexec_fn could, too, but may hang in a program with threads, as gRPC's.
    """
    _Signals.held = True
    try:
        with open(log_path, "ab") as log:
            remember(
                subprocess.Popen(
                    ["setpriv", "--pdeathsig", "TERM", "--"] + command,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            )
    finally:
        _Signals.release()


def spiffe_id(agency, workload):
    return "spiffe://%s/agency/%s/%s" % (TRUST_DOMAIN, agency, workload)


class Deployment:
    def __init__(self, directory, concordat, concordatd):
        self.directory = directory
        self.pki = os.path.join(directory, "pki")
        self.concordat = concordat
        self.concordatd = concordatd
        self.processes = {}
        self.addresses = {}
        self.server_ids = {}
        os.makedirs(directory, mode=0o700, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    # Certificates and keys.

    def make_pki(self):
        """Everything that is not there yet; workloads' certificates are always renewed."""
        if not os.path.exists(self.path("pki", "ca.crt")):
            self.run_concordat("pki", "init", "--dir", self.pki, "--trust-domain", TRUST_DOMAIN)
        if not os.path.exists(self.path("pki", "log.key")):
            self.run_concordat("pki", "log-key", "--dir", self.pki, "--origin", LOG_ORIGIN)
        if not os.path.exists(self.path("pki", "kek")):
            self.run_concordat("pki", "kek", "--dir", self.pki)
        if not os.path.exists(self.path("pki", "issuer.key")):
            self.run_concordat("pki", "issuer", "--dir", self.pki)
        self.write_directory(self.authority_id(self.pki))
        workloads = [("svc-ledger", "ledger")] + [("svc-" + name, name) for name in ROLE_SERVICES]
        workloads += list(AGENCIES) + [(agency, "officer") for agency, _ in OFFICERS]
        for agency, workload in workloads:
            self.issue(self.pki, agency, workload)
        return len(workloads)

    def authority_id(self, pki):
        return self.run_concordat("pki", "authority-id", "--certificate", os.path.join(pki, "ca.crt")).stdout.strip()

    def write_directory(self, authority):
        """The example directory, each agency bound to this authority, its people to this issuer; and some officers."""
        with open(DIRECTORY, encoding="utf-8") as example:
            head, *agencies = example.read().split("\nagencies {\n")
        with open(self.path("directory.textproto"), "w", encoding="utf-8") as bound:
            bound.write(head)
            for agency in agencies:
                bound.write('\nagencies {\n  certificate_authorities: "%s"\n' % authority)
                if "role_service: true" not in agency:
                    bound.write('  practitioner_issuer: "%s"\n' % ISSUER)
                for name, overseer in OFFICERS:
                    if 'id: "%s"\n' % name in agency:
                        bound.write('  workloads: "officer"\n  officer_workloads: "officer"\n  overseen_by: "%s"\n' % overseer)
                bound.write(agency)

    def issue(self, pki, agency, workload):
        self.run_concordat(
            "pki", "issue", "--dir", pki, "--agency", agency, "--workload", workload,
            "--dns", "localhost", "--ip", "127.0.0.1",
        )  # fmt: skip

    def token(self, agency, person):
        """A file with a new access token of that person, who has just authenticated strongly."""
        path = self.path("pki", "%s-%s.token" % (agency, person))
        made = self.run_concordat(
            "pki", "token", "--dir", self.pki, "--agency", agency, "--practitioner", person, "--issuer", ISSUER,
            "--audience", AUDIENCE, "--acr", STRONG_ACR,
        )  # fmt: skip
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(made.stdout)
        return path

    def certificate(self, agency, pki=None, workload=None):
        """(certificate, key, trusted roots) of an agency of the example directory."""
        workload = workload or dict(AGENCIES)[agency]
        base = os.path.join(pki or self.pki, agency, workload)
        return base + ".crt", base + ".key", self.path("pki", "ca.crt")

    # The command line.

    def run_concordat(self, *args, expect=(0,), timeout=120):
        done = subprocess.run(
            [self.concordat] + list(args), capture_output=True, text=True, timeout=timeout, check=False
        )
        if done.returncode not in expect:
            raise Failed(
                "concordat %s: got exit code %d, want %s\n%s%s"
                % (" ".join(args[:2]), done.returncode, list(expect), done.stdout, done.stderr)
            )
        return done

    def connection(self, service, agency, pki=None, person=None, workload=None):
        """The flags with which an agency's command line reaches a service; as a system, or for a person."""
        certificate, key, roots = self.certificate(agency, pki, workload)
        flags = [
            "--server", self.addresses[service], "--server-id", self.server_ids[service],
            "--cert", certificate, "--key", key, "--ca", roots,
        ]  # fmt: skip
        return flags if person is None else flags + ["--token-file", self.token(agency, person)]

    # Processes.

    def _config(self, target):
        agency, workload = ("svc-ledger", "ledger") if target in ("ledger", "all") else ("svc-" + target, target)
        base = self.path("pki", agency, workload)
        lines = [
            'listen_address: "%s"' % self.addresses.get(target, "127.0.0.1:0"),  # The same again after a restart.
            'port_file: "%s"' % self.path(target + ".port"),
            'tls { certificate_chain: "%s.crt" private_key: "%s.key" trusted_roots: "%s" }'
            % (base, base, self.path("pki", "ca.crt")),
            'directory_file: "%s"' % self.path("directory.textproto"),
            'practitioner_issuers { issuer: "%s" audience: "%s" jwks_file: "%s" strong_acr: "%s" }'
            % (ISSUER, AUDIENCE, self.path("pki", "issuer.jwks"), STRONG_ACR),
        ]
        if target in ("ledger", "all"):
            lines.append(
                'ledger { data_dir: "%s" log_origin: "%s" log_signing_key_file: "%s" key_encryption_key_file: "%s" '
                'policy_file: "%s" police_force_area: "%s" erasure_register_file: "%s" }'
                % (
                    self.path("log"), LOG_ORIGIN, self.path("pki", "log.key"), self.path("pki", "kek"), POLICY,
                    POLICE_FORCE_AREA, self.path("erasure-register"),
                )  # fmt: skip
            )
        else:
            lines.append(
                'ledger_at { address: "%s" spiffe_id: "%s" }' % (self.addresses["ledger"], spiffe_id("svc-ledger", "ledger"))
            )
        self.server_ids[target] = spiffe_id(agency, workload)
        path = self.path(target + ".textproto")
        with open(path, "w", encoding="utf-8") as config:
            config.write("\n".join(lines) + "\n")
        return path

    def start(self, target):
        """Starts one process; wait() tells when it serves."""
        config = self._config(target)
        port_file = self.path(target + ".port")
        if os.path.exists(port_file):
            os.remove(port_file)
        spawn(
            [self.concordatd, "--target=" + target, "--config=" + config],
            self.path(target + ".log"),
            lambda process: self.processes.__setitem__(target, process),
        )

    def wait(self, target):
        """Returns once the process answers SERVING to a health check over mutual TLS."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.processes[target].poll() is not None:
                break
            try:
                with open(self.path(target + ".port"), encoding="utf-8") as port:
                    self.addresses[target] = "127.0.0.1:%d" % int(port.read())
                if self._serving(target):
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.02)
        with open(self.path(target + ".log"), encoding="utf-8", errors="replace") as log:
            raise Failed("%s: did not serve within %d s:\n%s" % (target, START_SECONDS, log.read()[-2000:]))

    def _serving(self, target):
        certificate, key, roots = self.certificate("log-auditor")
        pem = []
        for path in (roots, key, certificate):
            with open(path, "rb") as file:
                pem.append(file.read())
        with grpc.secure_channel(self.addresses[target], grpc.ssl_channel_credentials(*pem)) as channel:
            check = channel.unary_unary("/grpc.health.v1.Health/Check")
            try:
                return check(b"", timeout=2) == b"\x08\x01"  # HealthCheckResponse{status: SERVING}
            except grpc.RpcError:
                return False

    def kill(self, target):
        """kill -9, as a crash would."""
        process = self.processes.pop(target)
        process.kill()
        process.wait()

    def stop(self):
        """Asks every process to stop, role services first; returns {target: exit code}. Safe to repeat."""
        exits = {}
        for target, process in reversed(list(self.processes.items())):
            if process.poll() is None:
                process.terminate()
            try:
                exits[target] = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                exits[target] = process.wait()
        self.processes.clear()
        return exits

    def leftover_processes(self):
        """Processes, of whatever parent, that still name this directory in their command line."""
        found = []
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) == os.getpid():
                continue
            try:
                with open("/proc/%s/cmdline" % name, "rb") as line:
                    command = line.read().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if self.directory + "/" in command:
                found.append("%s %s" % (name, command))
        return found
