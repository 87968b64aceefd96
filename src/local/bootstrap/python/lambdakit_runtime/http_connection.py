"""HTTP over a plain socket: `http.client` alone would take longer to load than everything else here."""

from _socket import AF_INET, IPPROTO_TCP, SHUT_RDWR, SOCK_STREAM, TCP_NODELAY
from _socket import socket as _RawSocket
from os import set_inheritable

from .text import utf8

# Bodies up to this size travel in one write together with the head.
ONE_WRITE_LIMIT = 65536


class Response:
    __slots__ = ("status", "headers", "body")

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class Connection:
    """One keep-alive HTTP/1.1 connection; reconnects when the other side closed it."""

    def __init__(self, host, port, descriptor=None):
        self._address = (host, port)
        self._socket = None
        if descriptor is not None:
            # It is open already, and the processes of the function must not get it.
            set_inheritable(descriptor, False)
            self._socket = _RawSocket(fileno=descriptor)

    def exchange(self, head, body=None):
        """Sends one request (`head` without its empty line) and waits for the answer without a time limit."""
        if self._socket is None:
            self._socket = _RawSocket(AF_INET, SOCK_STREAM)
            self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            self._socket.connect(self._address)
        try:
            self._send(head, body)
            response = self._receive()
        except BaseException:
            self._close()
            raise
        if response.headers.get("connection", "").lower() == "close":
            self._close()
        return response

    def _send(self, head, body):
        if body is None:
            self._socket.sendall((head + "\r\n\r\n").encode())
            return
        start = utf8("{}\r\ncontent-length: {}\r\n\r\n".format(head, len(body)))
        if len(body) <= ONE_WRITE_LIMIT:
            self._socket.sendall(start + body)
        else:
            self._socket.sendall(start)
            self._socket.sendall(body)

    def _receive(self):
        data = b""
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                data += self._more()
                continue
            lines = data[:end].decode("utf-8", "replace").split("\r\n")
            data = data[end + 4 :]
            status = int(lines[0].split(" ", 2)[1])
            if status >= 200:
                break
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return Response(status, headers, self._receive_chunks(data))
        return Response(status, headers, self._receive_length(data, int(headers.get("content-length", 0))))

    def _receive_length(self, data, length):
        if len(data) >= length:
            return data[:length]
        body = bytearray(length)
        body[: len(data)] = data
        view = memoryview(body)
        filled = len(data)
        while filled < length:
            count = self._socket.recv_into(view[filled:])
            if count == 0:
                raise ConnectionError("The Runtime API closed the connection")
            filled += count
        view.release()
        return bytes(body)

    def _receive_chunks(self, data):
        pieces = []
        while True:
            line_end = data.find(b"\r\n")
            if line_end < 0:
                data += self._more()
                continue
            size = int(data[:line_end].split(b";")[0], 16)
            if size == 0:
                while data.find(b"\r\n\r\n", line_end) < 0:
                    data += self._more()
                return b"".join(pieces)
            data_end = line_end + 2 + size
            while len(data) < data_end + 2:
                data += self._more()
            pieces.append(data[line_end + 2 : data_end])
            data = data[data_end + 2 :]

    def _more(self):
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("The Runtime API closed the connection")
        return data

    def _close(self):
        try:
            # Other processes may hold the same connection, so to close it here would not end it.
            self._socket.shutdown(SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
        self._socket = None
