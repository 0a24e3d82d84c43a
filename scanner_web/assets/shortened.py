"""A JavaScript minifier for our own modules: drops comments and idle space, shortens names.

It knows as much of ECMAScript as our modules use (§12: tokens; a slash begins a regular expression where an
operand is due). Only names that are declared here are shortened, never those of members (`{ name }` becomes
`{ name: a }`). The tests run what comes out of here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

Token = tuple[str, str]

_TOKEN: Final = re.compile(
    r"(?P<space>(?:\s|//[^\n]*|/\*.*?\*/)+)"
    r"|(?P<string>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<word>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)"
    r"|(?P<mark>=>|\.\.\.|\?\?|\?\.|[-+]{2}|[*<>=!&|]{2,3}=?|.)",
    re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEMPLATE: Final = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_OPERAND_BEFORE: Final = frozenset({")", "]", "}", "word", "number", "string", "regex", "`"})
_BEFORE_OPERAND: Final = frozenset({"return", "typeof", "case", "in", "of", "await", "yield"})
_LETTERS: Final = "etnraioscldupmhgfybvwkxjqzETNRAIOSCLDUPMHGFYBVWKXJQZ"
_DECLARES: Final = frozenset({"const", "let", "function", "class"})
_BEFORE_MEMBERS: Final = frozenset(
    {"(", ",", "=", ":", "[", "?", "...", "return", "yield", "const", "let", "export"}
)
"""What stands before the brace of an object or of a pattern; before a block stand `)`, `=>`, `else` …"""
_NO_BREAK_AFTER: Final = frozenset("{};,([:?=+*&|<>!.") | {"=>", "&&", "||", "??", "===", "!=="}
_NO_BREAK_BEFORE: Final = frozenset("}),;.:?]") | {"&&", "||", "?.", "==="}


def shortened(script: str, *, rename: bool = True) -> str:
    """The same program in fewer bytes."""
    tokens = list(_tokens(script))
    members, alone, exported = _members(tokens) if rename else (set(), set(), set())
    parts: list[str] = []
    for at, (names, (kind, text)) in enumerate(_named(tokens, exported, rename=rename)):
        if kind == "space":
            parts.append(_space(text, tokens, at))
        elif kind == "word" and at not in members and text in names:
            parts.append(f"{text}:{names[text]}" if at in alone else names[text])
        else:
            parts.append(text)
    return "".join(parts).strip() + "\n"


def _tokens(script: str) -> Iterator[Token]:
    """Tokens with `template` for the text parts of templates; brackets inside `${}` are tracked."""
    at, before, open_braces = 0, "", [0]
    while at < len(script):
        if script[at] == "/" and before not in _OPERAND_BEFORE and (found := _REGEX.match(script, at)):
            kind = "regex"
        elif script[at] == "`" or (script[at] == "}" and open_braces[-1] == 0 and len(open_braces) > 1):
            if script[at] == "}":
                open_braces.pop()
            end = _TEMPLATE.match(script, at + 1).end()  # type: ignore[union-attr]
            through = end + (2 if script.startswith("${", end) else 1)
            if through == end + 2:
                open_braces.append(0)
            yield "template", script[at:through]
            at, before = through, "" if through == end + 2 else "`"
            continue
        else:
            found = _TOKEN.match(script, at)
            kind = str(found.lastgroup) if found else ""
        text = found[0] if found else script[at]
        open_braces[-1] += (text == "{") - (text == "}")
        yield kind, text
        at += len(text)
        if kind != "space":
            before = text if kind == "mark" or text in _BEFORE_OPERAND else kind


def _neighbours(tokens: list[Token], at: int) -> tuple[str, str]:
    """The texts of the tokens before and after, spaces left out."""
    before = next((text for kind, text in reversed(tokens[max(0, at - 2) : at]) if kind != "space"), "")
    after = next((text for kind, text in tokens[at + 1 : at + 3] if kind != "space"), "")
    return before, after


def _named(
    tokens: list[Token], exported: set[str], *, rename: bool
) -> Iterator[tuple[dict[str, str], Token]]:
    """Each token with the new names that hold where it stands: the module's, and its declaration's own."""
    if not rename:
        yield from (({}, token) for token in tokens)
        return
    parts = list(_declarations(tokens))
    outer = {name for part in parts for name in _declares(part)}
    words = Counter(text for kind, text in tokens if kind == "word")
    shared = _new_names(words, outer - exported, _LETTERS, set(words))
    for part in parts:
        inner = Counter(text for kind, text in part if kind == "word")
        taken = {shared.get(text, text) for text in inner}
        names = shared | _new_names(inner, _declared(part) - outer - exported, "", taken)
        yield from ((names, token) for token in part)


def _declarations(tokens: list[Token]) -> Iterator[list[Token]]:
    """The program cut after each statement that is in no bracket."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        part.append(token)
        kind, text = token
        if kind == "template":
            depth += text.endswith("${") - text.startswith("}")
        elif kind == "mark":
            depth += (text in "([{") - (text in ")]}")
            if depth == 0 and text in {";", "}"}:
                yield part
                part = []
    yield part


