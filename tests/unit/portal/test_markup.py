import time

import pytest

from a3check.portal.markup import MOST, Button, Form, Markup, read, refresh_target


def form(**more: object) -> Form:
    known: dict[str, object] = {
        "action": "",
        "method": "get",
        "hidden": (),
        "buttons": (),
        "asks": False,
        "words": "",
        "plain": True,
    }
    return Form(**{**known, **more})  # type: ignore[arg-type] # field by field


def test_the_words_that_a_person_sees() -> None:
    page = read(
        "<!DOCTYPE html><title>T</title><!-- c --><style>s</style><script>'<b>j'</script>"
        "<noscript>n <b>nn</b></noscript><template>t<template>u</template>v</template>"
        "<p title='dica'>O&ccedil;&atilde;o<img alt=figura><input placeholder=ph value=typed>"
        "<input type=submit value=Vai><input type=reset value=Zero></p>"
    )
    assert page.words.split() == ["T", "dica", "Oção", "figura", "ph", "Vai", "Zero"]


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<a href=/x>um <b>dois</b></a>", (("/x", "um dois"),)),
        ("<a href=/x title=t aria-label=l><img alt=i></a>", (("/x", "t l i"),)),
        ("<a href=/x>um<a href=/y>dois", (("/x", "um"), ("/y", "dois"))),
        ("<a name=n>um</a>", (("", "um"),)),
        ("<area href=/m alt=mapa>", (("/m", "mapa"),)),
        ("<!-- <a href=/x>um</a> -->", ()),
        ("<!-- <a href=/x>um</a>", ()),
        ("<noscript><a href=/x>um</a></noscript>", ()),
        ("<script>'<a href=/x>um</a>'</script>", ()),
        ("<a href=/x href=/y>um</a>", (("/x", "um"),)),
        ("<a href='/x?a=1&amp;b=2'>um</a>", (("/x?a=1&b=2", "um"),)),
        ("</a><p></p>", ()),
    ],
)
def test_links(html: str, links: tuple[tuple[str, str], ...]) -> None:
    found = read(html).links
    assert tuple((where, " ".join(words.split())) for where, words in found) == links


def test_a_form_with_all_that_it_holds() -> None:
    (found,) = read(
        "<form action=/f method=POST aria-label=Formulário><p>Texto</p>"
        "<input type=hidden name=lt value='1&amp;2'><input type=hidden value=nameless>"
        "<input type=hidden name=off value=1 disabled><input type=hidden name=empty>"
        "<input type=HIDDEN name=lt value=3>"
        "<button name=ir value=sim title=Dica>Entrar</button></form>"
    ).forms
    assert found.words.split() == ["Formulário", "Texto", "Dica", "Entrar"]
    button = Button("Dica Entrar sim", "ir", "sim")
    hidden = (("lt", "1&2"), ("empty", ""), ("lt", "3"))
    fields = {"action": "/f", "method": "post", "hidden": hidden, "buttons": (button,)}
    assert found == form(**fields, words=found.words)


@pytest.mark.parametrize(
    ("html", "buttons"),
    [
        ("<input type=submit name=a value=Vai>", (Button("Vai", "a", "Vai"),)),
        ("<input type=image name=a alt=Vai>", (Button("Vai ", "a.x", "0"),)),
        ("<input type=image alt=Vai>", (Button("Vai ", "", "0"),)),
        ("<button formaction=/g>Vai</button>", (Button("Vai ", "", "", "/g"),)),
        (
            "<button>Vai",
            (
                Button(
                    "Vai ",
                ),
            ),
        ),
        ("<button disabled>Vai</button><input type=submit disabled>", ()),
        ("<button type=reset>Não</button><input type=reset value=Não>", ()),
    ],
)
def test_buttons_that_send(html: str, buttons: tuple[Button, ...]) -> None:
    page = read(f"<form>{html}</form>")
    assert page.forms[0].buttons == buttons
    assert (page.loose, page.asks) == ((), False)


