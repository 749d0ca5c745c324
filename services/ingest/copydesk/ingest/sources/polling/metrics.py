"""Every metric of polling, declared once; the text of each is its reference."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

REQUESTS = Counter(
    "copydesk_poll_fetches_total",
    "URLs that were fetched with all their redirects, by what came of it: `new`, `unchanged`, `listed`, or the kind of the failure.",
    ("stage", "feed", "outcome"),
)
FAILING = Gauge(
    "copydesk_poll_failing",
    "Listings of a feed that failed five times or more, one after the other. The same figure from every worker.",
    ("stage", "feed"),
)
PAGES = Gauge(
    "copydesk_poll_pages_waiting",
    "Pages of a feed's listings that are still to be fetched. The same figure from every worker.",
    ("stage", "feed"),
)
GIVEN_UP = Counter(
    "copydesk_poll_pages_given_up_total",
    "Pages that are not tried any more until their listing says something new of them, by the kind of the last failure.",
    ("stage", "feed", "kind"),
)
