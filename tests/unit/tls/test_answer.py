import pytest

from a3check.tls.answer import MOST_BODY, AnswerReader, NotHttp
from a3check.tls.transcript import Answer


def read(data: bytes, step: int, *, ended: bool = False) -> tuple[bool, Answer | None]:
    reader, done = AnswerReader(), False
    for at in range(0, len(data), step):
        done = reader.feed(data[at : at + step])
        if done:
            break
    return done, reader.answer(ended=ended)


STEPS = pytest.mark.parametrize("step", [1, 2, 7, 1 << 20])


@STEPS
def test_a_length(step: int) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a: b\r\n\r\nhello, and more"
    headers = (("Content-Length", "5"), ("X", "a: b"))
    assert read(raw, step) == (True, Answer(200, headers, b"hello"))


@STEPS
def test_chunks(step: int) -> None:
    raw = (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n"
        b"5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    )
    done, answer = read(raw, step)
    assert done
    assert answer is not None
    assert (answer.body, answer.complete) == (b"hello world", True)


@STEPS
def test_until_the_end(step: int) -> None:
    raw = b"HTTP/1.0 200 OK\r\n\r\nhello"
    assert read(raw, step) == (False, Answer(200, (), b"hello", complete=False))
    assert read(raw, step, ended=True) == (False, Answer(200, (), b"hello"))


@STEPS
def test_an_interim_answer_is_skipped(step: int) -> None:
    raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n"
    assert read(raw, step) == (True, Answer(204, (("A", "b"),)))


def test_so_many_interim_answers_and_no_more() -> None:
    interim, last = b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\n"
    assert read(interim * 16 + last, 7) == (True, Answer(204))
    with pytest.raises(NotHttp):
        read(interim * 17 + last, 7)


@STEPS
@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 \xb2\xb2\xb2 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000,
    ],
)
def test_what_is_no_http(raw: bytes, step: int) -> None:
    with pytest.raises(NotHttp) as error:
        read(raw, step)
    assert raw.startswith(error.value.received[:4])


@pytest.mark.parametrize(
    "head", [b"", b"Content-Length: 400000\r\n", b"Transfer-Encoding: chunked\r\n"]
)
def test_too_long_a_page_is_cut(head: bytes) -> None:
    chunk = b"61a80\r\n" if b"chunked" in head else b""
    done, answer = read(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + chunk + b"x" * 400_000, 16384)
    assert done
    assert answer is not None
    assert len(answer.body) == MOST_BODY
    assert not answer.complete


@pytest.mark.parametrize("chunk", [b"xyz\r\n", b"-5\r\nhello", b"1" * 70_000])
def test_crooked_chunks_end_it(chunk: bytes) -> None:
    done, answer = read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk, 4096)
    assert done
    assert answer is not None
    assert answer.body == b""


def test_an_empty_page_and_a_cut_one() -> None:
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 99)[0]
    done, answer = read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", 99, ended=True)
    assert not done
    assert answer is not None
    assert not answer.complete


def test_nothing_yet() -> None:
    reader = AnswerReader()
    assert not reader.feed(b"HTTP/1.1 20")
    assert reader.answer(ended=True) is None
    assert reader.unread == b"HTTP/1.1 20"
    assert not reader.feed(b"")


def test_more_after_the_end_is_left_alone() -> None:
    reader = AnswerReader()
    assert reader.feed(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert reader.feed(b"more")
