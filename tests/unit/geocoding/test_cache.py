import pytest

from services.geocoding.cache import normalised


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" 盐城市　亭湖区 建军路 １号 ", "盐城市亭湖区建军路1号"),
        ("Ａ座", "a座"),
        ("1 Main  St", "1 main st"),
        ("A栋 b Block", "a栋b block"),
        ("", ""),
    ],
)
def test_a_query_is_the_same_however_it_is_spaced(written: str, key: str) -> None:
    assert normalised(written) == key
