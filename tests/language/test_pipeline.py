"""Loading: the shipped network, a site's own spaCy pipeline, and folders that are no model."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dlp import Scanner, language
from dlp.errors import NotReady
from dlp.resources import shipped

MODEL = shipped("models") / "zh_dlp"
needs_model = pytest.mark.skipif(not (MODEL / "config.cfg").is_file(), reason="no model in models/zh_dlp")


def foreign_pipeline(folder: Path) -> Path:
    """A spaCy pipeline of somebody else's: an entity ruler and a classifier named as a site would name them."""
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc

    @Language.component("site_classifier")
    def classify(doc: Doc) -> Doc:
        doc.cats = {"leak": 0.9 if "告訴你" in doc.text else 0.1, "informant_case": 0.7}
        return doc

    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "PERSON", "pattern": "卓不群"}, {"label": "ORG", "pattern": "環保局"}]
    )  # type: ignore[attr-defined]
    nlp.add_pipe("site_classifier")
    nlp.to_disk(folder)
    return folder


def test_a_pipeline_of_the_sites_own_is_read_like_the_shipped_one(tmp_path: Path) -> None:
    pipeline = language.load(foreign_pipeline(tmp_path / "site"))
    reading = pipeline.read("告訴你，卓不群去環保局。")
    assert [(n.start, n.end) for n in reading.persons] == [(4, 7)]
    assert reading.leak == 0.9
    assert reading.topics["informant_case"] == 0.7


def test_its_offsets_are_those_of_a_long_text(tmp_path: Path) -> None:
    pipeline = language.load(foreign_pipeline(tmp_path / "site"))
    text = "甲乙丙。" * 200 + "卓不群"
    assert [text[n.start : n.end] for n in pipeline.read(text).persons] == ["卓不群"]


def test_a_scanner_takes_it(tmp_path: Path) -> None:
    scanner = Scanner(model=foreign_pipeline(tmp_path / "site"))
    with_model = scanner.check("告訴你，檢舉的就是三樓卓不群的太太，不要說是我講的。", "post")
    assert any(r.layer == "meaning" for f in with_model.findings for r in f.reasons)


@pytest.mark.parametrize("what", ["empty", "no config", "broken config"])
def test_a_folder_that_is_no_model_is_said_with_the_remedy(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    if what == "no config":
        (folder / "meta.json").write_text("{}", encoding="utf-8")
    if what == "broken config":
        (folder / "config.cfg").write_text("[nlp\nlang = ", encoding="utf-8")
    with pytest.raises(NotReady, match="語言模型") as caught:
        language.load(folder)
    assert caught.value.code in ("E401", "E402")


def test_no_shipped_model_is_not_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(language, "shipped", lambda name: tmp_path)
    assert language.load() is None


@needs_model
@pytest.mark.parametrize("file", ["vocabulary.json", "labels.json", "tables.npz", "network.onnx"])
@pytest.mark.parametrize("damage", ["missing", "cut", "zeros"])
def test_a_damaged_model_is_refused(tmp_path: Path, file: str, damage: str) -> None:
    folder = tmp_path / "zh_dlp"
    shutil.copytree(MODEL, folder)
    path = folder / "dlp_reader" / file
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else bytes(len(data)))
    with pytest.raises(NotReady):
        language.load(folder)


@needs_model
def test_the_command_line_says_so_with_exit_code_four(tmp_path: Path) -> None:
    folder = tmp_path / "zh_dlp"
    shutil.copytree(MODEL, folder)
    (folder / "dlp_reader" / "network.onnx").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "dlp.cli", "check", "--model", str(folder), "-"], input="你好", capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert "E40" in done.stderr and "make train" in done.stderr and "Traceback" not in done.stderr


@needs_model
def test_spacy_reads_the_shipped_model_by_itself() -> None:
    import spacy

    from dlp.language import components  # noqa: F401

    doc = spacy.load(MODEL)("檢舉人是住在三樓的卓家豪，電話0912-345-678。")
    assert "卓家豪" in [e.text for e in doc.ents]
    assert set(json.loads((MODEL / "dlp_reader" / "labels.json").read_text(encoding="utf-8"))["topics"]) < set(doc.cats)


@needs_model
def test_reading_is_the_same_alone_and_in_a_batch() -> None:
    pipeline = language.load()
    short, long = "明天記者會取消。", "本局辦理宣導，說明檢舉人身分保密的規定。" * 60
    together = pipeline.read(short + "\n" + long)
    assert together.pieces[0].start == 0
    assert pipeline.read(long).leak == pytest.approx(pipeline.read(long).leak, abs=1e-6)
