"""Write trace/identity/county_letters.toml: the names of counties in Latin letters, read by machine.

Run by hand when `regions.toml` changes, with a folder that holds pypinyin 0.55.0 in PYTHONPATH. It is no part
of `make docs`: GreenTrace itself never reads characters aloud. Readings that are known to differ from the
package's stand below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from trace.identity.city import city_named
from trace.identity.region import SHANGHAI, names

_TARGET: Final = Path(__file__).parents[1] / "trace/identity/county_letters.toml"
_HEAD: Final = """\
# Names of counties in Latin letters by the codes of `regions.toml`, in its form: two digits and a name.
# Shanghai's stand in `region_letters.toml`, counties directly under a province in `cities.toml`.
# Written by docs/generate_county_letters.py; never by hand. Names in other languages (Tibetan, Uyghur,
# Mongolian) stand as 汉语拼音 of their Chinese form. Development zones that have a code for statistics alone
# are left out: they are named by their city.

as_of = 2026-11-30
source = "汉语拼音 by pypinyin 0.55.0 from regions.toml; known irregular readings put right by hand"
confidence = "by machine, not read through one by one: the Chinese name is the name"

[county]
"""
_ALWAYS: Final = {
    "长": "chang", "都": "du", "勒": "le", "什": "shi", "朝": "chao", "卡": "ka", "佛": "fo", "扎": "zha",
    "宿": "su", "曾": "zeng", "乐": "le", "柏": "bai", "尾": "wei", "堡": "bu", "车": "che", "谷": "gu",
    "单": "dan", "大": "da", "万": "wan",
}  # fmt: skip
"""Characters with one reading in the names of counties, but for the names below."""
_IRREGULAR: Final = {
    "长子": "zhang zi", "乐亭": "lao ting", "乐陵": "lao ling", "乐清": "yue qing", "单": "shan",
    "大城": "dai cheng", "浚": "xun", "六合": "lu he", "洪洞": "hong tong", "繁峙": "fan shi",
    "涡阳": "guo yang", "筠连": "jun lian", "龙圩": "long xu", "覃塘": "qin tang", "荥经": "ying jing",
    "荥阳": "xing yang", "崆峒": "kong tong", "伽师": "jia shi", "泊头": "bo tou", "穆棱": "mu ling",
    "蔚": "yu", "莘": "shen", "歙": "she", "黟": "yi", "番禺": "pan yu", "东阿": "dong e",
    "渑池": "mian chi", "阆中": "lang zhong", "犍为": "qian wei", "郫都": "pi du", "珙": "gong",
    "尉犁": "yu li", "尉氏": "wei shi", "铅山": "yan shan", "枞阳": "zong yang", "中牟": "zhong mu",
    "牟平": "mu ping", "牟定": "mou ding", "泌阳": "bi yang", "黄陂": "huang pi", "大埔": "da bu",
    "柞水": "zha shui", "盱眙": "xu yi", "句容": "ju rong", "宝坻": "bao di", "行唐": "xing tang",
    "井陉": "jing xing", "任丘": "ren qiu", "任城": "ren cheng", "任泽": "ren ze", "获嘉": "huo jia",
    "珲春": "hun chun", "蚌山": "beng shan", "曲阜": "qu fu", "莎车": "sha che", "且末": "qie mo",
    "阿克塞": "a ke sai",
}  # fmt: skip
_GROUPS: Final = {
    "满": "Manchu", "蒙古": "Mongol", "回": "Hui", "朝鲜": "Korean", "达斡尔": "Daur", "鄂温克": "Ewenki",
    "鄂伦春": "Oroqen", "畲": "She", "土家": "Tujia", "苗": "Miao", "瑶": "Yao", "侗": "Dong",
    "壮": "Zhuang", "仫佬": "Mulao", "毛南": "Maonan", "黎": "Li", "羌": "Qiang", "彝": "Yi", "藏": "Tibetan",
    "仡佬": "Gelao",
    "布依": "Bouyei", "水": "Sui", "傣": "Dai", "哈尼": "Hani", "纳西": "Naxi", "拉祜": "Lahu", "佤": "Wa",
    "布朗": "Blang", "独龙": "Derung", "怒": "Nu", "白": "Bai", "普米": "Pumi", "傈僳": "Lisu",
    "裕固": "Yugur", "哈萨克": "Kazakh", "东乡": "Dongxiang", "保安": "Bonan", "撒拉": "Salar", "土": "Tu",
    "塔吉克": "Tajik", "锡伯": "Xibe", "各": "Multi-Ethnic",
}  # fmt: skip
_KINDS: Final = {
    "群岛的岛礁及其海域": "Islands", "群岛": "Islands",
    "行政委员会": "Administrative Committee",
    "新区": "New District", "特区": "Special District", "矿区": "Mining District",
    "左旗": "Left Banner", "右旗": "Right Banner", "中旗": "Middle Banner", "前旗": "Front Banner",
    "后旗": "Rear Banner", "联合旗": "United Banner", "区": "District", "县": "County", "市": "City",
    "旗": "Banner",
}  # fmt: skip
"""Longest first. A longer one is one only behind a name of two characters: 清新区 is Qingxin District."""
_WHOLE: Final = {
    "城区": "Urban District", "郊区": "Suburban District", "矿区": "Mining District", "东区": "East District",
    "西区": "West District", "神农架林区": "Shennongjia Forestry District",
}  # fmt: skip
_WINGS: Final = {"左翼": "Left Wing", "右翼": "Right Wing"}
_GROUP: Final = "|".join(_GROUPS)
_AUTONOMOUS: Final = re.compile(rf"(.*?)((?:(?:{_GROUP})族)*(?:{_GROUP})族?)自治([县旗])")
_ETHNIC_DISTRICT: Final = re.compile(rf"(.+?)({_GROUP})族区")
_STATISTICAL: Final = "7"


def in_letters(county: str) -> str:
    """The name of a county: 如东县 is Rudong County, 五常市 is Wuchang City."""
    if county in _WHOLE:
        return _WHOLE[county]
    if found := _AUTONOMOUS.fullmatch(county):
        groups = [_GROUPS[each] for each in re.findall(f"({_GROUP})族?", found[2])]
        return " ".join((*_named(found[1]), *groups, "Autonomous", _KINDS[found[3]]))
    if found := _ETHNIC_DISTRICT.fullmatch(county):
        return " ".join((*_named(found[1]), _GROUPS[found[2]], "District"))
    kind = next(
        one for one in _KINDS if county.endswith(one) and (len(one) == 1 or len(county) > len(one) + 1)
    )
    return " ".join((*_named(county.removesuffix(kind)), _KINDS[kind]))


def _named(bare: str) -> Iterator[str]:
    """What stands before the kind of a county, which may be nothing (东乡族自治县), and its wing (左翼)."""
    wing = next((each for each in _WINGS if bare.endswith(each)), "")
    if name := bare.removesuffix(wing):
        yield _read(name)
    if wing:
        yield _WINGS[wing]


def _read(name: str) -> str:
    """A name in one word; an apostrophe parts a syllable that begins with a vowel from the one before it."""
    pypinyin: Any = import_module("pypinyin")
    read = pypinyin.lazy_pinyin(name, v_to_u=True)
    said: list[str] = [_ALWAYS.get(one, read[place]) for place, one in enumerate(name)]
    if name in _IRREGULAR:
        said = _IRREGULAR[name].split()
    joined: str = said[0] + "".join(f"'{one}" if one[0] in "aeo" else one for one in said[1:])
    return joined[0].upper() + joined[1:]


def _written() -> Iterator[tuple[str, str]]:
    """Every county outside Shanghai that is no city of its own: four digits, and two with its name."""
    for code, name in sorted(names().items()):
        listed = code[4] != _STATISTICAL and city_named(code) is None
        if not code.endswith("00") and not code.startswith(SHANGHAI) and listed:
            yield code[:4], f"{code[4:]}{in_letters(name)}"


def document() -> str:
    """The whole file."""
    lines = (
        f'{above} = "{"; ".join(each for _, each in counties)}"'
        for above, counties in groupby(_written(), key=lambda pair: pair[0])
    )
    return _HEAD + "\n".join(lines) + "\n"


def main() -> None:
    _TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
