from copydesk.enrich.enrichers.entities import ENRICHER
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Entity


def test_whom_the_provider_names_beside_the_text_is_kept() -> None:
    given = [Entity(name="Oslo", type="place", latitude=59.9, longitude=10.7), Entity(name="Berlin", type="place")]
    article = Article(uri="urn:x", format="ninjs", language="en", body="The mayor of Berlin spoke.", entities=given)
    names = [entity.name for entity in ENRICHER.find(article, Knowledge())["entities"]]
    assert names.count("Berlin") == 1
    assert names[-1] == "Oslo"
