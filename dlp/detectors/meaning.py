"""Where the trained pipeline's evidence joins that of form and context.

``context.language`` is None while no model is loaded; every detector then stands on the lexical layers alone.  With a model,
``language.read(text)`` returns a reading with ``topics`` (topic → probability) and ``leak`` (probability that the passage
leaks rather than talks).  Its evidence moves a confidence by at most ``MOST`` either way, so that a concrete detail is
never argued away and words alone are never made certain.
"""

from collections.abc import Mapping
from typing import Protocol

from dlp.detectors.contract import Passage
from dlp.detectors.setting import sentence_range
from dlp.finding import Layer, Reason

MOST = 0.25  # largest change of a confidence, either way
CONTEXT_CHARS = 200  # read on each side of the sentence
UNSURE = 0.15  # a probability this near to one half says nothing


class Reading(Protocol):
    """What the language layer says about a text."""

    @property
    def topics(self) -> Mapping[str, float]: ...
    @property
    def leak(self) -> float: ...


def weigh(passage: Passage, start: int, end: int, topic: str) -> Reason | None:
    """What the model adds for ``topic`` (``informant``, ``petition``, ``itinerary`` …) at ``[start, end)``; None without a model."""
    language = passage.context.language
    if language is None:
        return None
    low, high = sentence_range(passage, start, end)
    low, high = max(0, low - CONTEXT_CHARS), high + CONTEXT_CHARS
    reading: Reading = passage.once(f"reading:{low}:{high}", lambda: language.read(passage.text[low:high]))
    about = reading.topics.get(topic)
    chance = reading.leak if about is None else reading.leak * about
    if abs(chance - 0.5) < UNSURE:
        return None
    weight = round((chance - 0.5) * 2 * MOST, 3)
    if weight > 0:
        return Reason(Layer.MEANING, "model-leak", "語意模型判斷這段像是洩漏具體內容", weight)
    return Reason(Layer.MEANING, "model-talk", "語意模型判斷這段像是談論制度或程序", weight)
