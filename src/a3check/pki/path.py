"""Does a path lead from a certificate to a trusted root, and if not, what is in the way?"""

from collections.abc import Iterable, Iterator
from dataclasses import InitVar, dataclass, field
from datetime import datetime

from a3check.core.model import Evidence, Finding
from a3check.core.register import Status
from a3check.pki import links, names
from a3check.pki.certificate import Certificate
from a3check.pki.keys import Checked
from a3check.pki.links import Path
from a3check.pki.ranking import gravities, worst_first
from a3check.pki.shelf import Shelf
from a3check.pki.trust import ELSEWHERE, Root, Trust, names_test

# Bounds for hostile input: real chains need under 10 of each.
MOST_SIGNATURES = 128
MOST_STEPS = 512
LONGEST_PATH = 9
MOST_CANDIDATES = 32  # of one name, the most promising first

TOO_MANY = "too many candidates"


@dataclass(frozen=True, slots=True)
class PathResult:
    """The least bad path and its findings, the worst first, never none.

    ``path`` has the leaf first; ``valid`` means that it holds up to a trusted
    root (``chain.valid`` is then the last finding); ``missing_issuer`` names the CA
    whose certificate is not at hand.
    """

    path: Path
    faults: tuple[Finding, ...]
    valid: bool
    missing_issuer: str | None = None


@dataclass(frozen=True, slots=True)
class _Ending:
    """A path that goes no further, and why; nothing where it reached a trusted root."""

    path: Path
    why: Finding | None = None


def judge(
    leaf: Certificate, pool: Iterable[Certificate], trust: Trust, moment: datetime
) -> PathResult:
    """Try every path through the pool and judge the least bad one at that moment.

    ``pool`` holds CA certificates in any order, roots included: a root is
    known by its fingerprint, and its certificate is needed for its key. A ``Shelf``
    serves many calls, and reads no more of its certificates than they need.
    """
    return _judge(leaf, _Search(pool, trust, moment))


def holding(
    cas: Iterable[Certificate], pool: Iterable[Certificate], trust: Trust, moment: datetime
) -> tuple[Certificate, ...]:
    """Return those that hold up to a trusted root, and are within their dates themselves.

    One search's bounds hold for all together.
    """
    search = _Search(pool, trust, moment)
    current = (ca for ca in dict.fromkeys(cas) if ca.not_before <= moment <= ca.not_after)
    return tuple(ca for ca in current if _judge(ca, search).valid)


def _judge(leaf: Certificate, search: "_Search") -> PathResult:
    best: tuple[tuple[object, ...], PathResult] | None = None
    for ending in search.endings(leaf):
        result = _result(ending, search.trust, search.moment)
        rank = (gravities(result.faults), ending.why is not None, -len(ending.path))
        if best is None or rank < best[0]:
            best = (rank, result)
        if not rank[0]:
            break
    if best is None or (search.exhausted and not best[1].valid):
        return PathResult((leaf,), (_unsupported(leaf, TOO_MANY),), valid=False)
    return best[1]


def _result(ending: _Ending, trust: Trust, moment: datetime) -> PathResult:
    path, why = ending.path, ending.why
    found = list(dict.fromkeys((*links.findings(path, trust, moment), *((why,) if why else ()))))
    valid = why is None and all(f.status is Status.WARNING for f in found)
    if valid:
        upward = tuple(ca.common_name for ca in path[1:] or path)
        root = Evidence("root", trust.version(path[-1]))
        found.append(Finding("chain.valid", (Evidence("path", upward), root)))
    else:
        found = [f for f in found if f.code != "chain.ca_withdrawn"]  # only where the path holds
    missing = str(why.get("issuer")) if why and why.code == "chain.issuer_missing" else None
    return PathResult(path, worst_first(found), valid, missing)


