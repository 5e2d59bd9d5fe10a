"""The pages, a module each, in the order of the links.

A page's name is that of its module, of the folder of its marts (`models/marts/`), and of `page` in the register.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A page of the list.

    Attributes:
        about: The start of its description.
        slug: In its address and the names of its files; "" is the name, with dashes.
    """

    name: str
    title: str
    about: str
    slug: str = ""

    @property
    def number(self) -> int:
        """Its place, from 1."""
        return PAGES.index(self) + 1

    @property
    def numbered_title(self) -> str:
        """As a reader sees it in the links."""
        return f"{self.number} {self.title}"

    @property
    def uid(self) -> str:
        """Grafana's key of it."""
        return f"dispatch-{self._slug}"

    @property
    def file(self) -> str:
        """Name of its files, without suffix."""
        return f"{self.number}-{self._slug}"

    @property
    def _slug(self) -> str:
        return self.slug or self.name.replace("_", "-")


PAGES = (
    Entry("overview", "Overview", "Which cities, which types, how urgent"),
    Entry("places", "Places", "Streets, hot spots, junctions"),
    Entry("dispositions", "Dispositions", "How incidents end"),
    Entry("response_times", "Response times", "How long until the first unit arrives"),
    Entry("clearance_times", "Clearance times", "How long from the first arrival until the last unit has left"),
    Entry("patterns", "Patterns over time", "By hour, weekday and month"),
    Entry("quality", "Data quality", "Missing times, freshness and completeness of the data", slug="data-quality"),
    Entry("response_by_area", "Response by area", "From the call to the first unit, by area and against a year before"),
    Entry("streets", "Streets and addresses", "Streets from month to month, addresses that call again and again"),
    Entry("incidents", "Incidents", "The incidents behind a number"),
)
BY_NAME = {page.name: page for page in PAGES}