@pytest.mark.parametrize(
    "html",
    [
        "<button>Vai</button>",
        "<input type=submit value=Vai>",
        "<form><button type=button>Vai</button></form>",
        "<form><input type=button value=Vai></form>",
        "<form></form><button type=submit>Vai</button>",
    ],
)
def test_buttons_that_only_a_script_understands(html: str) -> None:
    page = read(html)
    assert [words.strip() for words in page.loose] == ["Vai"]
    assert not any(found.buttons for found in page.forms)


@pytest.mark.parametrize(
    ("html", "asks"),
    [
        *((f"<input type={kind}>", True) for kind in ("text", "password", "checkbox", "file")),
        ("<input>", True),
        ("<input type=''>", True),
        ("<textarea></textarea>", True),
        ("<select></select>", True),
        *((f"<input type={kind}>", False) for kind in ("hidden", "submit", "image", "button")),
        ("<input type=reset>", False),
        ("<noscript><input></noscript>", False),
    ],
)
def test_what_asks_the_user(html: str, asks: bool) -> None:
    inside, outside = read(f"<form>{html}</form>"), read(html)
    assert (inside.asks, inside.forms[0].asks) == (asks, asks)
    assert (outside.asks, outside.forms) == (asks, ())


def test_forms_that_travel_otherwise_and_forms_in_a_row() -> None:
    found = read("<form enctype=multipart/form-data></form><form enctype=''><form method=DIALOG>")
    assert [f.plain for f in found.forms] == [False, True, True]
    assert found.forms[2].method == "dialog"
    assert read("<form><a href=/x>a</form>b</a>").links == (("/x", "a b"),)


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0;url=/x", "/x"),
        ("0; URL = '/x'", "/x"),
        ('5;url="/x"', "/x"),
        ("0, /x", "/x"),
        ("10.5; url=/x", "/x"),
        ("11; url=/x", None),
        ("0", None),
        ("0; url=", None),
        ("0;", None),
        ("", None),
        ("soon; url=/x", None),
        ("9999999; url=/x", None),
    ],
)
def test_a_refresh(content: str, target: str | None) -> None:
    assert refresh_target(content) == target
    assert read(f"<meta http-equiv=Refresh content='{content}'>").refresh == (
        target if "'" not in content else None
    )


def test_the_first_refresh_and_the_first_base_count() -> None:
    page = read(
        "<base href=/a/><base href=/b/><meta name=x content='0;url=/no'>"
        "<meta http-equiv=refresh content='0;url=/1'><meta http-equiv=refresh content='0;url=/2'>"
    )
    assert (page.base, page.refresh) == ("/a/", "/1")
    assert (
        read("<noscript><meta http-equiv=refresh content='0;url=/1'></noscript>").refresh is None
    )


@pytest.mark.parametrize(
    ("html", "submits"),
    [
        ("<script>document.forms[0].submit()</script>", True),
        ("<script><!-- document.f.submit ( ) //--></script>", True),
        ("<body onload='f.submit()'>", True),
        ("<p>submit</p>", False),
    ],
)
def test_a_script_that_sends(html: str, submits: bool) -> None:
    assert read(html).submits is submits


def test_what_is_no_html_is_a_page_without_anything() -> None:
    assert read("") == Markup()
    assert read('{"a": "b < c"}').words == '{"a": "b < c"}'
    assert read("<![CDATA[x]]> <?php y ?> <!ELEMENT z> fim").words.split()[-1] == "fim"


DEADLINE = 20.0
"""Seconds for a page that is made to be slow: html.parser alone needs hours for the worst."""


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<!--", "<a x='", "<a b=", "</", "<?", "<!", "<![", "<a>", "<form>", "<a x='>", "&#"],
)
def test_no_page_holds_the_program_up(piece: str) -> None:
    begun = time.monotonic()
    read(piece * (2 * MOST // len(piece)))
    assert time.monotonic() - begun < DEADLINE