@dataclass(slots=True)
class _Search:
    """One walk through the pool, depth first, the most promising issuer first."""

    pool: InitVar[Iterable[Certificate]]
    trust: Trust
    moment: datetime
    exhausted: bool = False
    _steps: int = 0
    _shelf: Shelf = field(init=False)
    _sorted: dict[names.Canonical, tuple[Certificate, ...]] = field(default_factory=dict)
    _by_key: dict[tuple[names.Canonical, bytes], list[Certificate]] = field(default_factory=dict)
    _checked: dict[tuple[str, bytes], Checked] = field(default_factory=dict)

    def __post_init__(self, pool: Iterable[Certificate]) -> None:
        self._shelf = Shelf.of(pool)

    def endings(self, leaf: Certificate) -> Iterator[_Ending]:
        """Yield every path that goes no further, until the bounds are reached."""
        stack: list[Path] = [(leaf,)]
        while stack:
            self._steps += 1
            if self._steps > MOST_STEPS or len(self._checked) > MOST_SIGNATURES:
                self.exhausted = True
                return
            path = stack.pop()
            ending, issuers = self._step(path)
            if ending:
                yield ending
            stack += [(*path, issuer) for issuer in reversed(issuers)]

    def _step(self, path: Path) -> tuple[_Ending | None, list[Certificate]]:
        tip = path[-1]
        if self.trust.trusts(tip):
            return _Ending(path), []
        if tip.self_issued and (self._check(tip, tip) is Checked.GOOD or self._known(tip)):
            return _Ending(path, self._foreign_root(tip)), []
        candidates = self._candidates(path)
        issuers = [c for c in candidates if self._check(tip, c) is Checked.GOOD]
        if issuers and len(path) < LONGEST_PATH:
            return None, issuers
        why = _unsupported(tip, "path too long") if issuers else self._dead_end(path, candidates)
        return _Ending(path, why), []

    def _candidates(self, path: Path) -> list[Certificate]:
        """Return who may have issued a path's end: first whom its key identifier names."""
        tip = path[-1]
        used = {(c.subject_key, c.spki) for c in path}
        enough = MOST_CANDIDATES + len(path)
        named = self._named(tip.issuer_key)[:enough]
        likely = self._by_key.get((tip.issuer_key, tip.aki or b""), [])[:enough]
        found = [
            c
            for c in dict.fromkeys((*likely, *named))
            if c.subject_key and (c.subject_key, c.spki) not in used
        ]
        return found[:MOST_CANDIDATES]

    def _named(self, name: names.Canonical) -> tuple[Certificate, ...]:
        """Return those of a name: trusted roots first, then those within their dates."""
        if name not in self._sorted:
            latest = sorted(self._shelf.named(name), key=lambda c: c.not_after, reverse=True)
            latest.sort(key=lambda c: (not self.trust.trusts(c), not self._current(c)))
            self._sorted[name] = tuple(latest)
            for ca in latest:
                self._by_key.setdefault((name, ca.key_id), []).append(ca)
        return self._sorted[name]

    def _check(self, certificate: Certificate, issuer: Certificate) -> Checked:
        key = (certificate.sha256, issuer.spki)
        if key not in self._checked:
            self._checked[key] = certificate.signed_by(issuer)
        return self._checked[key]

    def _current(self, ca: Certificate) -> bool:
        return ca.not_before <= self.moment <= ca.not_after

    def _known(self, root: Certificate) -> bool:
        return root.sha256 in self.trust.known or self.trust.is_test(root)

    def _dead_end(self, path: Path, candidates: list[Certificate]) -> Finding:
        """Say why no candidate is the issuer (RFC 5280 §4.2.1.1: the key identifier tells)."""
        tip = path[-1]
        right = [c for c in candidates if tip.aki is None or tip.aki == c.key_id]
        if len(right) == MOST_CANDIDATES:  # the issuer may be one of those left out
            return _unsupported(tip, TOO_MANY)
        checks = {self._check(tip, c): c for c in reversed(right)}
        issuer = Evidence("issuer", tip.issuer_common_name)
        if Checked.BAD in checks:
            return Finding("chain.bad_signature", (links.subject(tip), issuer))
        if Checked.UNSUPPORTED in checks:
            key = checks[Checked.UNSUPPORTED].key.text
            return _unsupported(tip, f"signature {tip.scheme.oid} with {key}")
        return self._missing(path, issuer, namesakes=bool(candidates))

    def _missing(self, path: Path, issuer: Evidence, *, namesakes: bool) -> Finding:
        """Name the CA that is not at hand; its very name may tell that it serves no user.

        A namesake whose key the identifier does not name may be of another issue of the CA, or the
        certificate a forgery: without the right one nobody can tell.
        """
        name = path[-1].issuer_common_name
        if any(map(names_test, (name, *(ca.common_name for ca in path[1:])))):
            return Finding("chain.test_root", (issuer,))
        root = self.trust.named(name)
        if root and root.purpose in ELSEWHERE:
            return Finding("chain.root_unknown", (issuer, *_purpose(root)))
        reason = (Evidence("reason", "other_key"),) if namesakes else ()
        known = (Evidence("root", root.version),) if root else ()
        return Finding("chain.issuer_missing", (issuer, *reason, *known))

    def _foreign_root(self, root: Certificate) -> Finding:
        """Name a self-signed certificate that is not trusted."""
        issuer = Evidence("issuer", root.common_name, private=not root.is_ca)
        known = self.trust.known.get(root.sha256)
        if self.trust.is_test(root):
            return Finding("chain.test_root", (issuer,))
        if known and self.moment > root.not_after:
            end = Evidence("not_after", root.not_after)
            return Finding("chain.ca_expired", (links.subject(root), end))
        if known:
            return Finding("chain.root_unknown", (issuer, *_purpose(known)))
        namesakes = self._named(root.subject_key)
        borrowed = any(map(self.trust.trusts, namesakes)) or self.trust.named(root.common_name)
        if _claims(root) and not borrowed and root.not_before > self.trust.as_of:
            return Finding("chain.root_newer", (issuer,))
        reason = Evidence("reason", "borrowed_name" if borrowed else "stranger")
        return Finding("chain.root_unknown", (issuer, reason))


def _purpose(root: Root) -> tuple[Evidence, ...]:
    return Evidence("root", root.version), Evidence("reason", root.purpose.value)


def _claims(root: Certificate) -> bool:
    """Tell whether a root names itself ICP-Brasil's."""
    organization = root.subject_name.get(names.ORGANIZATION) or ""
    return root.is_ca and organization.strip().casefold() == "icp-brasil"


def _unsupported(certificate: Certificate, reason: str) -> Finding:
    return Finding("chain.unsupported", (links.subject(certificate), Evidence("reason", reason)))
