"""SQL that makes up titles in eight languages: common words, which many titles share, and names, which few do."""

_SYLLABLES = ("ka", "so", "vi", "lu", "mer", "tan", "ri", "no", "gal", "be", "shi", "du", "for", "ne", "pa", "zo")
_HAN = "豪门千金总裁复仇替嫁归来错爱月光星辰大海风云长安"
_KANA = "令嬢復讐契約結婚社長秘密夜明星空花嫁約束真実記憶"
_COMMON = {
    "en": ("The Secret Heiress", "Married to the Boss", "Her Revenge", "The Twin", "One Night", "The Will"),
    "es": ("La heredera secreta", "Casada con el jefe", "Su venganza", "La gemela", "Una noche", "El testamento"),
    "pt_br": ("A herdeira secreta", "Casada com o chefe", "A vingança", "A gêmea", "Uma noite", "O testamento"),
    "fr": ("L'héritière secrète", "Mariée au patron", "Sa vengeance", "La jumelle", "Une nuit", "Le testament"),
    "ind": ("Pewaris rahasia", "Menikah dengan bos", "Balas dendam", "Si kembar", "Satu malam", "Surat wasiat"),
    "ar": ("الوريثة السرية", "زوجة المدير", "انتقامها", "التوأم", "ليلة واحدة", "الوصية"),
}


def columns(field: str, number: str) -> dict[str, str]:
    """The translated columns of ``field`` for the row that ``number`` (SQL) counts, the base column included."""
    texts = {f"{field}_{code}": f"{_pick(words, number)} {_TO} {name(number)}" for code, words in _COMMON.items()}
    texts[f"{field}_zh_hans"] = _characters(_HAN, number, 4)
    texts[f"{field}_ja"] = _characters(_KANA, number, 5)
    return {field: texts[f"{field}_en"], **texts}


def name(number: str) -> str:
    """One of 4,096 names."""
    parts = [_pick(_SYLLABLES, f"({number}) * 2654435761 / {2 ** (12 + 4 * place)}") for place in range(3)]
    return f"initcap({' || '.join(parts)})"


_TO = "|| ' ' ||"


def _pick(words: tuple[str, ...], number: str) -> str:
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"(ARRAY[{listed}])[1 + (({number})::bigint % {len(words)})]"


def _characters(alphabet: str, number: str, count: int) -> str:
    return " || ".join(_pick(tuple(alphabet), f"({number}) * {31 + 2 * place} / {place + 1}") for place in range(count))
