"""The sentences that the program ends with when its exit code is not 0, read from its code.

Python is read as a syntax tree and macros as Jinja's, scripts and the Makefile line by line. Where a value stands in a
sentence, the text here has `...`; what comes before its first word is left out, being a path or a line's number.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[3]

PACKAGES = ("ingest", "warehouse", "grafana", "report", "export", "infra", "local_athena")
"""Not those of developers alone: sample, bench, local_portal."""

SCRIPTS = ("Makefile", "requirements/install.sh", "infra/deploy.sh", "infra/refresh.sh", ".github/release-notes")

SAYERS = {"ArgumentTypeError", "DbtRuntimeError", "OSError", "TimeoutError", "_fail", "failure"}
"""What is called with a sentence that ends a command, beside the project's own `errors`."""

REASONS = {
    "AlreadyInCatalogError", "ApiError", "DamagedBodyError", "DamagedFileError", "NoRouteError", "NotInCatalogError",
    "RefusedError", "SqlTextError", "StatementFailedError", "TrinoError",
}  # fmt: skip
"""Errors that are caught, and stand in another's sentence or in an answer of the local Athena."""

EXPLAINERS = {
    "_bound", "_explain_apostrophe", "_explain_degrees", "_explain_numerals", "_explain_priority", "_explain_seconds",
    "_explain_stamp", "_explain_time", "_of_markup", "_unresolved", "blank_before_mark", "missing_mark",
    "told_too_large", "warning",
}  # fmt: skip
"""Functions and properties whose result is such a sentence, or its end."""

HANDED_ON = ("error", "exception", "str(error)", "str(failure)", "summary.ahead")
"""What an error is made with where the sentence was made before: by another error, or by one of the `EXPLAINERS`."""

PROGRESS = {"Athena is up.", "Starting Trino"}
"""What is printed to stderr while all is well."""


@cache
def sentences() -> list[tuple[str, str]]:
    """Each sentence, and the file that it stands in."""
    return list(_sentences())


def _sentences() -> Iterator[tuple[str, str]]:
    for path, read in _files():
        for text in read(path.read_text()):
            words = re.sub(r"^[.,:; ]+", "", " ".join(text.split()).replace("`", "'"))
            # One without words of its own only joins others.
            if len(re.findall("[A-Za-z]{2,}", words)) > 1 and not words.startswith(tuple(PROGRESS)):
                yield words, str(path.relative_to(ROOT))


def _files() -> Iterator[tuple[Path, Callable[[str], Iterator[str]]]]:
    yield from ((path, _of_python) for path in _modules())
    yield from ((path, _of_macros) for path in sorted((ROOT / "macros").glob("*.sql")))
    yield from ((ROOT / name, _of_script) for name in SCRIPTS)


def _modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@cache
def errors() -> frozenset[str]:
    """The project's own errors that end a command."""
    classes = {
        node.name
        for path in _modules()
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }
    return frozenset(classes - REASONS)


def _of_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in errors() | SAYERS or (name == "print" and "file=sys.stderr" in ast.unparse(node)):
                yield _text(node.args[0])
        elif isinstance(node, ast.FunctionDef) and node.name in EXPLAINERS:
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and part.value:
                    yield _text(part.value)


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.JoinedStr():
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "..." for part in node.values)
        case ast.Tuple(elts=[*_, last]):
            return _text(last)
        case ast.Call(args=[ast.List(elts=[first, *_])]):
            return _text(first)
    source = ast.unparse(node)
    if source in HANDED_ON or any(name in source for name in EXPLAINERS):
        return "..."
    return f"tests/python/docs/sentences.py cannot read `{source}`: write the sentence out, or name what makes it there"


def _of_macros(text: str) -> Iterator[str]:
    tree = Environment(extensions=["jinja2.ext.do"]).parse(text)
    named = {node.target.name: node.node for node in tree.find_all(nodes.Assign) if isinstance(node.target, nodes.Name)}
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr == "raise_compiler_error":
            said = call.args[0]
            yield _macro_text(named.get(said.name, said) if isinstance(said, nodes.Name) else said)


def _macro_text(node: nodes.Node) -> str:
    if isinstance(node, nodes.Const):
        return str(node.value)
    if isinstance(node, nodes.Concat):
        return "".join(_macro_text(part) for part in node.nodes)
    return "..."


def _of_script(text: str) -> Iterator[str]:
    text = re.sub(r"\\\n\s*", "", text)
    said = re.findall(r'\bfail "((?:[^"\\]|\\.)*)"', text) + re.findall(r'echo "((?:[^"\\]|\\.)*)" >&2', text)
    said += [" ".join(re.findall('echo "(.*?)"', lines)) for lines in re.findall(r'((?:echo "[^"]*"; *)+)exit 2', text)]
    for sentence in said:
        unquoted = re.sub(r"\\(.)", r"\1", re.sub(r"^(deploy|refresh): ", "", sentence))
        yield re.sub(r"\$?\$(\{[^}]*\}|\w+)", "...", unquoted)
