import pytest

from localization.formats import Unreadable, read

LINES = {
    "ja": ["私を騙したのね。", "社長、離婚届にサインしてください。", "あなたが本当の相続人だったなんて…"],
    "zh-Hans": ["你骗了我。", "总裁，请签离婚协议。", "原来你才是真正的继承人！"],
    "zh-Hant": ["你騙了我。", "總裁，請簽離婚協議。", "原來你才是真正的繼承人！"],
    "ko": ["나를 속였군요.", "회장님, 이혼 서류에 서명해 주세요.", "당신이 진짜 상속자였다니!"],
    "ar": ["لقد كذبت علي.", "سيدي، وقع على أوراق الطلاق.", "أنت الوريث الحقيقي!"],
    "he": ["שיקרת לי.", "חתום על מסמכי הגירושין.", "אתה היורש האמיתי!"],
    "ru": ["Ты солгал мне.", "Подпишите документы о разводе.", "Так это ты настоящий наследник!"],
    "uk": ["Ти збрехав мені.", "Підпишіть документи про розлучення.", "То це ти справжній спадкоємець!"],
    "el": ["Μου είπες ψέματα.", "Υπογράψτε το διαζύγιο.", "Είσαι ο αληθινός κληρονόμος!"],
    "th": ["คุณโกหกฉัน", "ท่านประธาน เซ็นใบหย่าด้วย", "คุณคือทายาทตัวจริง!"],
    "tr": ["Bana yalan söyledin.", "Boşanma belgelerini imzalayın.", "Gerçek varis sensin!"],
    "pl": ["Okłamałeś mnie.", "Proszę podpisać dokumenty rozwodowe.", "To ty jesteś prawdziwym spadkobiercą!"],
    "cs": ["Lhal jsi mi.", "Podepište rozvodové papíry.", "Ty jsi skutečný dědic!"],
    "lt": ["Tu man melavai.", "Pasirašykite skyrybų dokumentus.", "Nenoriu tavęs daugiau matyti."],
    "fr": ["Tu m’as menti.", "Où est-elle ?", "C’est toi l’héritier…"],
    "pt-BR": ["Você mentiu para mim.", "Assine os papéis do divórcio.", "Não quero te ver nunca mais."],
}
LEGACY = [
    *[("ja", encoding) for encoding in ("shift_jis", "cp932", "euc_jp", "iso2022_jp")],
    *[("zh-Hans", encoding) for encoding in ("gb2312", "gbk", "gb18030")],
    *[("zh-Hant", encoding) for encoding in ("big5", "cp950")],
    *[("ko", encoding) for encoding in ("euc_kr", "cp949")],
    *[("ar", encoding) for encoding in ("cp1256", "iso8859-6")],
    *[("he", encoding) for encoding in ("cp1255", "iso8859-8")],
    *[("ru", encoding) for encoding in ("cp1251", "koi8-r", "cp866", "iso8859-5")],
    *[("uk", encoding) for encoding in ("cp1251", "koi8-u")],
    *[("el", encoding) for encoding in ("cp1253", "iso8859-7")],
    *[("th", encoding) for encoding in ("cp874", "tis-620")],
    *[("pl", encoding) for encoding in ("cp1250", "iso8859-2")],
    *[("cs", encoding) for encoding in ("cp1250", "iso8859-2")],
    *[("tr", "cp1254"), ("lt", "cp1257"), ("fr", "cp1252"), ("pt-BR", "cp1252")],
]
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def srt_of(lines: list[str]) -> str:
    cues = (f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{line}\n" for n, line in enumerate(lines, start=1))
    return "\n".join(cues)


def texts(data: bytes, language: str | None = None) -> list[str]:
    return [cue.text for cue in read(data, filename="a.srt", language=language).cues]


@pytest.mark.parametrize(("language", "encoding"), LEGACY)
def test_three_cues_are_enough_to_tell_the_encodings_of_a_language_apart(language, encoding):
    assert texts(srt_of(LINES[language]).encode(encoding), language) == LINES[language]


@pytest.mark.parametrize(("language", "encoding"), [("zh-Hans", "gbk"), ("zh-Hant", "big5")])
def test_chinese_of_no_named_script_is_told_by_the_detector(language, encoding):
    assert texts(srt_of(LINES[language]).encode(encoding), "zh") == LINES[language]


@pytest.mark.parametrize("tag", ["zh-TW", "zh_tw", "zh-Hant-HK"])
def test_region_may_name_the_script(tag):
    assert texts(srt_of(LINES["zh-Hant"]).encode("big5"), tag) == LINES["zh-Hant"]


@pytest.mark.parametrize("encoding", UNICODE)
@pytest.mark.parametrize("language", LINES)
def test_unicode_needs_no_language(language, encoding):
    data = srt_of(LINES[language]).encode(encoding)

    document = read(data, filename="a.srt")

    assert [cue.text for cue in document.cues] == LINES[language]
    assert document.repairs == []


@pytest.mark.parametrize(
    ("data", "language", "encoding"),
    [
        (srt_of(LINES["fr"]).encode(), None, "utf-8"),
        (srt_of(LINES["fr"]).encode("utf-8-sig"), None, "utf-8-sig"),
        (srt_of(LINES["fr"]).encode("utf-16-le"), None, "utf-16-le"),
        (srt_of(LINES["fr"]).encode("cp1252"), "fr", "cp1252"),
        (srt_of(LINES["ja"]).encode("shift_jis"), "ja", "cp932"),
    ],
)
def test_encoding_is_the_name_of_the_codec_that_reads_the_file(data, language, encoding):
    assert read(data, filename="a.srt", language=language).encoding == encoding


def test_guessed_encoding_is_said():
    document = read(srt_of(LINES["ja"]).encode("shift_jis"), filename="a.srt", language="ja")

    assert document.repairs == ["The file is not UTF-8 and was read as cp932; check that the cues read well."]


def test_webvtt_in_a_legacy_encoding_is_read_as_well():
    data = "WEBVTT\n\n00:00.000 --> 00:01.000\nOù est-elle ?\n".encode("cp1252")

    assert read(data, filename="a.vtt", language="fr").cues[0].text == "Où est-elle ?"


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "iso2022_jp"])
def test_without_a_language_the_person_is_asked_to_name_it(encoding):
    with pytest.raises(Unreadable, match="Name the language of the subtitles, or save the file as UTF-8") as refusal:
        read(srt_of(LINES["ja"]).encode(encoding), filename="a.srt")

    assert refusal.value.line == 3


