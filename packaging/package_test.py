"""The Debian package: what is in it, what it asks for, and that what it holds runs."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def output(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=True, **more).stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.file = ROOT / output(ROOT / "packaging/build").strip()
        cls.scratch = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.scratch.name) / "root"
        output("dpkg-deb", "--raw-extract", cls.file, cls.root)
        cls.program = cls.root / "usr/bin/errand"

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_everything_belongs_to_root_and_nobody_else_may_write(self):
        lines = output("dpkg-deb", "--contents", self.file).splitlines()
        self.assertGreater(len(lines), 30)
        for line in lines:
            mode, owner = line.split()[:2]
            self.assertEqual(owner, "root/root", line)
            self.assertRegex(mode, r"^(d|-)rw[x-]r-[x-]r-[x-]$", line)

    def test_the_name_says_version_and_machine(self):
        version = output("dpkg-deb", "--field", self.file, "Version").strip()
        machine = output("dpkg", "--print-architecture").strip()
        self.assertEqual(self.file.name, f"errand_{version}_{machine}.deb")
        self.assertEqual(output(self.program, "--version"), f"errand {version}\n")

    def test_it_depends_on_every_library_that_it_loads(self):
        depends = output("dpkg-deb", "--field", self.file, "Depends")
        for library in ("libc6", "libsqlite3-0", "libuv1", "libsodium23", "tzdata", "adduser"):
            self.assertRegex(depends, rf"(^|, ){re.escape(library)}( |,|\n)")

    def test_the_settings_are_a_conffile_that_the_program_reads(self):
        self.assertEqual((self.root / "DEBIAN/conffiles").read_text(), "/etc/errand/errand.conf\n")
        listed = output(self.program, "routes", "--config", self.root / "etc/errand/errand.conf")
        self.assertIn("/catalog", listed)

    def test_the_service_runs_as_its_own_user_and_may_little(self):
        unit = (self.root / "lib/systemd/system/errand.service").read_text().splitlines()
        for line in ("User=errand", "StateDirectory=errand", "NoNewPrivileges=yes",
                     "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
                     "MemoryDenyWriteExecute=yes", "CapabilityBoundingSet=", "UMask=0077",
                     "SystemCallFilter=@system-service",
                     "ExecStart=/usr/bin/errand serve --config /etc/errand/errand.conf"):
            self.assertIn(line, unit)

    def test_installing_starts_nothing_and_makes_no_password(self):
        scripts = "".join((self.root / "DEBIAN" / name).read_text()
                          for name in ("postinst", "prerm", "postrm"))
        for words in ("enable", "start "):
            for line in scripts.splitlines():
                if re.search(rf"systemctl\b.*\b{words}", line):
                    self.assertRegex(line, r"try-restart|^  \d\. ")
        self.assertNotIn("--demo", scripts)
        self.assertNotIn("rm -", scripts)

    def test_every_file_has_its_sum(self):
        output("md5sum", "--check", "--strict", "DEBIAN/md5sums", cwd=self.root)

    def test_it_is_the_same_when_built_again(self):
        before = self.file.read_bytes()
        output(ROOT / "packaging/build")
        self.assertEqual(before, self.file.read_bytes())

    def test_a_new_database_is_served_from_what_was_unpacked(self):
        db = f"sqlite:{self.scratch.name}/errand.sqlite"
        empty = {"PATH": os.environ["PATH"], "ERRAND_DB": db}
        link = output(self.program, "init", "--listen", "127.0.0.1:1", env=empty, cwd="/")
        self.assertRegex(link, r"/setup/\S+\n$")
        # The listening port is the system's choice, and the log says which.
        server = subprocess.Popen([self.program, "serve", "--listen", "127.0.0.1:0"], env=empty,
                                  cwd="/", text=True, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
        try:
            line = next(line for line in server.stderr if '"serving"' in line)
            port = re.search(r"port=(\d+)", line)[1]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
                self.assertIn("<title>", page.read().decode())
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=10)
        self.assertEqual(server.returncode, 0)

    def test_the_demo_organisation_comes_with_it(self):
        db = f"sqlite:{self.scratch.name}/demo.sqlite"
        # Found in the working folder here, under /usr/share where the package is installed.
        said = output(self.program, "init", "--demo", "--db", db,
                      cwd=self.root / "usr/share/errand")
        self.assertIn("The demo organisation is there", said)
        self.assertIn(b"/usr/share/errand/demo", self.program.read_bytes())


if __name__ == "__main__":
    unittest.main()
