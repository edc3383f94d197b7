"""Which certificate does the token hold, and may it log its holder in?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from a3check.checks.clock import Lifetime, TrustedClock
from a3check.checks.driver import objects_of
from a3check.checks.token import Tokens, token_fault
from a3check.core import question
from a3check.core.check import Check, Context, found
from a3check.core.cryptoki import Token, TokenKey, TokenObjects
from a3check.core.fault import Fault
from a3check.core.model import Evidence, Finding
from a3check.pki import certificate as x509
from a3check.pki.choice import Choice, choose
from a3check.pki.fitness import beside_others, faults
from a3check.pki.holder import Kind

_OF_AUTHORITIES = frozenset(
    {
        "certificate.expired",
        "certificate.not_yet_valid",
        "certificate.expires_soon",
        "certificate.not_icp_brasil",
        "certificate.weak",
    }
)
"""What may be wrong with a CA's own certificate; the rest is about logging in."""


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate, where it lies, and the private keys that its token shows."""

    certificate: x509.Certificate
    token: Token
    id: bytes
    label: str
    keys: tuple[TokenKey, ...]

    @property
    def key(self) -> TokenKey | None:
        """The key of the same CKA_ID; one that wants no login of its own is preferred."""
        own = sorted(
            (k for k in self.keys if k.id == self.id), key=lambda k: k.always_authenticate
        )
        return own[0] if own else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The certificate that is judged and, where nothing speaks against it, used.

    ``ids`` are the CKA_IDs of all its copies on that token: the key lies under one of
    them, and which one may show only after the login.
    """

    held: Held
    ids: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """Every other certificate on the tokens: CAs that may complete the chain."""

    certificates: tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of all tokens."""

    held: tuple[Held, ...] = ()
    pool: tuple[x509.Certificate, ...] = ()
    unreadable: tuple[str, ...] = ()
    faults: tuple[tuple[Token, Fault], ...] = ()


def run(context: Context) -> Iterator[Finding]:
    """Read every token through the first of its modules that shows a certificate."""
    groups = context.recall(Tokens).groups
    read = gather([view for group in groups for view in _views(context, group)])
    context.learn(Pool(read.pool))
    context.wait_for("clock")
    clock = context.find(TrustedClock) or TrustedClock(None)
    moment = clock.moment(context.ports.clock.now())
    choice = choose((h.certificate for h in read.held), moment, context.wishes.certificate)
    if context.wishes.certificate is not None and choice.chosen is not None:
        choice = Choice(choice.chosen, (choice.chosen,))
    if several_tokens(read.held, choice):  # each has a PIN of its own
        choice = Choice(None, choice.usable, ambiguous=True)
    held = _pick(context, read, choice, moment)
    if held is not None:
        context.learn(Chosen(held, copies(held, read.held)))
        context.learn(Lifetime(held.certificate.not_before, held.certificate.not_after))
        beside = (h.certificate for h in read.held)
        judged = beside_others(faults(held.certificate, moment), beside, moment)
        yield from judge(held, judged, clock.judged_by)
    else:
        yield from judge_none(read, choice, groups[0][0].module)
    yield from unreadable_beside(read, choice)
    yield from _token_faults(read)
    carriers = {h.token.identity for h in read.held}
    if len(carriers) > 1:
        models = tuple(g[0].model for g in groups if g[0].identity in carriers)
        yield found("token.several", tokens=models)


def gather(views: Sequence[tuple[Token, TokenObjects | Fault]]) -> Read:
    """Sort the objects of all tokens into certificates of users, of CAs, and what is neither."""
    held, pool, unreadable, broken = [], [], [], []
    for token, objects in views:
        if isinstance(objects, Fault):
            broken.append((token, objects))
            continue
        for item in objects.certificates:
            parsed = x509.read(item.value)
            if isinstance(parsed, x509.Unreadable):
                unreadable.append(parsed.reason)
            elif parsed.is_ca:
                pool.append(parsed)
            else:
                held.append(Held(parsed, token, item.id, item.label, objects.keys))
    return Read(tuple(held), tuple(pool), tuple(unreadable), tuple(broken))


def copies(held: Held, every: Sequence[Held]) -> tuple[bytes, ...]:
    """Return the CKA_IDs under which the held certificate lies on its token."""
    beside = (h for h in every if h.token == held.token)
    return tuple(h.id for h in beside if h.certificate == held.certificate)


def several_tokens(held: Sequence[Held], choice: Choice) -> bool:
    """Tell whether usable certificates lie on more than one physical token."""
    usable = set(choice.usable)
    return len({h.token.identity for h in held if h.certificate in usable}) > 1


def judge(held: Held, judged: Sequence[Finding], judged_by: str) -> tuple[Finding, ...]:
    """Add to the certificate's own faults by whose time they hold, and whether its key shows."""
    findings = [_located(_with_judge(f, judged_by), held) for f in judged]
    if held.id and held.key is None and _shows_all_keys(held):
        findings.append(found("certificate.key_missing", module=held.token.module))
    return _concluded(held.certificate, findings, Evidence("module", held.token.module))


def judge_alone(
    certificate: x509.Certificate, judged: Sequence[Finding], judged_by: str
) -> tuple[Finding, ...]:
    """Judge a certificate that came without a token: nobody knows where its key is.

    A CA's is held to what a CA needs. It logs nobody in, which is no fault of its own: a warning.
    """
    findings = [_with_judge(f, judged_by) for f in judged]
    if not certificate.is_ca:
        return _concluded(certificate, findings)
    own = (_of_authority(f) for f in findings if f.code in _OF_AUTHORITIES)
    authority = found("certificate.wrong_type", policy=certificate.policy, reason="authority")
    return (*own, authority.lower())


