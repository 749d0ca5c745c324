"""Every setting is one that people can find."""

from __future__ import annotations

from pathlib import Path

import pytest
from copydesk.ingest.settings import IngestSettings
from copydesk.runtime.security import DatabaseSecurity, KafkaSecurity
from copydesk.runtime.settings import Settings
from pydantic_settings import BaseSettings

DOCS = "\n".join(page.read_text("utf-8") for page in (Path(__file__).parents[2] / "docs").glob("*.md"))


@pytest.mark.parametrize("settings", [Settings, IngestSettings, KafkaSecurity, DatabaseSecurity])
def test_every_setting_stands_in_the_docs(settings: type[BaseSettings]) -> None:
    names = [f"{settings.model_config['env_prefix']}{field.upper()}" for field in settings.model_fields]
    assert [name for name in names if f"`{name}`" not in DOCS and f"`{name}=" not in DOCS] == []
