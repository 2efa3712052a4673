"""How the two scores become one chance, and what a site's labels mean for it."""

import pytest

from dlp.language.network import Network


def network(calibration: tuple[float, float, float]) -> Network:
    bare = object.__new__(Network)
    bare._calibration = calibration
    return bare


@pytest.mark.parametrize(
    ("calibration", "scores", "chance"),
    [
        ((1.0, 0.0, 0.0), (0.0, 9.0), 0.5),
        ((1.0, 1.0, 0.0), (1.0, -1.0), 0.5),
        ((0.0, 0.0, 1.0986123), (5.0, 5.0), 0.75),
        ((2.0, 0.0, 0.0), (-0.5493061, 0.0), 0.25),
        ((1.0, 0.0, 0.0), (1e6, 0.0), 1.0),
        ((1.0, 0.0, 0.0), (-1e6, 0.0), 0.0),
    ],
)
def test_the_chance_is_the_logistic_of_the_weighted_scores(calibration: tuple[float, float, float], scores: tuple[float, float], chance: float) -> None:
    assert network(calibration).chance(*scores) == pytest.approx(chance, abs=1e-6)
