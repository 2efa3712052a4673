"""``dlp version``"""

import json
from importlib.metadata import version as installed

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出")
def version(as_json: bool) -> None:
    """版本。"""
    number = installed("dlp-zh")
    click.echo(json.dumps({"name": "dlp", "version": number}) if as_json else f"dlp {number}")
