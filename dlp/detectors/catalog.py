"""What runs?  The explicit list of detectors and relators, in order.  Nothing is discovered by scanning folders."""

from typing import cast

from dlp.detectors.contract import Detector, Relator

# Each detector is a module; see dlp/detectors/contract.py.
DETECTORS: tuple[Detector, ...] = cast(tuple[Detector, ...], ())
RELATORS: tuple[Relator, ...] = cast(tuple[Relator, ...], ())
