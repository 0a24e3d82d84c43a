"""What somebody looked at: in words, whatever it is called inside."""

from __future__ import annotations

import pytest

from scanner_web.frame.looked import looked_at
from scanner_web.frame.reader import Reader


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("61z6d_kgbbgGTkco_ymDGpmGGEmkh9Tp34XOL3J9KDo", "签名记录 61z6d_kg…"),
        ("urn:lot:91310151XN0000442L:K3", "91310151XN0000442L:K3"),
        ("register", "企业名录库"),
        ("附件2 2026-09 310151 coded", "附件2 2026-09 310151 有包装追溯码的产品"),
        ("监管评价 2026 filed", "监管评价 2026 一律立案"),
        ("考核表 2026 filed", "考核表 2026 已立案的不合格监督抽样 / 不合格监督抽样"),
        ("考核表 2026 positioned", "考核表 2026 带位置上传的检查 / 农业部门已签署的检查"),
        ("日常核对", "日常核对"),
    ],
)  # fmt: skip
def test_a_look_is_told_in_words(kept: str, said: str) -> None:
    assert looked_at(Reader("zh-CN", large=False, chosen=True, query=()), kept) == said
