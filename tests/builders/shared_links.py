"""Genuine links as people pass them on: spoilt by messengers, keyboards and careless copying, from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

BEHIND = (
    "",
    *"。.，,)）》”\"'！!…、；：]】>*~| \n\t\u3000\u00a0\u200b\ufeff\u2060\u202c\u2069",
    *("  。", "）。"),
)
AROUND = (
    *("《{}》", "“{}”", "【绿溯】{} 复制打开", "看看这个：{}", "\u202a{}\u202c", "{}（转发自群聊）"),
    *("<{}>", "「{}」", "{}\n谢谢"),
)
TRACKING = (
    *("utm_source=wx", "from=singlemessage", "isappinstalled=0", "spm=a.b.c", "share=%7B%22a%22%3A1%7D"),
    *("a", "=", "t=1700000000", "lang=zh", "m=elder", "fbclid=IwAR_x-1", "x={a|b}", "y=%E4%BD%A0", "z=%"),
    "clickTime=^",
)
DASHES = ("-", "", " ", " - ", *"－—–·ー\u2011\u00a0")
UNSEEN = "\u200b\ufeff\u00ad\u2060\u200e"
QUOTED = ("{}", "{}", "《{}》", "“{}”", " {} ", "{}。", "（{}）", "\u202d{}\u202c")
DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class LinkSharer:
    """`links` are genuine: (path, digest on the label or None)."""

    seed: int
    host: str
    links: Sequence[tuple[str, str | None]]
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def shared(self) -> tuple[int, str, bool]:
        """(which link, what is asked for on our host, whether the server decodes it)."""
        dice = self.dice
        at = dice.randrange(len(self.links))
        path, digest = self.links[at]
        link = path + dice.choice(("", "", "/" if digest is None else ""))
        if digest is not None:
            link += "?" + self._query(digest)
        elif dice.random() < 0.4:
            link += "?" + "&".join(dice.sample(TRACKING, dice.randrange(1, 4)))
        link += "".join(dice.sample(BEHIND, dice.choice((0, 1, 1, 2))))
        if dice.random() < 0.4:
            message = dice.choice(AROUND).format(self.host + link)
            return at, f"/t?c={quote(message, safe='')}", dice.random() < 0.5
        return at, quote(link, safe="/%?&=+:;@!$'()*,~[]\"{}|^<>"), dice.random() < 0.5

    def _query(self, digest: str) -> str:
        """The digest whole, cut, or with more behind it, among what others added."""
        dice = self.dice
        parts = dice.sample(TRACKING, dice.choice((0, 0, 1, 2)))
        kind = dice.random()
        value = digest
        if kind < 0.2:
            value = digest[: dice.randrange(22)]
        elif kind < 0.3:
            value = digest + dice.choice(("?utm=1", "?", "%3Ff%3D1", "_", "-x", "AAAA", "%20", "%E3%80%82"))
        parts.insert(dice.randrange(len(parts) + 1), f"v={value}")
        return dice.choice(("&", "&", "&amp;", "?")).join(parts)


@dataclass
class CodeTypist:
    """A code as somebody types it: groups, blanks, look-alikes, small and full-width letters."""

    seed: int
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def typed(self, code: str) -> str:
        """The code, spoilt."""
        dice = self.dice
        text = code.lower() if dice.random() < 0.5 else code
        if dice.random() < 0.4:
            text = text.replace("0", dice.choice("oO0")).replace("1", dice.choice("lIi1"))
        text = text.replace("-", dice.choice(DASHES))
        if dice.random() < 0.3:
            text = text.translate(DIGITS)
        if dice.random() < 0.3:
            place = dice.randrange(len(text) + 1)
            text = text[:place] + dice.choice(UNSEEN) + text[place:]
        return dice.choice(QUOTED).format(text)