def test_language_with_no_older_encoding_asks_for_utf8():
    with pytest.raises(Unreadable, match="for hi nothing else is read. Save it as UTF-8"):
        read(srt_of(["caf\xe9"]).encode("cp1252"), filename="a.srt", language="hi")


def test_bytes_that_fit_no_encoding_of_the_language_are_refused():
    with pytest.raises(Unreadable, match="neither UTF-8 nor cp949, the encodings used for ko"):
        read(srt_of(["x"]).encode() + b"\xff\xff\xff", filename="a.srt", language="ko")


def test_picture_named_srt_is_no_text():
    with pytest.raises(Unreadable, match="This is not a text file"):
        read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\xd2", filename="a.srt", language="en")


def test_damaged_utf8_keeps_its_good_characters():
    lines = ["Où est l’héritière ? À côté, là-bas, éplorée."] * 5
    data = srt_of(lines).encode().replace("À".encode(), b"\xc3", 1)

    document = read(data, filename="a.srt", language="fr")

    assert document.cues[0].text == "Où est l’héritière ? \ufffd côté, là-bas, éplorée."
    assert document.cues[1].text == lines[1]
    assert document.repairs == ["Line 3: a damaged character shows as \ufffd."]


def test_damaged_file_with_a_byte_order_mark_is_refused():
    with pytest.raises(Unreadable, match="says it is UTF-16, but its bytes are damaged"):
        read(b"\xff\xfe\x00\xd8\x00", filename="a.srt")
