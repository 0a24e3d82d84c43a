"""Values that are made quickly are the same values."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from trace.frozen import grown, quickly_made, replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    name: str
    tags: tuple[str, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Named):
    """A place."""

    area: int
    parts: list[str] = field(default_factory=list)


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Farm(Place):
    holder: str
    state: str = "open"


@quickly_made
@dataclass(frozen=True, slots=True)
class Amount:
    value: int
    unit: str = "kg"

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError(self.value)


def test_it_is_frozen_compared_and_printed_as_before() -> None:
    amount = Amount(3)
    assert (type(amount), amount, hash(amount)) == (Amount, Amount(3, "kg"), hash(Amount(value=3)))
    assert repr(amount) == "Amount(value=3, unit='kg')"
    assert amount != Amount(3, "t")
    for change in (lambda: setattr(amount, "value", 4), lambda: delattr(amount, "unit")):
        with pytest.raises(FrozenInstanceError):
            change()
    with pytest.raises(AttributeError):
        object.__setattr__(amount, "other", 1)


def test_members_of_the_base_defaults_and_factories_are_kept() -> None:
    place = Place(name="plot", area=7)
    assert (place.name, place.tags, place.area, place.parts) == ("plot", (), 7, [])
    assert Place(name="plot", area=7).parts is not place.parts
    assert Place(name="plot", tags=("a",), area=7, parts=["b"]).parts == ["b"]
    assert Place.__doc__ == "A place."


def test_wrong_arguments_and_wrong_values_are_refused() -> None:
    with pytest.raises(
        TypeError, match=r"Amount\.__init__\(\) missing 1 required positional argument: 'value'"
    ):
        Amount()
    with pytest.raises(TypeError):
        Place("plot", area=7)
    with pytest.raises(ValueError, match="-1"):
        Amount(-1)
    with pytest.raises(ValueError, match="-1"):
        replace(Amount(1), value=-1)


def test_it_is_copied_and_replaced() -> None:
    amount = Amount(3, "t")
    for same in (copy.copy(amount), copy.deepcopy(amount), replace(amount)):
        assert same == amount
        assert type(same) is Amount


def test_a_changed_copy_is_made_and_the_first_stays() -> None:
    place = Place(name="plot", area=7)
    other = replaced(place, {"name": "field", "area": 8})
    assert (other, type(other)) == (Place(name="field", area=8), Place)
    assert (place.name, other.parts is place.parts) == ("plot", True)
    with pytest.raises(FrozenInstanceError):
        other.area = 9
    with pytest.raises(AttributeError):
        replaced(place, {"colour": "red"})


def test_a_value_grows_into_one_of_a_subclass() -> None:
    place = Place(name="plot", tags=("a",), area=7)
    farm = grown(place, Farm, {"holder": "us"})
    assert (farm, type(farm)) == (Farm(name="plot", tags=("a",), area=7, parts=[], holder="us"), Farm)
    assert grown(place, Farm, {"holder": "us", "state": "held"}).state == "held"
    with pytest.raises(FrozenInstanceError):
        farm.area = 8
    with pytest.raises(AttributeError):
        grown(place, Farm, {"colour": "red"})


def test_a_subclass_without_members_of_its_own_stays_itself() -> None:
    class Weight(Amount):
        __slots__ = ()

    assert type(Weight(3)) is Weight
