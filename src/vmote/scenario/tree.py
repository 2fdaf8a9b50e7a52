# SPDX-License-Identifier: Apache-2.0
"""YAML as plain data that remembers where each part was written, read within bounds.

Built from parse events, not by PyYAML's constructors: no tag can make an object, no nesting can exhaust the stack, no
alias can multiply memory, and `yes`, `no`, `on` and `07:00` stay the words and times people mean (YAML 1.2).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from vmote.errors import BadInput

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000  # after aliases are written out

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Mark:
    """A place in a file, counted from 1."""

    line: int
    column: int


@dataclass
class Node:
    """A value and where it, its keys and its children were written."""

    value: Any
    mark: Mark
    size: int = 1
    keys: dict[str, Mark] = field(default_factory=dict)
    children: dict[str | int, Node] = field(default_factory=dict)
    depth: int = 1


_INT = re.compile(r"^[-+]?[0-9]+$")
_HEX = re.compile(r"^0x[0-9a-fA-F]+$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")


def _scalar(text: str, plain: bool) -> Any:
    """Resolve a scalar as YAML 1.2's core schema does; NaN and infinity stay text, for nobody means them."""
    if not plain:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if len(text) < 64:
        if _INT.match(text):
            return int(text)
        if _HEX.match(text):
            return int(text, 16)
        if _FLOAT.match(text) and abs(number := float(text)) != float("inf"):
            return number
    return text


def read_text(path: Path) -> str:
    """Return a text file's contents: UTF-8 or UTF-16 with a BOM, any line ends, and not beyond the size limit."""
    try:
        if not path.is_file():
            what = "is not a regular file" if path.exists() else "does not exist"
            raise BadInput(f"the scenario {what}", where=str(path), hint="name a .yaml file, see `vmote scenario new`")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(f"the scenario cannot be read: {error.strerror}", where=str(path)) from error
    if len(raw) > MAX_BYTES:
        raise BadInput(
            f"the scenario is larger than {MAX_BYTES} bytes",
            where=str(path),
            hint="put recorded data into a CSV or WAV file and name it under `recording:`",
        )
    return decode(raw, str(path))


