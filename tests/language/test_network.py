"""How scores become chances, how field and network agree on names, and how kinds are scored."""

import json
from pathlib import Path

import numpy as np
import pytest

from dlp.errors import NotReady
from dlp.language.linear import BUCKETS, LinearKinds, vector
from dlp.language.network import Network, chance
from dlp.language.persons import Joining, marks
from dlp.resources import shipped


@pytest.mark.parametrize(
    ("calibration", "scores", "expected"),
    [
        ((1.0, 0.0, 0.0), (0.0, 9.0), 0.5),
        ((1.0, 1.0, 0.0), (1.0, -1.0), 0.5),
        ((0.0, 0.0, 1.0986123), (5.0, 5.0), 0.75),
        ((2.0, 0.0, 0.0), (-0.5493061, 0.0), 0.25),
        ((1.0, 0.0, 0.0), (1e6, 0.0), 1.0),
        ((1.0, 0.0, 0.0), (-1e6, 0.0), 0.0),
    ],
)
def test_the_chance_is_the_logistic_of_the_weighted_scores(
    calibration: tuple[float, float, float], scores: tuple[float, float], expected: float
) -> None:
    assert chance(calibration, *scores) == pytest.approx(expected, abs=1e-6)


BOTH = Joining(1.0, 1.0, 0.0, 0.5)


def test_of_overlapping_proposals_the_likelier_is_the_name() -> None:
    assert BOTH.choose([(0, 3, 0.9, 0.9), (0, 2, 0.6, 0.6)]) == [(0, 3, pytest.approx(0.9878, abs=1e-3))]


def test_what_one_sees_and_the_other_denies_is_decided_by_the_surer() -> None:
    assert [s[:2] for s in BOTH.choose([(0, 3, 0.99, 0.2), (5, 8, 0.3, 0.6)])] == [(0, 3)]


def test_names_come_in_order_and_neighbours_do_not_exclude_each_other() -> None:
    assert [s[:2] for s in BOTH.choose([(3, 6, 0.9, 0.9), (0, 3, 0.8, 0.8)])] == [(0, 3), (3, 6)]


def test_the_field_alone_decides_before_anything_was_fitted() -> None:
    assert [s[:2] for s in Joining().choose([(0, 2, 0.6, 0.0), (4, 6, 0.4, 1.0)])] == [(0, 2)]


def test_certainty_of_either_side_stays_finite() -> None:
    assert 0.0 < BOTH.chance(1.0, 0.0) < 1.0 and BOTH.chance(1.0, 1.0) < 1.0


@pytest.mark.parametrize(("span", "tags"), [((2, 3), "U"), ((2, 4), "BE"), ((2, 6), "BIIE")])
def test_the_tags_of_a_span(span: tuple[int, int], tags: str) -> None:
    assert marks(*span) == list(zip(range(*span), tags, strict=True))


def test_eight_bits_keep_the_scores_of_kinds() -> None:
    rng = np.random.default_rng(1)
    of = vector("這位民眾昨天打電話來檢舉樓上")
    weights = np.zeros((2, BUCKETS))
    weights[:, of[0]] = rng.normal(size=(2, len(of[0])))
    biases = np.array([-1.0, 0.5])
    found = LinearKinds.of(("a", "b"), weights, biases).scores(of)
    exact = weights[:, of[0]] @ of[1] + biases
    assert [found["a"], found["b"]] == pytest.approx(exact.tolist(), abs=0.03)


@pytest.mark.parametrize("missing", ["persons", "kinds_calibration", "roles"])
def test_labels_of_an_older_model_are_said_to_be_damaged(tmp_path: Path, missing: str) -> None:
    for file in (shipped("models") / "zh_dlp" / "dlp_reader").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    labels = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    del labels[missing]
    (tmp_path / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    with pytest.raises(NotReady) as said:
        Network(tmp_path)
    assert said.value.code == "E401"
