import pytest

from a3check.tls.request import Identity, Request


@pytest.mark.parametrize(
    ("request_", "first", "host"),
    [
        (Request("a.example"), b"GET / HTTP/1.1", b"Host: a.example"),
        (Request("a.example", 8443, "/x?y=%20z"), b"GET /x?y=%20z HTTP/1.1", b"a.example:8443"),
        (Request("::1", 443), b"GET / HTTP/1.1", b"Host: [::1]"),
        (Request("h", path="/a b\r\nX: y"), b"GET /a%20b%0D%0AX:%20y HTTP/1.1", b"Host: h"),
        (Request("h", path="/ação"), b"GET /a%C3%A7%C3%A3o HTTP/1.1", b"Host: h"),
    ],
)
def test_message(request_: Request, first: bytes, host: bytes) -> None:
    lines = request_.message().split(b"\r\n")
    assert lines[0] == first
    assert lines[1].endswith(host)
    assert lines[2:] == [b"Connection: close", b"", b""]


def test_a_form_travels_by_post() -> None:
    lines = Request("h", path="/f", body=b"a=1&b=2").message().split(b"\r\n")
    assert lines[0] == b"POST /f HTTP/1.1"
    assert b"Content-Type: application/x-www-form-urlencoded" in lines
    assert b"Content-Length: 7" in lines
    assert lines[-2:] == [b"", b"a=1&b=2"]
    assert b"\r\nContent-Length: 0\r\n" in Request("h", body=b"").message()


def test_headers_stay_in_their_lines() -> None:
    request = Request("h", headers=(("Cookie", "a=b\r\nX: y"), ("N", "\u4e2d")))
    assert b"\r\nCookie: a=bX: y\r\nN: ?\r\n" in request.message()


def test_requests_travel_and_show_no_certificate() -> None:
    request = Request(
        "h", proxy=("p", 3128), identity=Identity(b"der", (b"ca",), ("x",)), body=b"f=1"
    )
    assert Request.from_json(request.to_json()) == request
    assert "der" not in repr(request).replace("headers", "")
    assert "f=1" not in repr(request)


def test_what_may_be_said_to_anybody() -> None:
    headers = (("cookie", "a=b"), ("Origin", "https://h"), ("User-Agent", "x"))
    open_ = Request("h", path="/f;x?ticket=1", headers=headers, body=b"f=1").public()
    assert open_ == Request("h", path="/f;x", headers=(("User-Agent", "x"),))
