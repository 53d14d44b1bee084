"""One billingd process on a data directory of its own. Always ends what it starts."""
import atexit
import os
import pathlib
import queue
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request

from client import Client

BILLINGD = os.environ.get("BILLINGD", "build/release/bin/billingd")
READY_SECONDS = 30
STOP_SECONDS = 30
_READY = re.compile(r"^billingd ready .*\blisten=(\S+) http=(\S+)")


class Server:
    """A data directory, and the server on it while it runs.

    The directory outlives the process, so that a test can stop, damage and start again;
    close() ends both. The kernel kills the process should this one die.
    """

    def __init__(self, *flags, data=None):
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="billingd-test-"))
        self.data = pathlib.Path(data) if data else self._folder / "data"
        self.log = self._folder / "server.log"
        self.flags = flags
        self.environment = {}  # more variables for the servers that start() starts
        self.under_nohup = False  # whether start() starts them so; else never, whoever runs us
        self.address = None
        self.http = None
        self._process = None
        self._clients = []
        atexit.register(self.close)  # an interrupted test runs no cleanups

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.close()

    def command(self, *flags):
        """The command line of a server on this data directory."""
        return [BILLINGD, "--data-dir", str(self.data), "--listen", "127.0.0.1:0",
                "--http-listen", "127.0.0.1:0", "--insecure-dev", *self.flags, *flags]

    def start(self, *flags):
        """Starts the server and returns when it serves."""
        assert self._process is None, "started already"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", "env",
                 f"--{'ignore' if self.under_nohup else 'default'}-signal=HUP",
                 *(f"{name}={value}" for name, value in self.environment.items()),
                 *self.command(*flags)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(self._process.stdout, lines),
                         daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=READY_SECONDS)
            except queue.Empty:
                self.kill()
                raise AssertionError(f"not ready within {READY_SECONDS} s\n{self.tail()}") from None
            if line is None:
                code = self._process.wait(STOP_SECONDS)
                self._process = None
                raise AssertionError(f"ended with exit code {code} before it served\n"
                                     f"{self.tail()}")
            ready = _READY.match(line)
            if ready:
                self.address, self.http = ready.groups()
                return self

    @staticmethod
    def _read(stream, lines):
        with stream:
            for line in stream:
                lines.put(line)
        lines.put(None)

    def resident_bytes(self):
        """The memory that the process holds."""
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE).group(1)) << 10

    def get(self, path):
        """What the running server's HTTP port answers: (status, body)."""
        try:
            with urllib.request.urlopen(f"http://{self.http}{path}", timeout=READY_SECONDS) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def client(self):
        """A new connection to the running server; closed with it."""
        client = Client(self.address)
        self._clients.append(client)
        return client

    def limit_files(self, size):
        """From now on the running server can let no file grow beyond `size` bytes."""
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, size))

    def signal(self, number):
        self._process.send_signal(number)

    def terminate(self):
        """Asks the server to drain, and does not wait."""
        self.signal(signal.SIGTERM)

    def wait(self):
        """Waits for the server to end; its exit code."""
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {STOP_SECONDS} s after it was told to end\n"
                                 f"{self.tail()}") from None
        self._forget()
        return code

    def stop(self):
        """Drains the server; its exit code."""
        self.terminate()
        return self.wait()

    def kill(self):
        """kill -9."""
        self._process.kill()
        self._process.wait()
        self._forget()

    def restart(self, *flags):
        code = self.stop()
        assert code == 0, f"exit code {code} after SIGTERM\n{self.tail()}"
        return self.start(*flags)

    def _forget(self):
        self._process = None
        for client in self._clients:
            client.close()
        self._clients.clear()

    def refuse(self, *flags, replace=None):
        """Runs a server that must not serve; (exit code, everything it printed).

        `replace`: the whole command line after the program's name.
        """
        command = self.command(*flags) if replace is None else [BILLINGD, *replace]
        try:
            done = subprocess.run(["setpriv", "--pdeathsig", "KILL", "--", *command],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=READY_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{command} did not end: {error.stdout} {error.stderr}") from None
        return done.returncode, done.stdout + done.stderr

    def tail(self, lines=30):
        """The end of the server's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def close(self):
        atexit.unregister(self.close)
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
