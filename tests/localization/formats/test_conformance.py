"""The W3C's own WebVTT cases, read in place.

Their files are not ours to copy; README.txt beside them explains how the expectations are written.
"""

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from localization.formats import Cue, Document, cue_text, read
from localization.formats.clock import clock
from localization.formats.cue_settings import box, layout

FILE_CASES = 37
CUE_TEXT_CASES = 77

FOLDER = Path(os.environ.get("OCTAVO_CONFORMANCE", "")) / "webvtt"
if not os.environ.get("OCTAVO_CONFORMANCE") or not FOLDER.is_dir():
    pytest.skip(
        f"{FILE_CASES + CUE_TEXT_CASES} W3C WebVTT cases skipped: OCTAVO_CONFORMANCE names no folder with webvtt/",
        allow_module_level=True,
    )

FILES = json.loads((FOLDER / "file-parsing-expected.json").read_bytes())["cases"]
CUE_TEXTS = [
    pytest.param(case["text"], case["expectedTree"], id=f"{group}-{number}")
    for group, cases in json.loads((FOLDER / "cue-text-expected.json").read_bytes()).items()
    for number, case in enumerate(cases)
]


def read_case(name: str) -> Document:
    return read((FOLDER / "file-parsing" / f"{name}.vtt").read_bytes(), filename=f"{name}.vtt")


def seen(document: Document, path: str) -> Any:
    """Return what a browser shows at ``path``, for example ``cues[0].region.regionAnchorX``."""
    if path == "cues.length":
        return len(document.cues)
    index, _, attribute = path.removeprefix("cues[").partition("].")
    return in_browser(document, document.cues[int(index)])[attribute]


def in_browser(document: Document, cue: Cue) -> dict[str, Any]:
    place = layout(cue.settings, document.regions)
    attributes = {
        "text": cue.text,
        "id": cue.identifier,
        "startTime": cue.start_ms / 1000,
        "endTime": cue.end_ms / 1000,
        "align": place.align,
        "line": "auto" if place.line is None else place.line,
        "lineAlign": place.line_align,
        "snapToLines": place.snap_to_lines,
        "position": "auto" if place.position is None else place.position,
        "positionAlign": place.position_align,
        "size": place.size,
        "vertical": place.vertical,
        "pauseOnExit": False,
        "region": place.region,
    }
    if place.region:
        region = box(place.region)
        attributes |= {
            "region.lines": region.lines,
            "region.scroll": "up" if region.scrolls_up else "",
            "region.regionAnchorX": region.anchor[0],
            "region.regionAnchorY": region.anchor[1],
            "region.viewportAnchorX": region.viewport_anchor[0],
            "region.viewportAnchorY": region.viewport_anchor[1],
        }
    return attributes


def holds(document: Document, check: dict[str, Any]) -> bool:
    actual = seen(document, check["path"])
    if check["op"] == "not_null":
        return actual is not None
    if check["op"] == "same":
        return actual is seen(document, check["ref"])
    if check["op"] == "not_same":
        return actual is not seen(document, check["ref"])
    if isinstance(actual, float) and not isinstance(check["value"], str):
        return math.isclose(actual, check["value"], rel_tol=1e-15)  # a browser holds times and lines as doubles
    return bool(actual == check["value"])


def as_dump(nodes: list[cue_text.Node], depth: int = 0) -> list[str]:
    """Return a tree as html5lib writes one: a line each, two blanks deeper per level."""
    lines = []
    indent = "| " + "  " * depth
    for node in nodes:
        if isinstance(node, cue_text.Text):
            lines.append(f'{indent}"{node.value}"')
        elif isinstance(node, cue_text.Timestamp):
            lines.append(f"{indent}<?timestamp {clock(node.time_ms)}>")
        else:
            lines += [indent + line for line in span_lines(node.span)]
            lines += as_dump(node.children, depth + 1)
    return lines


def span_lines(span: cue_text.Span) -> list[str]:
    lines = ["<span>" if span.name in ("c", "v", "lang") else f"<{span.name}>"]
    if span.classes:
        lines.append(f'  class="{" ".join(span.classes)}"')
    if span.name == "lang":
        lines.append(f'  lang="{span.language}"')
    if span.name == "v":
        lines.append(f'  title="{span.voice}"')
    return lines


def test_all_cases_are_here():
    assert (len(FILES), len(CUE_TEXTS)) == (FILE_CASES, CUE_TEXT_CASES)


@pytest.mark.parametrize("name", FILES)
def test_file_is_read_as_browsers_read_it(name):
    document = read_case(name)

    assert [check for check in FILES[name] if not holds(document, check)] == []


@pytest.mark.parametrize(("text", "tree"), CUE_TEXTS)
def test_cue_text_has_the_tree_that_browsers_build(text, tree):
    payload = text.removesuffix("\n")
    data = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{payload}\n".encode()

    cue = read(data, filename="case.vtt").cues[0]

    assert "\n".join(as_dump(cue_text.parse(cue.text))) == tree.removesuffix("\n")
