"""A connection that can be cut: a port of its own, in front of a server that may move."""
import socket
import threading


class Proxy:
    """Passes bytes on to `target` (`host:port`), over as many connections as come."""

    def __init__(self, target):
        self.target = target
        self._lock = threading.Lock()
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            host, port = self.target.rsplit(":", 1)
            try:
                server = socket.create_connection((host, int(port)))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass  # cut
        for each in (source, sink):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # its other end is gone already

    def cut(self):
        """Ends every connection there is."""
        with self._lock:
            ended, self._open = self._open, []
        for each in ended:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it ended by itself
            each.close()

    def close(self):
        # Closing alone does not wake who accepts.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
