"""Which card answers a request?"""

from a3check.core.catalogue import Catalogue
from a3check.ui.assist_card import AssistCard
from a3check.ui.choice_card import ChoiceCard
from a3check.ui.cloud_card import CloudCard
from a3check.ui.pin_card import PinCard
from a3check.ui.prints import Prints
from a3check.ui.prompts import (
    AssistRequest,
    ChoiceRequest,
    CloudRequest,
    FetchRequest,
    PinRequest,
    Request,
    ShowRequest,
)
from a3check.ui.question import QuestionCard
from a3check.ui.show_card import ShowCard
from a3check.ui.style import Theme


def question_card(
    request: Request, words: Catalogue, theme: Theme, prints: Prints
) -> QuestionCard:
    """Return the card that answers a request."""
    match request:
        case PinRequest():
            return PinCard(request, words, theme)
        case ChoiceRequest():
            return ChoiceCard(request, words, theme)
        case CloudRequest():
            return CloudCard(request, words, theme)
        case ShowRequest() | FetchRequest():
            return ShowCard(request, words, theme)
        case AssistRequest():
            return AssistCard(request, words, theme, prints)
