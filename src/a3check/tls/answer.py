"""Reads an HTTP/1.1 answer piece by piece, as it comes (RFC 9112)."""

from enum import Enum, auto

from a3check.tls.transcript import Answer

MOST_BODY = 256 * 1024
"""Bytes of body that are kept; no portal's page that matters is longer."""
_MOST_HEAD = 64 * 1024
_MOST_INTERIM = 16
"""1xx answers before the real one; a server that sends more sends them for ever."""
_NO_BODY = {204, 304}
_FIRST_FINAL = 200


class _State(Enum):
    HEAD = auto()
    LENGTH = auto()
    CHUNK_SIZE = auto()
    CHUNK = auto()
    CHUNK_END = auto()
    UNTIL_CLOSE = auto()
    DONE = auto()


class NotHttp(Exception):  # noqa: N818 - what it is, not whose slip
    """What came is no HTTP answer."""

    def __init__(self, received: bytes) -> None:
        super().__init__("not HTTP")
        self.received = received


class AnswerReader:
    """Feed it until it says that no more is wanted; `answer` is what stands at any time."""

    def __init__(self) -> None:
        self._state = _State.HEAD
        self._buffer = bytearray()
        self._scanned = 0
        self._interim = 0
        self._status: int | None = None
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = bytearray()
        self._left = 0
        self._cut = False

    def feed(self, data: bytes) -> bool:
        """Take bytes; True when the answer is whole (or cut at the limit). Raises NotHttp."""
        self._buffer += data
        while self._step():
            pass
        return self._state is _State.DONE

    def answer(self, *, ended: bool) -> Answer | None:
        """Return what was read; None before the head. `ended`: the server closed in order."""
        if self._status is None:
            return None
        whole = self._state is _State.DONE or (ended and self._state is _State.UNTIL_CLOSE)
        complete = whole and not self._cut
        return Answer(self._status, self._headers, bytes(self._body), complete)

    @property
    def unread(self) -> bytes:
        """What came and was not understood so far."""
        return bytes(self._buffer)

    def _step(self) -> bool:
        """Do one thing; False when more bytes are needed for the next."""
        match self._state:
            case _State.HEAD:
                return self._read_head()
            case _State.CHUNK_SIZE:
                return self._read_chunk_size()
            case _State.CHUNK_END:
                return self._read_chunk_end()
            case _State.LENGTH | _State.CHUNK | _State.UNTIL_CLOSE:
                return self._read_body()
            case _State.DONE:
                return False

    def _read_head(self) -> bool:
        if not b"HTTP/".startswith(self._buffer[:5]):
            raise NotHttp(bytes(self._buffer[:256]))
        end = self._buffer.find(b"\r\n\r\n", max(self._scanned - 3, 0))
        self._scanned = len(self._buffer)
        if end < 0:
            if len(self._buffer) > _MOST_HEAD:
                raise NotHttp(bytes(self._buffer[:256]))
            return False
        lines = self._take(end + 4).decode("latin-1").split("\r\n")
        self._scanned = 0
        status = lines[0].split(" ", 2)[1:2]
        if not status or not (status[0].isascii() and status[0].isdigit()):
            raise NotHttp(lines[0].encode("latin-1")[:256])
        if int(status[0]) >= _FIRST_FINAL:  # 1xx: the answer is still to come
            pairs = (line.partition(":") for line in lines[1:] if ":" in line)
            self._headers = tuple((name.strip(), value.strip()) for name, _, value in pairs)
            self._status = int(status[0])
            self._start_body()
            return True
        self._interim += 1
        if self._interim > _MOST_INTERIM:
            raise NotHttp(lines[0].encode("latin-1")[:256])
        return True

    def _start_body(self) -> None:
        named = {name.lower(): value for name, value in self._headers}
        length = named.get("content-length", "")
        if self._status in _NO_BODY:
            self._state = _State.DONE
        elif "chunked" in named.get("transfer-encoding", "").lower():
            self._state = _State.CHUNK_SIZE
        elif length.isascii() and length.isdigit():
            self._left = int(length[:19])
            self._state = _State.LENGTH if self._left else _State.DONE
        else:
            self._state = _State.UNTIL_CLOSE

    def _read_chunk_size(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            self._cut = len(self._buffer) > _MOST_HEAD
            self._state = _State.DONE if self._cut else self._state
            return False
        digits = self._take(end + 2).split(b";")[0].strip()
        try:
            self._left = int(digits[:16], 16)
        except ValueError:
            self._cut, self._state = True, _State.DONE
            return False
        self._state = _State.CHUNK if self._left > 0 else _State.DONE  # trailers: of no use
        return True

    def _read_chunk_end(self) -> bool:
        if len(self._buffer) < len(b"\r\n"):
            return False
        self._take(2)
        self._state = _State.CHUNK_SIZE
        return True

    def _read_body(self) -> bool:
        bounded = self._state is not _State.UNTIL_CLOSE
        wanted = min(len(self._buffer), self._left) if bounded else len(self._buffer)
        if not wanted:
            return False
        self._body += self._take(wanted)
        self._left -= wanted
        if len(self._body) > MOST_BODY:
            del self._body[MOST_BODY:]
            self._cut, self._state = True, _State.DONE
        elif bounded and not self._left:
            self._state = _State.DONE if self._state is _State.LENGTH else _State.CHUNK_END
        return True

    def _take(self, length: int) -> bytes:
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken
