"""Invented runs for the window: what each check says, in the order of the register."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from a3check.core import knowledge
from a3check.core.check import found, secretly
from a3check.core.cryptoki import Token
from a3check.core.model import Diagnosis, Finding, Outcome
from a3check.core.question import (
    AssistQuestion,
    Choice,
    FetchQuestion,
    PinQuestion,
    ShowQuestion,
)
from a3check.core.register import register

MANAUS = timezone(timedelta(hours=-4))
STARTED = datetime(2026, 11, 22, 14, 31, 7, tzinfo=MANAUS)
HOLDER = "JOANA INVENTADA DE SOUZA:52998224725"
PORTAL = "atendimento.inventado.gov.br"
MODULE = "/usr/lib/libinventado.so"
READER = "Leitora Inventada 00 00"
SUPPORT = "https://suporte.inventado.gov.br/act"
ISSUER = "AC Inventada RFB v5"
UNTIL = datetime(2028, 3, 14, 23, 59, 59, tzinfo=MANAUS)

TOKEN = Token(
    MODULE,
    0,
    READER,
    "JOANA INVENTADA",
    "Fábrica Inventada",
    "Token Azul 5110",
    "00A1B2C3D4E5",
    initialized=True,
    pin_min=4,
    pin_max=15,
)
QUESTION = PinQuestion(TOKEN, "JOANA INVENTADA DE SOUZA", (PORTAL,))
CLOUD_QUESTION = PinQuestion(
    replace(
        TOKEN,
        module="SafeID Key Storage Provider",
        reader="",
        label="",
        model="SafeID",
        pin_min=0,
        pin_max=0,
        pinpad=True,
        in_store=True,
    ),
    "JOANA INVENTADA DE SOUZA",
    (PORTAL,),
)
CHOICES = (
    Choice("a" * 64, "JOANA INVENTADA DE SOUZA", ISSUER, "e-CPF A3", UNTIL, "Token Azul 5110"),
    Choice("b" * 64, "PREFEITURA INVENTADA", ISSUER, "e-CNPJ A3", UNTIL, "Token Azul 5110"),
)
BRANDS = tuple(cloud.brand for cloud in knowledge.clouds())
FETCH = FetchQuestion("AC INVENTADA MULTIPLA v5", "ac.inventada.com.br")
SHOW = ShowQuestion("certificado.inventado.gov.br", "AC Inventada para Servidores v2")
ASSIST = AssistQuestion(f"https://{PORTAL}/tarefas", "login.not_requested")

HEALTHY: dict[str, tuple[Finding, ...]] = {
    "computer": (found("computer.ready", system="Linux", session="local"),),
    "clock": (found("clock.right", trusted_time=STARTED, seconds=0.4),),
    "service": (found("service.running"),),
    "reader": (found("reader.connected", readers=(READER,)),),
    "card": (found("card.present", reader=READER, atr="3B7F96000080318065"),),
    "driver": (found("driver.working", module=MODULE, seconds=0.8),),
    "cloud": (found("cloud.not_used"),),
    "token": (
        found(
            "token.ready",
            secretly("token_serial", TOKEN.serial),
            module=MODULE,
            token_model=TOKEN.model,
            token_maker=TOKEN.maker,
            pin_state="ok",
        ),
    ),
    "certificate": (
        found(
            "certificate.usable",
            secretly("holder", HOLDER),
            issuer=ISSUER,
            policy="A3",
            not_after=UNTIL,
        ),
    ),
    "chain": (found("chain.valid", path=(ISSUER,), root="Raiz Inventada v5"),),
    "revocation": (found("revocation.good", source="LCR", date=STARTED),),
    "store": (found("store.present", browser="Firefox"),),
    "network": (found("network.reachable", endpoints=(f"{PORTAL}:443",)),),
    "server": (
        found(
            "server.trusted", host=PORTAL, tls_version="TLSv1.3", issuer=ISSUER, not_after=UNTIL
        ),
    ),
    "pin": (found("pin.accepted", seconds=0.6),),
    "signature": (found("signature.valid", mechanism="CKM_RSA_PKCS", milliseconds=210),),
    "login": (
        found(
            "login.accepted",
            host=PORTAL,
            port=443,
            tls_version="TLSv1.3",
            signature_scheme="rsa_pss_rsae_sha256",
            asked=(PORTAL,),
            page="/",
        ),
    ),
}

_EXPIRED = found(
    "certificate.expired",
    secretly("holder", HOLDER),
    not_after=datetime(2026, 10, 12, 23, 59, 59, tzinfo=MANAUS),
    days=41,
    judged_by="trusted",
    issuer=ISSUER,
)
_CRASHED_DRIVER = found(
    "driver.crashed", module="/opt/antigo/libvelha.so", call="C_Initialize", exit="SIGSEGV"
)


def outcomes(
    changed: dict[str, tuple[Finding, ...]] | None = None,
    skipped: dict[str, str] | None = None,
    crashed: str = "",
) -> tuple[Outcome, ...]:
    """Return the healthy run's outcomes with some replaced, skipped (by whom) or crashed."""
    made = []
    for name in register().checks:
        if name == crashed:
            made.append(Outcome(name, crash="ZeroDivisionError"))
        elif skipped and name in skipped:
            made.append(Outcome(name, because=skipped[name]))
        else:
            made.append(Outcome(name, {**HEALTHY, **(changed or {})}[name], 0.31))
    return tuple(made)


