"""Pictures of the demo: each kind of goods its own, small, and marked."""

from __future__ import annotations

from cli.demo.drawn_photos import drawn_grower, drawn_product, drawn_report
from cli.demo.world import world

KINDS = ("番茄酱", "番茄", "青菜", "豆腐", "挂面", "粉", "米")


def test_goods_of_one_kind_look_alike_and_of_two_kinds_differ() -> None:
    drawn = {kind: drawn_product(f"演示牌{kind} 1kg").content for kind in KINDS}
    assert len({*drawn.values(), drawn_grower().content, drawn_report().content}) == len(KINDS) + 2
    assert drawn_product("蜃楼牌番茄酱 200g").content == drawn["番茄酱"]
    assert max(map(len, drawn.values())) <= 60 * 1024


def test_every_product_of_the_demo_is_of_a_kind_that_is_drawn() -> None:
    names = [str(product["name"]) for product in world().products.values()]
    assert [name for name in names if not any(kind in name for kind in KINDS)] == []
