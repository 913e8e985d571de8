"""A file against the registry: what would change, and what is only listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.geo.datum import Datum, convert
from services.geo.point import Point
from services.importing.plan import ImportPlan, plan_import
from services.importing.rows import ParsedRows
from services.places import (
    DRAFT_FIELDS,
    LocationSource,
    LocationState,
    Place,
    PlaceDraft,
    PlaceStatus,
    PlaceUpdate,
    Precision,
)

Parse = Callable[..., ParsedRows]

THEN = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "类别,名称,区县,地址,纬度,经度,营业时间,设施,核实日期,来源编号\n"
ROW = "站点,甲,亭湖区,建军路1号,33.38324,120.13058,8:00-18:00,饮水、无淋浴,2026-11-20,{number}\n"


def register(drafts: list[PlaceDraft]) -> list[Place]:
    """The drafts as a registry would have them."""
    return [
        Place(
            id=f"p{number}",
            created_at=THEN,
            updated_at=THEN,
            version=1,
            **{name: getattr(draft, name) for name in DRAFT_FIELDS},
        )
        for number, draft in enumerate(drafts)
    ]


def updated(places: list[Place], updates: list[PlaceUpdate]) -> list[Place]:
    by_id = {update.id: update for update in updates}
    return [
        replace(place, version=place.version + 1, **by_id[place.id].values)
        if place.id in by_id
        else place
        for place in places
    ]


def plan(parsed: ParsedRows, places: list[Place], **options: bool) -> ImportPlan:
    return plan_import(parsed, places, source="register", **({"withdraw_missing": False} | options))


def counts(made: ImportPlan) -> dict[str, int]:
    return {
        key: value if isinstance(value, int) else len(value)
        for key, value in made.to_json().items()
    }


@pytest.fixture
def registered(parse: Parse) -> list[Place]:
    return register(plan(parse(HEADER + ROW.format(number="1")), []).creates)


@pytest.mark.parametrize("number", ["", "7"])
def test_the_same_file_twice_changes_nothing(parse: Parse, number: str) -> None:
    parsed = parse(HEADER + ROW.format(number=number), datum=Datum.GCJ02)
    places = register(plan(parsed, []).creates)
    again = plan(parsed, places, withdraw_missing=True)
    assert counts(again) == {
        "new": 0, "changed": 0, "same": 1, "gone": 0, "duplicate": 0, "suspicious": 0, "refused": 0,
    }  # fmt: skip
    assert not again.creates + again.updates + again.withdrawals  # type: ignore[operator]


def test_a_change_is_told_field_by_field(parse: Parse, registered: list[Place]) -> None:
    text = HEADER + ROW.format(number="1").replace("建军路1号", "建军路2号").replace(
        "11-20", "11-22"
    )
    (change,) = plan(parse(text), registered).changed
    assert change.fields == {
        "address": ("建军路1号", "建军路2号"),
        "verified_on": (date(2026, 11, 20), date(2026, 11, 22)),
    }
    assert change.update == PlaceUpdate(
        "p0", 1, {"address": "建军路2号", "verified_on": date(2026, 11, 22)}
    )


def test_what_the_file_does_not_say_stays(parse: Parse, registered: list[Place]) -> None:
    for text in ("类别,名称,区县\n站点,甲,亭湖区\n", HEADER + "站点,甲,亭湖区,,,,,,,\n"):
        assert counts(plan(parse(text), registered))["same"] == 1


def test_a_place_is_known_by_its_number_when_its_name_changes(
    parse: Parse, registered: list[Place]
) -> None:
    (change,) = plan(parse("类别,名称,来源编号\n站点,乙,1\n"), registered).changed
    assert change.fields == {"name": ("甲", "乙")}


def test_a_name_is_known_whatever_its_width_case_and_spaces(parse: Parse) -> None:
    places = register(plan(parse("类别,名称\n站点,A 1号\n"), []).creates)
    made = plan(parse("类别,名称\n站点,\uff41\uff11号\n"), places)
    assert counts(made)["new"] == 0


def test_two_numbers_are_two_places_of_one_name(parse: Parse) -> None:
    parsed = parse("类别,名称,来源编号\n站点,甲,1\n站点,甲,2\n")
    assert counts(plan(parsed, []))["new"] == 2
    assert counts(plan(parsed, register(plan(parsed, []).creates)))["same"] == 2


def test_the_same_key_twice_counts_once_and_is_listed(parse: Parse) -> None:
    made = plan(parse("类别,名称,地址\n站点,甲,x\n站点,乙,\n站点,甲,y\n"), [])
    assert [draft.address for draft in made.creates] == ["x", ""]
    (double,) = made.duplicate
    assert (double.line, double.first_line, double.differs) == (4, 2, True)


def test_places_that_the_file_cannot_tell_apart_are_refused(parse: Parse) -> None:
    places = register(plan(parse("类别,名称,来源编号\n站点,甲,1\n站点,甲,2\n"), []).creates)
    made = plan(parse("类别,名称\n站点,甲\n"), places)
    assert "2 个“甲”" in made.refused[0].message


def test_a_file_under_a_new_name_is_about_the_same_places(parse: Parse) -> None:
    text = HEADER + ROW.format(number="1")
    places = register(plan(parse(text, source="2026-11.csv"), []).creates)
    assert counts(plan(parse(text, source="2026-12.csv"), places))["same"] == 1


def test_the_first_real_place_withdraws_the_sample(parse: Parse) -> None:
    places = register(plan(parse("类别,名称,来源\n站点,甲,sample\n站点,乙,sample\n"), []).creates)
    made = plan(parse("类别,名称\n站点,丙\n站点,乙\n"), places)
    (update,) = made.withdrawals
    assert update.id == "p0"
    assert update.values["status"] is PlaceStatus.WITHDRAWN
    assert "示例" in update.values["status_reason"]
    assert "1 个示例服务点" in made.notes[-1]
    assert counts(made)["gone"] == 0
    places = updated(places, [*made.updates, *made.withdrawals])
    assert not plan(parse("类别,名称\n站点,丙\n站点,乙\n"), places).withdrawals


@pytest.mark.parametrize("row", ["站点,丙,sample,", "站点,丙,,草稿"])
def test_a_sample_row_or_a_draft_withdraws_no_sample(parse: Parse, row: str) -> None:
    places = register(plan(parse("类别,名称,来源\n站点,甲,sample\n"), []).creates)
    assert not plan(parse(f"类别,名称,来源,状态\n{row}\n"), places).withdrawals


def test_a_real_row_takes_over_a_sample_place(parse: Parse) -> None:
    places = register(plan(parse("类别,名称,来源\n站点,甲,sample\n"), []).creates)
    (change,) = plan(parse("类别,名称\n站点,甲\n"), places).changed
    assert change.fields == {"source": ("sample", "register")}


def test_a_real_row_takes_nothing_from_a_numbered_sample_place(parse: Parse) -> None:
    sample = "类别,名称,来源,来源编号,设施\n站点,甲,sample,s1,饮水\n"
    places = register(plan(parse(sample), []).creates)
    made = plan(parse("类别,名称\n站点,甲\n"), places)
    (draft,) = made.creates
    assert dict(draft.amenities) == {}
    assert [update.id for update in made.withdrawals] == ["p0"]


def test_a_row_that_was_located_since_stays_the_same(parse: Parse) -> None:
    parsed = parse("类别,名称,地址\n站点,甲,建军路1号\n")
    found = {
        "point": Point(33.4, 120.1),
        "district": "320902",
        "location_state": LocationState.LOCATED,
        "location_source": LocationSource.GAZETTEER,
        "location_precision": Precision.TOWNSHIP,
    }
    places = updated(register(plan(parsed, []).creates), [PlaceUpdate("p0", 1, found)])
    assert counts(plan(parsed, places)) | {"same": 1} == counts(plan(parsed, places))
    moved = plan(parse("类别,名称,地址\n站点,甲,人民路9号\n"), places)
    assert moved.updates[0].values["location_state"] is LocationState.PENDING
    assert counts(
        plan(parse("类别,名称,地址\n站点,甲,人民路9号\n"), updated(places, moved.updates))
    )["same"]


# --- gone ----------------------------------------------------------------------------------


def test_what_is_gone_is_counted_and_withdrawn_only_when_asked(parse: Parse) -> None:
    places = register(plan(parse("类别,名称\n站点,甲\n站点,乙\n"), []).creates)
    parsed = parse("类别,名称\n站点,甲\n")
    assert counts(plan(parsed, places))["gone"] == 1
    assert plan(parsed, places).withdrawals == []
    (gone,) = plan(parsed, places, withdraw_missing=True).withdrawals
    assert (gone.id, gone.values["status"]) == ("p1", PlaceStatus.WITHDRAWN)
    assert gone.values["status_reason"]


def test_a_file_without_a_single_place_withdraws_nothing(parse: Parse) -> None:
    places = register(plan(parse("类别,名称\n站点,甲\n站点,乙\n"), []).creates)
    made = plan(parse("类别,名称\n"), places, withdraw_missing=True)
    assert made.withdrawals == []
    assert "没有一行可用" in made.notes[-1]


def test_another_source_is_never_gone(parse: Parse) -> None:
    places = register(plan(parse("类别,名称\n站点,乙\n", source="other"), []).creates)
    assert counts(plan(parse("类别,名称\n站点,甲\n"), places))["gone"] == 0


def test_a_refused_row_is_not_gone(parse: Parse) -> None:
    places = register(plan(parse("类别,名称\n站点,甲\n站点,乙\n"), []).creates)
    made = plan(
        parse("类别,名称,核实日期\n站点,甲,\n站点,乙,明天\n"), places, withdraw_missing=True
    )
    assert (len(made.refused), len(made.gone)) == (1, 0)


def test_nothing_is_withdrawn_while_a_refused_row_may_be_anything(parse: Parse) -> None:
    places = register(plan(parse("类别,名称\n站点,甲\n站点,乙\n"), []).creates)
    made = plan(parse("类别,名称\n站点,甲\n站点,乙\0\n"), places, withdraw_missing=True)
    assert made.withdrawals == []
    assert any("没有撤下" in note for note in made.notes)


def test_a_withdrawn_place_that_reappears_comes_back(parse: Parse) -> None:
    parsed = parse("类别,名称\n站点,甲\n")
    places = register(plan(parsed, []).creates)
    places = updated(
        places, [PlaceUpdate("p0", 1, {"status": PlaceStatus.WITHDRAWN, "status_reason": "关了"})]
    )
    (change,) = plan(parsed, places).changed
    assert change.fields["status"] == (PlaceStatus.WITHDRAWN, PlaceStatus.PUBLISHED)
    assert change.fields["status_reason"] == ("关了", "")


# --- points --------------------------------------------------------------------------------


@pytest.mark.parametrize("actual", [Datum.GCJ02, Datum.BD09])
def test_a_point_one_datum_away_from_its_earlier_self_is_not_believed(
    parse: Parse, registered: list[Place], actual: Datum
) -> None:
    lat, lon = convert(33.38324, 120.13058, Datum.WGS84, actual)
    row = f"站点,甲,亭湖区,新地址,{lat:.6f},{lon:.6f},,,,1\n"
    made = plan(parse(HEADER + row), registered)
    assert "偏差" in made.suspicious[0].why
    assert made.changed[0].fields == {"address": ("建军路1号", "新地址")}
    again = plan(parse(HEADER + row), updated(registered, made.updates))
    assert (counts(again)["same"], counts(again)["suspicious"]) == (1, 1)


def test_a_correct_file_with_the_wrong_datum_option_is_not_believed(
    parse: Parse, registered: list[Place]
) -> None:
    made = plan(parse(HEADER + ROW.format(number="1"), datum=Datum.BD09), registered)
    assert (len(made.suspicious), len(made.changed)) == (1, 0)


def test_an_ordinary_move_is_a_change(parse: Parse, registered: list[Place]) -> None:
    row = ROW.format(number="1").replace("33.38324", "33.38124")  # 222 m south
    (change,) = plan(parse(HEADER + row), registered).changed
    assert change.fields == {"point": (Point(33.38324, 120.13058), Point(33.38124, 120.13058))}


def test_a_point_that_a_person_confirmed_is_kept(parse: Parse, registered: list[Place]) -> None:
    places = updated(
        registered, [PlaceUpdate("p0", 1, {"location_state": LocationState.CONFIRMED})]
    )
    row = ROW.format(number="1").replace("33.38324", "33.38124")
    made = plan(parse(HEADER + row), places)
    assert (len(made.suspicious), len(made.changed)) == (1, 0)


def test_a_doubted_row_is_created_ambiguous_and_is_the_same_the_second_time(parse: Parse) -> None:
    parsed = parse(HEADER + ROW.format(number="1").replace("亭湖区", "大丰区"))
    first = plan(parsed, [])
    assert first.creates[0].location_state is LocationState.AMBIGUOUS
    again = plan(parsed, register(first.creates))
    assert (counts(again)["same"], counts(again)["changed"], len(again.suspicious)) == (1, 0, 1)


def test_a_doubt_never_takes_a_known_point_or_district_away(
    parse: Parse, registered: list[Place]
) -> None:
    made = plan(parse(HEADER + ROW.format(number="1").replace("亭湖区", "大丰区")), registered)
    assert (len(made.suspicious), len(made.changed)) == (1, 0)


def test_a_corrected_row_clears_the_doubt(parse: Parse, registered: list[Place]) -> None:
    doubted = {
        "location_state": LocationState.AMBIGUOUS,
        "location_reason": "?",
        "district": "320904",
    }
    places = updated(registered, [PlaceUpdate("p0", 1, doubted)])
    (change,) = plan(parse(HEADER + ROW.format(number="1")), places).changed
    assert change.fields["location_state"] == (LocationState.AMBIGUOUS, LocationState.LOCATED)
    assert change.fields["district"] == ("320904", "320902")


def test_hours_that_a_person_corrected_stay(parse: Parse) -> None:
    parsed = parse("类别,名称,营业时间\n站点,甲,随缘\n")
    places = updated(
        register(plan(parsed, []).creates), [PlaceUpdate("p0", 1, {"opening_hours": "24/7"})]
    )
    assert counts(plan(parsed, places))["same"] == 1