def _declares(part: list[Token]) -> Iterator[str]:
    """The names that a declaration brings into the module: `const a = 1, b = 2` two of them."""
    solid = [token for token in part if token[0] != "space" and token[1] not in {"async", "*", "export"}]
    if not solid or solid[0][1] not in _DECLARES:
        return
    yield solid[1][1]
    depth = 0
    for (kind, text), (_, after) in pairwise(solid):
        depth += (kind == "mark") * ((text in "([{") - (text in ")]}"))
        depth += (kind == "template") * (text.endswith("${") - text.startswith("}"))
        if depth == 0 and text == ",":
            yield after


def _new_names(words: Counter[str], wanted: set[str], begin: str, taken: set[str]) -> dict[str, str]:
    free = (name for name in _short_names(begin) if name not in taken)
    worth = sorted((name for name in wanted if len(name) > 1), key=lambda name: (-words[name], name))
    return dict(zip(worth, free, strict=False))


def _short_names(begin: str) -> Iterator[str]:
    """Names of one letter, or of two where the module's own begin with one of `begin`."""
    yield from "" if begin else _LETTERS
    yield from (f"{first}{second}" for first in begin or _LETTERS for second in _LETTERS)


def _members(tokens: list[Token]) -> tuple[set[int], set[int], set[str]]:
    """Where words are members (after a dot, keys, methods), where they are both member and name
    (`{ name }`), and the names that leave the module."""
    members: set[int] = set()
    alone: set[int] = set()
    exported: set[str] = set()
    brackets: list[tuple[str, int]] = []
    for at, (kind, text) in enumerate(tokens):
        if kind != "word":
            members.update(_bracket(tokens, at, brackets))
            continue
        before, after = _neighbours(tokens, at)
        opened = brackets[-1][0] if brackets and before in {"{", ","} else ""
        if before in {".", "?."} or (opened in _BEFORE_MEMBERS and after == ":"):
            members.add(at)
        elif opened == "export":
            exported.add(text)
        elif opened in _BEFORE_MEMBERS and after in {",", "}", "="}:
            alone.add(at)
    return members, alone, exported


def _bracket(tokens: list[Token], at: int, brackets: list[tuple[str, int]]) -> Iterator[int]:
    """Keep the stack of open brackets (what stood before each brace, where); yield a method's name."""
    kind, text = tokens[at]
    before, after = _neighbours(tokens, at)
    if kind == "template":
        # `${` opens what only the next part of the template closes
        brackets[len(brackets) - text.startswith("}") :] = [("", at)] * text.endswith("${")
    elif kind == "mark" and text in "([{":
        brackets.append((before if text == "{" and before in _BEFORE_MEMBERS else "", at))
    elif kind == "mark" and text in ")]}":
        _, start = brackets.pop()
        if text == ")" and after == "{" and _is_method(tokens, start - 1):
            yield start - 1


def _is_method(tokens: list[Token], at: int) -> bool:
    return tokens[at][0] == "word" and _neighbours(tokens, at)[0] not in {"function", "*"}


def _declared(tokens: list[Token]) -> set[str]:
    """Names after a declaring word, parameters, and members of destructured arrays."""
    solid = [token for token in tokens if token[0] != "space"]
    found = {
        after for (_, before), (kind, after) in pairwise(solid) if before in _DECLARES and kind == "word"
    }
    opened: list[int] = []
    for at, (kind, text) in enumerate(solid):
        if kind == "mark" and text in {"(", "["}:
            opened.append(at)
        elif kind == "mark" and text in {")", "]"}:
            start, after = opened.pop(), solid[at + 1][1] if at + 1 < len(solid) else ""
            if after in ({"=>", "{"} if text == ")" else {"=", "of"}):
                inside = solid[start + 1 : at]
                found |= {text for kind, text in inside if kind == "word"}
        elif text == "=>" and solid[at - 1][0] == "word":
            found.add(solid[at - 1][1])
    return found - _RESERVED


_NOT_NAMES: Final = """
async await break case catch class const constructor continue default delete do else export extends false
finally for from function get globalThis if import in instanceof let new null of return set static super
switch this throw true try typeof undefined var void while yield Array BigInt Blob Boolean Date Error
JSON Map Math Number Object Promise RegExp Set String TextDecoder TextEncoder URL URLSearchParams
Uint8Array atob btoa console crypto document fetch location performance
BarcodeDetector WebAssembly Worker addEventListener createImageBitmap isSecureContext navigator postMessage
setTimeout wx
"""
_RESERVED: Final = frozenset(_NOT_NAMES.split())


def _space(text: str, tokens: list[Token], at: int) -> str:
    """The least that keeps the neighbours apart; a line's end stays where it might end a statement."""
    before = tokens[at - 1] if at else ("mark", "{")
    after = tokens[at + 1] if at + 1 < len(tokens) else ("mark", "}")
    if "\n" in text:
        return "" if before[1] in _NO_BREAK_AFTER or after[1] in _NO_BREAK_BEFORE else "\n"
    apart = {before[0], after[0]} <= {"word", "number"} or before[1][-1:] == after[1][:1]
    return " " if apart and before[1] not in _NO_BREAK_AFTER - {"+"} else ""
