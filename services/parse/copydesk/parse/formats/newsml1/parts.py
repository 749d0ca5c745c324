"""NewsML 1.x's way of saying things: formal names, properties, parties (NewsML 1.2 Functional Specification, section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from copydesk.parse.plain import line
from copydesk.parse.xml import Element, attribute, child, children, descendants, local, text


def formal(element: Element | None, *path: str) -> str | None:
    """Return the formal name at the end of the path."""
    return attribute(child(element, *path) if path else element, "FormalName")


def party(element: Element | None, *path: str) -> str | None:
    """Return what the first party at the end of the path is called: its organisation, else its formal name."""
    found = child(element, *path, "Party")
    organisation = next(
        (attribute(p, "Value") for p in children(found, "Property") if formal(p) == "Organization"), None
    )
    return formal(found) or organisation or text(found)


def properties(elements: Iterable[Element | None], *names: str) -> Iterator[str]:
    """Yield the values of the properties of these names (without case), at any depth below the elements."""
    wanted = {name.casefold() for name in names}
    for element in elements:
        for item in descendants(element, "Property"):
            value = attribute(item, "Value", "ValueRef")
            if value and (formal(item) or "").casefold() in wanted:
                yield value


def lines_of(components: Iterable[Element], *names: str) -> Iterator[str]:
    """Yield what the news lines of these names say, over all components, in order."""
    for component in components:
        for element in children(child(component, "NewsLines"), *names):
            if told := line(text(element) or ""):
                yield told


def news_lines(components: Iterable[Element]) -> dict[str, list[str]]:
    """Return what all news lines of the components say, in order, by the line's name."""
    found: dict[str, list[str]] = {}
    for component in components:
        for element in children(child(component, "NewsLines"), "*"):
            if said := line(text(element) or ""):
                found.setdefault(local(element), []).append(said)
    return found


def stated(elements: Iterable[Element | None]) -> dict[str, list[str]]:
    """Return the values of all properties below the elements, in order, by the property's name in lower case."""
    found: dict[str, list[str]] = {}
    for element in elements:
        for item in descendants(element, "Property"):
            value, name = attribute(item, "Value", "ValueRef"), formal(item)
            if value and name:
                found.setdefault(name.casefold(), []).append(value)
    return found


def values(said: dict[str, list[str]], *names: str) -> list[str]:
    """Return what is said under these names (of properties in lower case), in the order of the names."""
    return [value for name in names for value in said.get(name, ())]


def first(values: Iterable[str | None]) -> str | None:
    """Return the first value that says something."""
    return next((value for value in values if value), None)
