"""Rules by which a browser chooses a certificate, after the policy references."""

import json

import pytest
from tests.unit.checks.world import PORTAL
from tests.unit.pki.maker import LEAF

from a3check.core.computer import BrowserRule
from a3check.portal.autoselect import Choice, Rule, choice, fits, for_portal, rules


def written(pattern: object, **principals: object) -> BrowserRule:
    return BrowserRule("Chrome", json.dumps({"pattern": pattern, "filter": principals}))


@pytest.mark.parametrize(
    ("pattern", "fit"),
    [
        ("https://cas.test", True),
        ("https://cas.test:8443", True),
        ("https://cas.test:443", False),
        ("cas.test", True),
        ("CAS.Test:*", True),
        ("[*.]test", True),
        ("https://[*.]test/login", True),
        ("[*.]cas.test", True),
        ("*", True),
        ("*://cas.test", True),
        ("https://*", True),
        ("http://cas.test", False),
        ("[*.]as.test", False),
        ("test", False),
        ("[*.]", False),
        ("", False),
        ("https://", False),
        ("https://www.example.com", False),
        ("cas.test:porta", False),
    ],
)
def test_a_pattern_fits_an_address(pattern: str, fit: bool) -> None:
    assert fits(pattern, "cas.test", 8443) is fit


def test_only_rules_about_the_portal_count() -> None:
    given = [
        written("https://www.example.com"),
        written("https://cas.test:8443"),
        written("portal.test"),
        written("https://cas.test:444"),
    ]
    found = [rule.pattern for rule in for_portal(given, PORTAL)]
    assert found == ["https://cas.test:8443", "portal.test"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "{}",
        '{"pattern": 7}',
        '{"pattern": " "}',
        '{"pattern": "*", "filter": "x"}',
        "[" * 100_000,
    ],
)
def test_what_no_browser_reads_is_passed_over(text: str) -> None:
    assert rules([BrowserRule("Edge", text)]) == ()


def test_a_filter_without_a_filter_takes_all() -> None:
    assert rules([BrowserRule("Edge", '{"pattern": "*"}')]) == (Rule("Edge", "*"),)
    odd = written("*", ISSUER="x", SUBJECT={"CN": 7, "C": "BR", "O": ""})
    assert rules([odd]) == (Rule("Chrome", "*"),)


def test_which_certificate_a_rule_takes() -> None:
    issuer, holder = LEAF.facts.issuer_common_name, LEAF.facts.common_name
    given = [
        written("*"),
        written("*", ISSUER={"CN": issuer}),
        written("*", ISSUER={"CN": issuer}, SUBJECT={"CN": holder}),
        written("*", ISSUER={"CN": "AC de Outra Casa"}),
        written("*", ISSUER={"CN": issuer.swapcase()}),
        written("*", ISSUER={"CN": issuer}, SUBJECT={"CN": "OUTRA PESSOA:11144477735"}),
    ]
    judged = [choice(rule, LEAF.facts) for rule in rules(given)]
    other = [Choice.OTHER] * 3
    assert judged == [Choice.ANY, Choice.OURS, Choice.OURS, *other]


def test_a_filter_s_values_are_not_shown() -> None:
    (rule,) = rules([written("*", ISSUER={"CN": "AC"}, SUBJECT={"CN": "OUTRA PESSOA", "OU": "X"})])
    assert rule.parts == "ISSUER.CN, SUBJECT.CN, SUBJECT.OU"
