import os
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as xml

import pytest
import xmlschema

from tests.titles.media.lineup import every_kind, ladder, picture, sound, subtitles
from titles.media import dash
from titles.media.parts import SoundRole, SubtitleKind

MPD = "{urn:mpeg:dash:schema:mpd:2011}"
XLINK = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
  <xs:attribute name="href" type="xs:anyURI"/>
  <xs:attribute name="actuate" type="xs:string"/>
  <xs:attribute name="type" type="xs:string"/>
  <xs:attribute name="show" type="xs:string"/>
</xs:schema>"""
DUB = sound("en", SoundRole.DUB, "English")
DESCRIBED = sound("en", SoundRole.DESCRIPTION, "English (described)")


@pytest.fixture(scope="session")
def schema(tmp_path_factory):
    """MPEG's own schema, which is not part of this repository."""
    folder = Path(os.environ.get("OCTAVO_CONFORMANCE", "")) / "dash"
    if "OCTAVO_CONFORMANCE" not in os.environ or not (folder / "DASH-MPD.xsd").exists():
        pytest.skip("OCTAVO_CONFORMANCE names no folder with dash/DASH-MPD.xsd, so MPDs were not validated.")
    stub = tmp_path_factory.mktemp("xlink") / "xlink.xsd"
    stub.write_text(XLINK)
    return xmlschema.XMLSchema11(
        str(folder / "DASH-MPD.xsd"),
        locations={"http://www.w3.org/1999/xlink": str(stub)},
        defuse="never",
    )


def choices(manifest: bytes) -> list[xml.Element]:
    return xml.fromstring(manifest).findall(f"{MPD}Period/{MPD}AdaptationSet")  # noqa: S314


def marks(choice: xml.Element, name: str) -> list[str]:
    return [mark.get("value", "") for mark in choice.findall(f"{MPD}{name}")]


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(dash.manifest([picture()]), id="a picture alone"),
        pytest.param(dash.manifest(ladder(), [sound()]), id="no subtitles"),
        pytest.param(dash.manifest(ladder(), [sound(), DUB, DESCRIBED], every_kind()), id="everything"),
    ],
)
def test_the_schema_of_mpeg_has_no_objection(schema, manifest):
    assert [str(error.reason) for error in schema.iter_errors(xml.fromstring(manifest))] == []  # noqa: S314


def test_the_schema_does_object_to_a_label_after_a_role(schema):
    mpd = xml.fromstring(dash.manifest([picture()], [sound()]))  # noqa: S314
    heard = mpd.findall(f"{MPD}Period/{MPD}AdaptationSet")[1]
    label = heard.find(f"{MPD}Label")
    heard.remove(label)
    heard.append(label)

    assert not schema.is_valid(mpd)


def test_rungs_are_one_choice_found_by_byte_ranges():
    rung = picture(1080, 1920, digest="p1", frame_rate=Fraction(30000, 1001))

    (choice,) = choices(dash.manifest([rung, picture()]))
    first = choice.find(f"{MPD}Representation")

    assert len(choice.findall(f"{MPD}Representation")) == 2
    assert first.attrib == {
        "id": "p1",
        "bandwidth": "2100000",
        "codecs": "avc1.64001f",
        "width": "1080",
        "height": "1920",
        "frameRate": "30000/1001",
        "sar": "1:1",
    }
    assert first.findtext(f"{MPD}BaseURL") == "../../packages/p1/stream.mp4"
    assert first.find(f"{MPD}SegmentBase").get("indexRange") == "896-1023"
    assert first.find(f"{MPD}SegmentBase/{MPD}Initialization").get("range") == "0-895"


def test_every_segment_is_marked_as_a_place_to_start():
    for choice in choices(dash.manifest(ladder(), [sound()])):
        assert (choice.get("startWithSAP"), choice.get("subsegmentStartsWithSAP")) == ("1", "1")


def test_the_original_is_main_and_listed_before_its_dubs():
    _, *heard = choices(dash.manifest([picture()], [DUB, sound()]))

    assert [(choice.findtext(f"{MPD}Label"), marks(choice, "Role")) for choice in heard] == [
        ("中文", ["main"]),
        ("English", ["dub"]),
    ]


def test_a_described_sound_is_for_poor_sight():
    _, described = choices(dash.manifest([picture()], [DESCRIBED]))

    assert (marks(described, "Accessibility"), marks(described, "Role")) == (["1"], ["description"])


@pytest.mark.parametrize(
    ("kind", "roles", "accessibility"),
    [
        (SubtitleKind.FULL, ["subtitle"], []),
        (SubtitleKind.SDH, ["caption"], ["2"]),
        (SubtitleKind.FORCED, ["forced-subtitle"], []),
        (SubtitleKind.DUB, ["subtitle"], []),
    ],
)
def test_each_kind_of_subtitles_has_its_role(kind, roles, accessibility):
    _, choice = choices(dash.manifest([picture()], [], [subtitles("es", kind)]))

    assert (marks(choice, "Role"), marks(choice, "Accessibility")) == (roles, accessibility)


def test_subtitles_are_whole_files_beside_the_manifest():
    _, choice = choices(dash.manifest([picture()], [], [subtitles("pt-BR", SubtitleKind.SDH, "Português")]))

    assert (choice.get("lang"), choice.get("mimeType")) == ("pt-BR", "text/vtt")
    assert choice.findtext(f"{MPD}Representation/{MPD}BaseURL") == "pt-BR-sdh.vtt"


def test_a_name_may_hold_what_xml_has_to_escape():
    _, choice = choices(dash.manifest([picture()], [], [subtitles(name="<Amor & odio>")]))

    assert choice.findtext(f"{MPD}Label") == "<Amor & odio>"
