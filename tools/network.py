"""The network of models/zh_dlp in torch: one reader of characters, heads for persons, roles, leak, topics and kinds.

Residual convolutions over characters with two attention layers, trained from nothing: first to restore hidden words of public text
(``tools/pretrain.py``), then on labelled texts (``tools/train.py``).  Exported to ONNX; the product never imports torch.
"""

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from dlp.language.signals import NAMES, PAIRS, PLACES, SHAPE_COUNT

WIDTH = 160
DILATIONS = (1, 2, 4, 1, 2, 4)
ATTENTION_AFTER = (2, 5)
HEADS = 4


class Convolution(nn.Module):
    def __init__(self, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.wide = nn.Conv1d(WIDTH, WIDTH, 3, padding=dilation, dilation=dilation)
        self.dilation = dilation
        self.as_product = False  # exported as one matrix product, which the runtime multiplies in 8 bits
        self.point = nn.Linear(WIDTH, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, here: torch.Tensor) -> torch.Tensor:
        inner = self.norm(x) * here
        if self.as_product:
            around = functional.pad(inner, (0, 0, self.dilation, self.dilation))
            length = inner.shape[1]
            taps = [around[:, i * self.dilation : i * self.dilation + length] for i in range(3)]
            weight = self.wide.weight.permute(2, 1, 0).reshape(3 * WIDTH, WIDTH)
            inner = functional.gelu(torch.cat(taps, dim=2) @ weight + self.wide.bias)
        else:
            inner = functional.gelu(self.wide(inner.transpose(1, 2)).transpose(1, 2))
        return x + self.dropout(self.point(inner)) * here


class Attention(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.into = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, here: torch.Tensor) -> torch.Tensor:
        batch, length, _ = x.shape
        q, k, v = self.into(self.norm(x)).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5
        scores = scores.masked_fill(here.view(batch, 1, 1, length) == 0, -1e4)
        mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, length, WIDTH)
        return x + self.dropout(self.out(mixed)) * here


class Encoder(nn.Module):
    """(batch, 5, length) of signals → (batch, length, WIDTH)."""

    def __init__(self, vocabulary: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.characters = nn.Embedding(vocabulary, WIDTH, padding_idx=0)
        self.pairs = nn.Embedding(PAIRS, WIDTH, padding_idx=0)
        self.places = nn.Embedding(PLACES, WIDTH, padding_idx=0)
        self.names = nn.Embedding(NAMES, WIDTH)
        self.shapes = nn.Embedding(SHAPE_COUNT, WIDTH, padding_idx=0)
        for table in (self.characters, self.pairs, self.places, self.names, self.shapes):
            nn.init.normal_(table.weight, std=0.05)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Convolution(d, dropout) for d in DILATIONS)
        self.attention = nn.ModuleDict({str(n): Attention(dropout) for n in ATTENTION_AFTER})
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, signals: torch.Tensor) -> torch.Tensor:
        here = (signals[:, 0] != 0).unsqueeze(-1).float()
        x = (
            self.characters(signals[:, 0])
            + self.pairs(signals[:, 1])
            + self.places(signals[:, 2])
            + self.names(signals[:, 3])
            + self.shapes(signals[:, 4])
        )
        return self.mix(self.dropout(x) * here, here)

    def mix(self, x: torch.Tensor, here: torch.Tensor) -> torch.Tensor:
        """Embedded characters → what they mean in their surroundings."""
        x = x * here
        for number, block in enumerate(self.blocks):
            x = block(x, here)
            if str(number) in self.attention:
                x = self.attention[str(number)](x, here)
        out: torch.Tensor = self.norm(x) * here
        return out


def save(module: nn.Module, path: Path, **facts: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"weights": module.state_dict(), **facts}, path)


class Reader(nn.Module):
    """Encoder and heads.  Per character: tags (O B I E U), roles.  Per text: leak, topics, kinds, from pooled attention and maximum."""

    POOLS = 3

    def __init__(self, encoder: Encoder, *, roles: int, topics: int, kinds: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.tags = nn.Sequential(nn.Dropout(0.2), nn.Linear(WIDTH, 5))
        self.roles = nn.Sequential(nn.Dropout(0.2), nn.Linear(WIDTH, roles))
        self.look = nn.Linear(WIDTH, self.POOLS)
        self.pooled = nn.Sequential(
            nn.Dropout(0.3), nn.Linear((self.POOLS + 1) * WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.3)
        )
        self.leak = nn.Linear(WIDTH, 1)
        self.topics = nn.Linear(WIDTH, topics)
        self.kinds = nn.Linear(WIDTH, kinds)

    def forward(self, signals: torch.Tensor) -> tuple[torch.Tensor, ...]:
        here = (signals[:, 0] != 0).unsqueeze(-1).float()
        return self.judge(self.encoder(signals), here)

    def judge(self, x: torch.Tensor, here: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Outputs tags, roles, leak, topics, kinds, looked."""
        shares = torch.softmax(self.look(x) + (here - 1) * 1e4, dim=1)
        pools = torch.einsum("blp,blw->bpw", shares, x).flatten(1)
        highest = (x + (here - 1) * 1e4).amax(dim=1)
        pooled = self.pooled(torch.cat((pools, highest), dim=1))
        return self.tags(x), self.roles(x), self.leak(pooled), self.topics(pooled), self.kinds(pooled), shares[:, :, 0]


class AtRunTime(nn.Module):
    """What is exported: characters already looked up (their tables ship as 16-bit arrays)."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, embedded: torch.Tensor, here: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.reader.judge(self.reader.encoder.mix(embedded, here), here)
