"""What an agency's profile says of an article that a format has read: its id, its marks, its dateline."""

from __future__ import annotations

import re
from typing import Any

from copydesk.parse.article import derived_uri
from copydesk.parse.profile import Profile, Profiles
from copydesk.schemas.article import Article, Dateline, Evidence


def settled(article: Article, profiles: Profiles) -> Article:
    """Return the article with its agency's habits applied, as they were on the day of the story."""
    profile = profiles.of(article.provider)
    changes = _names(article, profiles)
    if profile.name:
        habit = profiles.at(profile, article.versioncreated.date() if article.versioncreated else None)
        changes.update({**_identity(article, habit), **_signals(article, habit), **_dateline(article, habit)})
    return article.model_copy(update=changes) if changes else article


def _names(article: Article, profiles: Profiles) -> dict[str, Any]:
    """The agencies by the one name that their profiles give them, so that a story's key does not hang on the format."""
    sent = {"provider": article.provider, "republisher": article.republisher}
    names: dict[str, str | None] = {
        field: known.provider for field, name in sent.items() if (known := profiles.named(name)) and known.provider
    }
    if names.get("republisher") and names["republisher"] == names.get("provider", article.provider):
        names["republisher"] = None
    return {field: name for field, name in names.items() if name != sent[field]}


def _identity(article: Article, habit: Profile) -> dict[str, Any]:
    """The id without the part that changes with each version, or one made of the field that tells stories apart."""
    if habit.id_field and (told := getattr(article, habit.id_field)):
        return {"uri": derived_uri(habit.name, habit.id_field, str(told).casefold())}
    if not habit.version_in_id:
        return {}
    found = re.search(habit.version_in_id, article.uri)
    if not found or found.start() == 0:
        return {}
    version = found.groupdict().get("version")
    return {
        "uri": article.uri[: found.start()] + article.uri[found.end() :],
        "version": article.version or version,
    }


def _signals(article: Article, habit: Profile) -> dict[str, Any]:
    """Signals by the agency's own marks; a kill cancels."""
    marked = habit.signals((article.headline, article.slugline, article.takekey, article.ednote))
    new = [signal for signal in marked if signal not in article.signals]
    if not new:
        return {}
    evidence = Evidence(rule=f"profile.{habit.name}@1", field="marks")
    changes: dict[str, Any] = {"signals": [*article.signals, *new]}
    told = {"signals": evidence}
    if "kill" in new and article.pubstatus != "canceled":
        changes["pubstatus"] = "canceled"
        told["pubstatus"] = evidence
    return {**changes, "evidence": {**article.evidence, **told}}


def _dateline(article: Article, habit: Profile) -> dict[str, Any]:
    if article.dateline or not habit.dateline_field or not (said := getattr(article, habit.dateline_field)):
        return {}
    evidence = Evidence(rule=f"profile.{habit.name}@1", field=habit.dateline_field)
    return {"dateline": Dateline(text=str(said), evidence=evidence)}
