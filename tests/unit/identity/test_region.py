"""Names of districts: their parts, as people say them, in Latin letters; for every code that is listed."""

from __future__ import annotations

import re

import pytest

from trace.identity.region import code_of, district_of, names, parts_of, short_name
from trace.identity.region_letters import in_letters


@pytest.mark.parametrize(
    ("code", "parts", "short", "letters"),
    [
        ("310151", ("上海市", "崇明区"), "上海崇明", "Chongming, Shanghai"),
        ("310000", ("上海市",), "上海", "Shanghai"),
        ("320623", ("江苏省", "南通市", "如东县"), "江苏如东", "Rudong County, Nantong, Jiangsu"),
        ("320102", ("江苏省", "南京市", "玄武区"), "南京玄武", "Xuanwu District, Nanjing, Jiangsu"),
        ("230184", ("黑龙江省", "哈尔滨市", "五常市"), "黑龙江五常", "Wuchang City, Harbin, Heilongjiang"),
        ("659001", ("新疆维吾尔自治区", "石河子市"), "新疆石河子", "Shihezi, Xinjiang"),
        ("110119", ("北京市", "延庆区"), "北京延庆", "Yanqing District, Beijing"),
        ("140821", ("山西省", "运城市", "临猗县"), "山西临猗", "Linyi County, Yuncheng, Shanxi"),
        ("141028", ("山西省", "临汾市", "吉县"), "山西吉县", "Ji County, Linfen, Shanxi"),
        ("610000", ("陕西省",), "陕西", "Shaanxi"),
        ("710000", ("台湾省",), "台湾", "Taiwan"),
    ],
)
def test_a_district_is_named_in_full_as_people_say_it_and_in_letters(code, parts, short, letters):
    district = district_of(code)
    assert code_of(district) == code
    assert (parts_of(district), short_name(district), in_letters(district)) == (parts, short, letters)


def test_every_listed_district_has_parts_and_letters():
    for code in names():
        district = district_of(code)
        parts = parts_of(district)
        assert "".join(parts) == district or code.startswith("31"), code
        assert re.fullmatch("[A-Za-zÀ-ÿ'’(), -]+", in_letters(district)), (code, in_letters(district))


@pytest.mark.parametrize(
    ("code", "letters"),
    [
        ("110105", "Chaoyang District, Beijing"),
        ("130225", "Laoting County, Tangshan, Hebei"),
        ("130726", "Yu County, Zhangjiakou, Hebei"),
        ("140428", "Zhangzi County, Changzhi, Shanxi"),
        ("141024", "Hongtong County, Linfen, Shanxi"),
        ("150525", "Naiman Banner, Tongliao, Inner Mongolia"),
        ("330382", "Yueqing City, Wenzhou, Zhejiang"),
        ("331023", "Tiantai County, Taizhou, Zhejiang"),
        ("341621", "Guoyang County, Bozhou, Anhui"),
        ("371524", "Dong'e County, Liaocheng, Shandong"),
        ("371722", "Shan County, Heze, Shandong"),
        ("410621", "Xun County, Hebi, Henan"),
        ("440113", "Panyu District, Guangzhou, Guangdong"),
        ("441803", "Qingxin District, Qingyuan, Guangdong"),
        ("450328", "Longsheng Multi-Ethnic Autonomous County, Guilin, Guangxi"),
        ("511123", "Qianwei County, Leshan, Sichuan"),
        ("622927", "Jishishan Bonan Dongxiang Salar Autonomous County, Linxia, Gansu"),
        ("652823", "Yuli County, Bayingolin, Xinjiang"),
    ],
)
def test_a_name_that_is_not_read_by_its_commonest_sounds_is_read_rightly(code, letters):
    assert in_letters(district_of(code)) == letters


def test_a_zone_of_statistics_is_named_by_its_city():
    assert in_letters(district_of("130171")) == "Shijiazhuang, Hebei"


def test_every_county_has_letters_of_its_own_kind():
    kinds = {"县": "County", "市": "City", "旗": "Banner", "区": "District"}
    for code, name in names().items():
        if code.endswith("00") or code[4] == "7" or code.startswith("31") or code[2:4] == "90":
            continue
        first = in_letters(district_of(code)).split(", ", maxsplit=1)[0]
        assert re.fullmatch("[A-Z][A-Za-zü' -]+", first), (code, first)
        assert first.endswith(kinds.get(name[-1], ("Islands", "Committee"))), (code, name, first)


def test_what_is_no_name_stands_as_it_is():
    for text in ("", "somewhere", "崇明区、奉贤区"):
        assert (code_of(text), parts_of(text)) == (None, ())
        assert short_name(text) == in_letters(text) == text
