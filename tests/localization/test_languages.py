import pytest

from localization.languages import NotALanguage, normalized


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("EN", "en"),
        ("pt_BR", "pt-BR"),
        (" zh-hans ", "zh-Hans"),
        ("ZH-HANT-hk", "zh-Hant-HK"),
        ("es-419", "es-419"),
        ("yue", "yue"),
        ("zh-cmn-hans-cn", "zh-cmn-Hans-CN"),
        ("de-1996", "de-1996"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("ja-x-honor", "ja-x-honor"),
        ("en-u-ca-gregory", "en-u-ca-gregory"),
    ],
)
def test_a_language_tag_has_one_way_of_being_written(written, expected):
    assert normalized(written) == expected


@pytest.mark.parametrize(
    "written",
    ["", "e", "english", "en-", "en--US", "en US", "中文", "es-41900-", "x-klingon", "en-a", "../en", "en\n-us"],
)
def test_what_is_no_language_tag_is_refused_with_a_sentence(written):
    with pytest.raises(NotALanguage) as refusal:
        normalized(written)

    assert str(refusal.value) == f"“{written}” is not a language tag such as “es”, “pt-BR” or “zh-Hans”."


def test_a_tag_longer_than_its_column_is_refused():
    with pytest.raises(NotALanguage):
        normalized("en-u-" + "-".join(["abcdefgh"] * 4))
