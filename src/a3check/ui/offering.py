"""What can be done now, told from where the run, its report and the user are?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from a3check.ui.footer import Offer

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.model import Diagnosis
    from a3check.ui.pages import Pages
    from a3check.ui.saving import Saving
    from a3check.ui.session import Session


def offered(
    session: Session,
    saving: Saving,
    pages: Pages,
    diagnosis: Diagnosis | None,
    *,
    revising: bool,
) -> Offer:
    """Return what the row of buttons offers, but for the portal's page for tickets.

    ``diagnosis`` is the run's end, if there is one; ``revising`` tells that the settings are
    shown again between two runs.
    """
    partial = session.partial is not None
    return Offer(
        home=pages.at_home,
        revising=revising,
        begun=session.begun,
        busy=session.busy,
        cancelling=session.progress.cancelling,
        report=(diagnosis is not None or partial) and not saving.writing,
        partial=partial,
        saved=saving.folder is not None,
    )
