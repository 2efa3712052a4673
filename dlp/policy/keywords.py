"""All keys of the policy language, as data: looking for faults must not need the models.  A test compares both."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEYS = _words(
    """
    version policy owner approved mode extends allow-empty places people groups if-engine-fails if-not-read if-not-read-because
    accepted rules overrides schedules
    by date doc inside trusted public who deputy mail post share label kinds
    any all together within confidence confidence-of at-least persons where where-not not with-part without-part
    then to-trusted to-inside otherwise why until added-by to from unit channels over
    kind person part at value text findings channel expect or-stricter name note today
    level steps size tell fix approve except ignore tests id find rule because scan start stop days
    """
)
# Keys whose values are sentences for people, where full-width characters are normal.
PROSE_KEYS = _words("policy owner name label tell fix why because text note by added-by doc unit value person scan")
# Facts that detectors attach to findings, as far as rules may ask for them in ``where``.
ATTRS = _words("state grade regime until role public form persons domain checksum variant partial brand clues details evidence")
