"""``dlp explain KIND``: what a kind of finding is, the law, the rule of the awareness page it serves, examples that are and are none."""

import json
from typing import Any

import click

from dlp.errors import UsageError
from dlp.kinds import Kind, legal_basis
from dlp.resources import package_data


@click.command()
@click.argument("kind", required=False, metavar="[類別]")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="輸出格式"
)
def explain(kind: str | None, form: str) -> int:
    """說明一種發現：是什麼、依據、例句。不給類別就列出全部；類別可只寫前半，例如 classified。"""
    kinds = _kinds(kind)
    if form == "json":
        click.echo(json.dumps([_as_object(k) for k in kinds], ensure_ascii=False, indent=2))
    elif kind is None:
        for k in kinds:
            click.echo(f"{k.value:<34}{k.label}")
    else:
        click.echo("\n\n".join(_as_text(k) for k in kinds))
    return 0


def _kinds(word: str | None) -> list[Kind]:
    if word is None:
        return list(Kind)
    wanted = word.strip().rstrip(".*").lower()
    found = [k for k in Kind if wanted in (k.value, k.label) or k.value.startswith(wanted + ".")]
    if not found:
        from difflib import get_close_matches

        near = get_close_matches(wanted, [k.value for k in Kind], n=1, cutoff=0.5)
        hint = f"你是不是要找 {near[0]}？" if near else ""
        raise UsageError(f"沒有這個類別。{hint}輸入 dlp explain 可列出全部。", code="E120")
    return found


def _as_object(kind: Kind) -> dict[str, Any]:
    about, seeds = _about(kind), _seeds()
    basis = legal_basis().get(kind, ())
    return {
        "kind": kind.value, "label": kind.label, "what": about["what"], "is": about["is"], "is_not": about["is_not"],
        "law": [{"citation": b.citation, "gist": b.gist, "url": b.url} for b in basis],
        "seed": [{"id": s, "text": seeds.get(s, "")} for s in dict.fromkeys(b.seed for b in basis)],
    }  # fmt: skip


def _as_text(kind: Kind) -> str:
    facts = _as_object(kind)
    lines = [f"{facts['kind']}　{facts['label']}", facts["what"], "", "依據"]
    lines += [f"  {law['citation']}：{law['gist']}" for law in facts["law"]]
    lines += ["對應的宣導規則", *(f"  {seed['text']}" for seed in facts["seed"])]
    lines += [
        "這樣算",
        *(_indented(text) for text in facts["is"]),
        "這樣不算",
        *(_indented(text) for text in facts["is_not"]),
    ]
    return "\n".join(lines)


def _indented(text: str) -> str:
    return "  ・" + text.replace("\n", "\n    ")


def _about(kind: Kind) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(package_data("data", "explain.json"))["kinds"][kind.value]
    return about


def _seeds() -> dict[str, str]:
    seeds: dict[str, str] = json.loads(package_data("data", "legal_basis.json"))["seeds"]
    return seeds