def judge_none(read: Read, choice: Choice, module: str) -> tuple[Finding, ...]:
    """Say why there is no certificate to judge."""
    if read.held:
        code = "certificate.several" if choice.ambiguous else "certificate.not_found"
        shown = choice.usable or tuple(h.certificate for h in read.held)
        names = tuple(_described(c) for c in shown)
        return (Finding(code, (Evidence("certificates", names, private=True),)),)
    if read.unreadable:
        return (found("certificate.unreadable", reason=read.unreadable[0]),)
    if read.faults:
        return ()
    return (found("certificate.absent", module=module),)


def unreadable_beside(read: Read, choice: Choice) -> tuple[Finding, ...]:
    """Warn of what cannot be read where none of the others can log in: it may be the right one."""
    if not read.unreadable or not read.held or choice.usable:
        return ()
    return (found("certificate.unreadable", reason=read.unreadable[0]).lower(),)


def _of_authority(finding: Finding) -> Finding:
    """Say of what is bought anew that it is a CA's: nobody buys that."""
    if finding.code not in {"certificate.expired", "certificate.expires_soon"}:
        return finding
    return replace(finding, evidence=(*finding.evidence, Evidence("reason", "authority")))


def _concluded(
    certificate: x509.Certificate, findings: Sequence[Finding], *where: Evidence
) -> tuple[Finding, ...]:
    """Call the certificate usable where nothing but a near end speaks against it."""
    wrong = [f for f in findings if f.code != "certificate.expires_soon"]
    if wrong:
        return tuple(findings)
    usable = found(
        "certificate.usable",
        *_holder(certificate),
        *where,
        issuer=certificate.issuer_common_name,
        policy=certificate.policy,
        not_after=certificate.not_after,
    )
    return (usable, *findings)


def _shows_all_keys(held: Held) -> bool:
    """Tell whether a key that does not show is not there: none hides until the login."""
    return any(key.private or not held.token.login_required for key in held.keys)


def _views(
    context: Context, group: Sequence[Token]
) -> Iterator[tuple[Token, TokenObjects | Fault]]:
    """Read a physical token through each of its modules until one shows a certificate."""
    for token in group:
        objects = objects_of(context, token)
        yield token, objects
        if isinstance(objects, TokenObjects) and objects.certificates:
            return


def _pick(context: Context, read: Read, choice: Choice, moment: datetime) -> Held | None:
    """Take the chosen certificate, or ask the user which of several is theirs.

    Those that cannot be used are shown, too: else the user would wonder where they are.
    """
    by_key = sorted(read.held, key=lambda h: h.key is None)  # of two copies the one that signs
    if choice.chosen is not None:
        return next((h for h in by_key if h.certificate == choice.chosen), None)
    if not choice.ambiguous:
        return None
    tokens = list(dict.fromkeys(h.token.identity for h in read.held))
    options: dict[str, tuple[question.Choice, Held]] = {}
    for held in by_key:
        option = _option(held, str(tokens.index(held.token.identity)))
        if held.certificate not in choice.usable and context.wishes.certificate is not None:
            continue  # named by the user: all else is not asked about
        if held.certificate not in choice.usable:
            fault = next(iter(faults(held.certificate, moment)), None)
            option = replace(option, usable=False, fault=fault)
        options.setdefault(option.key, (option, held))
    shown = sorted((option for option, _ in options.values()), key=lambda o: not o.usable)
    wanted = context.ports.user.choose(shown)
    picked = options.get(wanted or "")
    return picked[1] if picked is not None and picked[0].usable else None


def _option(held: Held, place: str) -> question.Choice:
    """Describe one certificate on one token; the reader tells two tokens of one model apart."""
    certificate, token = held.certificate, held.token
    return question.Choice(
        certificate.sha256,
        certificate.holder_name,
        certificate.issuer_common_name,
        certificate.policy,
        certificate.not_after,
        " · ".join(filter(None, (token.model, token.reader))),
        place,
        "" if certificate.kind is Kind.UNKNOWN else str(certificate.kind),
    )


def _token_faults(read: Read) -> Iterator[Finding]:
    """Report a broken token; beside one that was read it is a warning."""
    for token, fault in read.faults:
        finding = token_fault(fault, token.module)
        yield finding.lower() if read.held else finding


def _with_judge(finding: Finding, judged_by: str) -> Finding:
    dated = {"certificate.expired", "certificate.not_yet_valid", "certificate.expires_soon"}
    if finding.code not in dated:
        return finding
    evidence = (*finding.evidence, Evidence("judged_by", judged_by))
    # Too early by an unverified clock may well be the clock's fault.
    unsure = finding.code == "certificate.not_yet_valid" and judged_by == "computer"
    return Finding(finding.code, evidence, finding.lowered or unsure)


def _located(finding: Finding, held: Held) -> Finding:
    """Add the module through which the certificate was read: the verdict trusts that one."""
    evidence = (*finding.evidence, Evidence("module", held.token.module))
    return Finding(finding.code, evidence, finding.lowered)


def _holder(certificate: x509.Certificate) -> tuple[Evidence, ...]:
    name = certificate.holder_name
    return (Evidence("holder", name, private=True),) if name else ()


def _described(certificate: x509.Certificate) -> str:
    until = certificate.not_after.strftime("%d/%m/%Y")
    return f"{certificate.holder_name} ({certificate.issuer_common_name}, {until})"


CHECK = Check(run, requires=("token",))
