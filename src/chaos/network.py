"""A network between the nodes and PostgreSQL that can be cut."""

import select
import socket
import struct
import threading
import time

CHUNK = 64 * 1024


class Network:
    """Passes connections on to a port, until it is told otherwise."""

    PASS = "pass"
    STALL = "stall"
    DEAF = "deaf"  # What the server answers does not arrive; what it is sent does.

    def __init__(self, target):
        self.target = target
        self.mode = Network.PASS
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.pairs = set()
        self.is_closed = False
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_closed = True
        self.listener.close()
        self.reset()

    def accept(self):
        while not self.is_closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = (client, server)
            with self.lock:
                self.pairs.add(pair)
            threading.Thread(target=self.carry, args=(pair,), daemon=True).start()

    def carry(self, pair):
        client, server = pair
        try:
            while True:
                readable, _, _ = select.select(pair, [], [], 0.2)
                while self.mode == Network.STALL:
                    time.sleep(0.02)
                for side in readable:
                    chunk = side.recv(CHUNK)
                    if not chunk:
                        return
                    if side is client:
                        server.sendall(chunk)
                    elif self.mode != Network.DEAF:
                        client.sendall(chunk)
        except (OSError, ValueError):
            pass
        finally:
            self.close(pair)

    def close(self, pair):
        with self.lock:
            self.pairs.discard(pair)
        for side in pair:
            side.close()

    def reset(self):
        """Breaks all connections at once."""
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            for side in pair:
                try:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    side.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.close(pair)
