"""A real POP3 server on loopback: Debian's Dovecot over a Maildir, in a folder that is thrown away."""

import os
import pwd
import shutil
import socket
import subprocess
import time

USER = "ada"
PASSWORD = "correct horse"

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:{mail}:INDEX={folder}/index:CONTROL={folder}/control
mail_max_userip_connections = 200
pop3_no_flag_updates = yes
default_vsz_limit = 1 G
{identity}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service pop3-login {{
  chroot =
  service_count = 0
  process_limit = 1
  inet_listener pop3 {{
    port = {plain}
  }}
  inet_listener pop3s {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    """Serves the Maildir `mail` to USER/PASSWORD at 127.0.0.1: `plain_port` (with STLS) and `tls_port`.

    So many `twins` of the user, named USER1 and on, see the same mail with the same password.
    """

    def __init__(self, folder, mail, twins=0):
        self.twins = twins
        self.folder = os.path.abspath(folder)
        self.mail = os.path.abspath(mail)
        self.plain_port = free_port()
        self.tls_port = free_port()
        self.certificate = os.path.join(self.folder, "certificate.pem")
        self.process = None

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("", "run", "state", "index", "control", "home"):
            os.makedirs(os.path.join(self.folder, name))
        self._make_certificate()
        uid, gid, identity = self._identity()
        with open(os.path.join(self.folder, "users"), "w") as users:
            for name in [USER] + [f"{USER}{number + 1}" for number in range(self.twins)]:
                users.write(f"{name}:{PASSWORD}\n")
        path = os.path.join(self.folder, "dovecot.conf")
        with open(path, "w") as file:
            file.write(CONFIGURATION.format(
                folder=self.folder, mail=self.mail, uid=uid, gid=gid, identity=identity,
                plain=self.plain_port, tls=self.tls_port))
        self.process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()
        return self

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def pin(self):
        """SHA-256 of the leaf certificate, hexadecimal."""
        der = subprocess.run(
            ["openssl", "x509", "-in", self.certificate, "-outform", "DER"], check=True, capture_output=True).stdout
        import hashlib
        return hashlib.sha256(der).hexdigest()

    def _make_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", os.path.join(self.folder, "key.pem"), "-out", self.certificate, "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True)

    def _identity(self):
        """Dovecot refuses to read mail as root: then `nobody` owns it."""
        if os.getuid() != 0:
            name, group = pwd.getpwuid(os.getuid()).pw_name, os.getgid()
            import grp
            identity = (f"default_internal_user = {name}\ndefault_login_user = {name}\n"
                        f"default_internal_group = {grp.getgrgid(group).gr_name}")
            return os.getuid(), group, identity
        nobody = pwd.getpwnam("nobody")
        for top in (self.folder, self.mail):
            subprocess.run(["chown", "-R", f"{nobody.pw_uid}:{nobody.pw_gid}", top], check=True)
        for folder in (self.folder, os.path.dirname(self.folder), os.path.dirname(self.mail)):
            os.chmod(folder, 0o755)
        return nobody.pw_uid, nobody.pw_gid, ""

    def _wait(self):
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.plain_port), 1) as probe:
                    if probe.recv(3) == b"+OK":
                        return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        with open(os.path.join(self.folder, "dovecot.log"), errors="replace") as log:
            raise RuntimeError("Dovecot did not start: " + log.read()[-2000:])