def after(first: str) -> dict[str, str]:
    """Return what is skipped because of a check that failed: the way to the login."""
    order = register().checks
    return dict.fromkeys(order[order.index("pin") :], first)


HEALTHY_RUN = Diagnosis(outcomes(), STARTED, 9.4)
EXPIRED_RUN = Diagnosis(
    outcomes(
        {
            "certificate": (_EXPIRED,),
            "driver": (*HEALTHY["driver"], _CRASHED_DRIVER),
            "network": (found("network.port_blocked", host=PORTAL, port=8443, how="timeout"),),
        },
        after("certificate"),
    ),
    STARTED,
    6.4,
)
NO_CARD_RUN = Diagnosis(
    outcomes(
        {
            "card": (found("card.absent", readers=(READER,)),),
            "token": (found("token.absent", modules=(MODULE,)),),
        },
        {
            **dict.fromkeys(("certificate", "chain", "revocation", "store"), "token"),
            **after("token"),
        },
    ),
    STARTED,
    4.2,
)
NO_ISSUER_RUN = Diagnosis(
    outcomes(
        {"chain": (found("chain.issuer_missing", issuer=ISSUER, reason="no_list"),)},
        after("chain"),
    ),
    STARTED,
    5.1,
)
WRONG_PIN_RUN = Diagnosis(
    outcomes(
        {"pin": (found("pin.incorrect", tries_left=2),)},
        {"signature": "pin", "login": "pin"},
    ),
    STARTED,
    8.0,
)
UNANSWERED_PIN_RUN = Diagnosis(
    outcomes(
        {"pin": (found("pin.refused_last_try", reason="unanswered"),)},
        {"signature": "pin", "login": "pin"},
    ),
    STARTED,
    8.0,
)
REJECTED_RUN = Diagnosis(
    outcomes(
        {
            "login": (
                found(
                    "login.rejected", host=PORTAL, alert="access_denied", phase="after_certificate"
                ),
            )
        }
    ),
    STARTED,
    11.2,
)
SKIPPED_RUN = Diagnosis(outcomes(skipped=dict.fromkeys(after("pin"), "user")), STARTED, 7.1)
CANCELLED_RUN = Diagnosis(
    outcomes(skipped=dict.fromkeys(register().checks[8:], "user")), STARTED, 3.0, complete=False
)
CRASHED_RUN = Diagnosis(outcomes(skipped=after("chain"), crashed="chain"), STARTED, 5.5)
CODE_RUN = Diagnosis(
    outcomes(
        {"login": (*HEALTHY["login"], found("login.second_factor", host=PORTAL, page="/cas"))}
    ),
    STARTED,
    9.8,
)
NOT_ASKED_RUN = Diagnosis(
    outcomes({"login": (found("login.not_requested", hosts=(PORTAL,)),)}), STARTED, 12.1
)
WARNED_RUN = Diagnosis(
    outcomes(
        {
            "network": (
                *HEALTHY["network"],
                found("network.port_blocked", host=PORTAL, port=8443, how="refused").lower(),
            )
        }
    ),
    STARTED,
    10.4,
)
NOT_ASKED = found("login.not_requested", hosts=(PORTAL,))
ENTERED_RUN = Diagnosis(
    outcomes({"login": (NOT_ASKED, found("login.user_entered"))}), STARTED, 61.0
)
STOPPED_RUN = Diagnosis(
    outcomes({"login": (NOT_ASKED, found("login.user_stopped", step="not_listed"))}),
    STARTED,
    74.0,
)
STOPPED_SERVICE_RUN = Diagnosis(
    outcomes(
        {"service": (found("service.stopped", pcsc="0x8010001D"),)},
        dict.fromkeys(
            ("reader", "card", "token", *register().steps["certificate"], *after("token")),
            "service",
        ),
    ),
    STARTED,
    3.1,
)
WINDOWS_ONLY_RUN = Diagnosis(
    outcomes(
        {
            "reader": (found("reader.not_needed"),),
            "cloud": (found("cloud.windows_only", product="SafeID"),),
        },
        {
            "card": "reader",
            "driver": "cloud",
            **dict.fromkeys(
                ("token", *register().steps["certificate"], *after("token")), "driver"
            ),
        },
    ),
    STARTED,
    14.0,
)