def decode(raw: bytes, where: str) -> str:
    """Decode UTF-8, or UTF-16 and UTF-32 where a byte-order mark says so."""
    marks = [(codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig")]
    marks += [(codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
    encoding = next((name for mark, name in marks if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8 (in most editors: Save with encoding, UTF-8)"
        raise BadInput(f"line {line} holds bytes that are not {encoding}", where=where, hint=hint) from error


def parse(text: str, where: str) -> Node:
    """Return the one document of a YAML text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return _Builder(where).build(text)
    except yaml.YAMLError as error:
        raise _explain(error, where) from error
    except RecursionError as error:
        raise BadInput(f"the file nests deeper than {MAX_DEPTH} levels", where=where) from error


def _explain(error: yaml.YAMLError, where: str) -> BadInput:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        what = ", ".join(part for part in (error.context, error.problem) if part)
        return BadInput(
            f"this is not YAML: {what}",
            where=f"{where}:{mark.line + 1}:{mark.column + 1}",
            hint="check indentation, quotes and brackets on this line and the one before",
        )
    return BadInput(f"this is not YAML: {' '.join(str(error).split())}", where=where)


@dataclass
class _Open:
    """A collection whose end has not come yet."""

    node: Node
    anchor: str | None
    key: str | None = None
    key_mark: Mark | None = None


class _Builder:
    def __init__(self, where: str) -> None:
        self.where = where
        self.anchors: dict[str, Node] = {}
        self.open: list[_Open] = []
        self.opening: set[str] = set()
        self.total = 0
        self.root: Node | None = None

    def build(self, text: str) -> Node:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        documents = 0
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.bad(event, "a second document starts here", "one file is one scenario: remove the `---`")
            elif isinstance(event, yaml.ScalarEvent):
                plain = event.implicit[0] and event.style in (None, "")
                self.check_tag(event)
                self.add(event, Node(_scalar(event.value, plain), self.mark(event)), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self.alias(event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self.check_tag(event)
                self.start(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.end(event)
        if self.root is None:
            raise BadInput("the file is empty", where=self.where, hint="start one with `vmote scenario new weather`")
        return self.root

    def mark(self, event: yaml.Event) -> Mark:
        start = event.start_mark
        return Mark(start.line + 1, start.column + 1) if start else Mark(1, 1)

    def bad(self, event: yaml.Event, what: str, hint: str = "") -> BadInput:
        mark = self.mark(event)
        return BadInput(what, where=f"{self.where}:{mark.line}:{mark.column}", hint=hint)

    def check_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag and event.tag not in ("!",):
            raise self.bad(event, f"the tag {event.tag!r} means nothing here", "write the plain value without a tag")

    def start(self, event: yaml.CollectionStartEvent) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise self.bad(event, f"the file nests deeper than {MAX_DEPTH} levels")
        if self.open and isinstance(self.open[-1].node.value, dict) and self.open[-1].key is None:
            raise self.bad(event, "a key is a list or a mapping", "keys are words: quote this one or indent it")
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.open.append(_Open(Node(value, self.mark(event)), event.anchor))
        if event.anchor:
            self.opening.add(event.anchor)
            self.anchors.pop(event.anchor, None)

    def end(self, event: yaml.Event) -> None:
        done = self.open.pop()
        if done.anchor:
            self.opening.discard(done.anchor)
        self.add(event, done.node, done.anchor)

    def alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor
        if name in self.opening:
            raise self.bad(event, f"*{name} stands inside what it names: the file would be endless")
        if name not in self.anchors:
            raise self.bad(event, f"*{name} is used before &{name} is written")
        known = self.anchors[name]
        if len(self.open) + known.depth > MAX_DEPTH:
            raise self.bad(event, f"with its aliases written out, the file nests deeper than {MAX_DEPTH} levels")
        # Shared, not copied: memory stays small while the count sees what writing it out would take.
        self.count(event, known.size - 1)
        self.add(event, Node(known.value, self.mark(event), known.size, known.keys, known.children, known.depth), None)

    def count(self, event: yaml.Event, nodes: int) -> None:
        self.total += nodes
        if self.total > MAX_NODES:
            raise self.bad(
                event,
                f"the file has more than {MAX_NODES} values, aliases written out",
                "use `repeat:` for what repeats, and a CSV or WAV file for recorded data",
            )

    def add(self, event: yaml.Event, node: Node, anchor: str | None) -> None:
        self.count(event, 1)
        if anchor:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        parent = top.node
        if isinstance(parent.value, list):
            parent.children[len(parent.value)] = node
            parent.value.append(node.value)
        elif top.key is None:
            self.key(event, top, node)
            return
        else:
            parent.children[top.key] = node
            parent.value[top.key] = node.value
            top.key = None
        parent.size += node.size
        parent.depth = max(parent.depth, node.depth + 1)

    def key(self, event: yaml.Event, top: _Open, node: Node) -> None:
        if isinstance(node.value, dict | list):
            raise self.bad(event, "a key is a list or a mapping", "keys are words: quote this one or indent it")
        name = event.value if isinstance(event, yaml.ScalarEvent) else str(node.value)
        if name == "<<":
            raise self.bad(event, "merge keys (<<) are not understood", "use an alias for the whole value instead")
        if name in top.node.keys:
            first = top.node.keys[name]
            raise self.bad(event, f"{name!r} is written twice, first on line {first.line}", "remove or rename one")
        top.key = name
        top.node.keys[name] = node.mark


def locate(root: Node, loc: Loc) -> tuple[Mark, Node, str]:
    """Return where a path into the data was written, the innermost node on it, and the path as a person says it."""
    node, mark, said = root, root.mark, ""
    for step in loc:
        if step in node.children:
            mark = node.keys.get(str(step), node.children[step].mark)
            node = node.children[step]
            said += f"[{step}]" if isinstance(step, int) else f".{step}" if said else str(step)
        elif isinstance(step, str) and step in node.keys:
            mark = node.keys[step]
            said += f".{step}" if said else step
    return mark, node, said
