"""The shape by which goods are drawn where no photograph of them is shown: from their name."""

from __future__ import annotations

from typing import Final

PACK: Final = "pack"
_SHAPES: Final = (
    ("tomato", ("番茄", "西红柿")),
    ("flour", ("面粉", "豆粉", "米粉", "淀粉", "面条")),
    ("oil", ("油",)),
    ("soy", ("豆腐", "豆浆", "豆干", "豆皮", "大豆", "黄豆", "毛豆")),
    ("rice", ("米", "稻", "粥")),
    ("tea", ("茶",)),
    ("egg", ("蛋",)),
    ("milk", ("奶", "乳")),
    ("mushroom", ("菇", "菌", "木耳")),
    ("fish", ("鱼", "虾", "蟹", "贝")),
    ("meat", ("肉", "鸡", "鸭", "鹅", "猪", "牛", "羊")),
    ("fruit", ("果", "桃", "梨", "葡萄", "瓜", "莓", "橘", "橙", "柚", "枣")),
    ("leaf", ("菜", "葱", "蒜", "椒", "茄", "萝卜", "薯", "笋", "藕")),
)


def shape_of(name: str | None) -> str:
    """The shape of goods by the first word that their name holds; a pack where none fits."""
    return next((shape for shape, words in _SHAPES if any(word in (name or "") for word in words)), PACK)
