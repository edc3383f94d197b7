"""What does the card of something that a3check can do by itself show, before and after?

Pure: an offer, or how it ended, comes in; words and what may be pressed go out.
"""

from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.repair import Mended, Offer, Repair, Result

LOGIN = "login"
"""The check whose test asks for the PIN again."""


@dataclass(frozen=True, slots=True)
class RepairState:
    """What stands on the card; a button without a text is not there.

    ``lines`` are a sign and a sentence each. ``shut``: the user may wave it away.
    """

    title: str
    what: str
    lines: tuple[tuple[str, str], ...] = ()
    do: str = ""
    undo: str = ""
    again: str = ""
    shut: str = ""


def offering(offer: Offer, words: Catalogue) -> RepairState:
    """Return the card before anything was pressed."""
    if offer.repair is Repair.AUTHORITIES:
        return _of_authorities(offer, words)
    say, key = words.words, "_disabled" if offer.disabled else ""
    return RepairState(
        say("repair", "title"),
        say("repair", f"{offer.repair}_what{key}"),
        (
            ("shield", say("repair", "rights_admin")),
            ("again", say("repair", f"undo_service{key}")),
        ),
        do=say("repair", "do_service"),
        shut=say("repair", "not_now"),
    )


def busy(state: RepairState, offer: Offer, words: Catalogue, *, undoing: bool) -> RepairState:
    """Return the card while it is done: nothing can be pressed."""
    kind = "service" if offer.repair.elevated else "authorities"
    said = words.words("repair", "undoing" if undoing else f"busy_{kind}")
    return RepairState(state.title, said)


def ended(
    state: RepairState, offer: Offer, mended: Mended | None, words: Catalogue, *, undoing: bool
) -> RepairState:
    """Return the card afterwards; ``mended`` is nothing where the work itself broke."""
    say = words.words
    if mended is None:
        return RepairState(state.title, say("repair", "broke"))
    kind = "service" if offer.repair.elevated else "authorities"
    what = _told(mended, "undo" if undoing else kind, words)
    there = not undoing and not offer.repair.elevated and bool(mended.names or offer.installed)
    more = undoing and mended.result is Result.FAILED
    retry = not undoing and mended.result in {Result.DECLINED, Result.FAILED}
    again = mended.result in {Result.DONE, Result.NOTHING, Result.LATE, Result.DISABLED}
    again = (again or mended.result is Result.UNDONE) and bool(offer.again)
    pin = again and LOGIN in offer.again
    done = mended.result in {Result.DONE, Result.UNDONE}
    return RepairState(
        say("repair", "done_title") if done else state.title,
        what,
        (("key", say("repair", "pin_again")),) if pin else (),
        do=say("repair", f"do_{kind}") if retry else "",
        undo=say("repair", "undo") if there or more else "",
        again=say("repair", "again") if again else "",
        shut=say("repair", "not_now") if retry else "",
    )


def _told(mended: Mended, kind: str, words: Catalogue) -> str:
    partly = mended.result is Result.FAILED and bool(mended.names)
    key = "partly" if partly else str(mended.result)
    return words.words("repair", f"{kind}_{key}", names=mended.names, code=mended.code)


def _of_authorities(offer: Offer, words: Catalogue) -> RepairState:
    say = words.words
    undo = say("repair", "undo") if offer.installed else ""
    back = ("again", say("repair", "undo_authorities"))
    if not offer.names:
        what = say("repair", "installed_what", names=offer.installed)
        return RepairState(say("repair", "undo_title"), what, (back,), undo=undo)
    lines = [
        ("certificate", say("repair", "checked")),
        ("shield", say("repair", "rights_user")),
        back,
    ]
    if offer.root:
        lines.append(("alert", say("repair", "root", root=offer.root)))
    if offer.installed:
        lines.append(("certificate", say("repair", "installed_before", names=offer.installed)))
    return RepairState(
        say("repair", "title"),
        say("repair", "authorities_what", names=offer.names),
        tuple(lines),
        do=say("repair", "do_authorities"),
        undo=undo,
        shut=say("repair", "not_now"),
    )
