"""The figures printed in the article whose claims are checked.

They are claims, not measurements. Only the top-ten tables feed indicators of ours,
and those rows stay labelled as the article's.
"""

from ingest.source import Feed, Source, Table, key, value

TOP_TEN = Table(
    name="top_ten",
    feeds=(Feed("article_top10.csv"),),
    meaning="The ten largest semiconductor makers of four years, as printed",
    rows=(40, 40),
    correctable=("revenue_oku_usd", "share_pct"),
    columns=(
        key("year", "INTEGER", "Ranking year", minimum=1970, maximum=2100),
        key("rank", "INTEGER", "Rank by revenue, as printed", minimum=1, maximum=10),
        value("company_zh", "VARCHAR", "Company, as printed"),
        value("company_en", "VARCHAR", "Company, in English"),
        value("country", "VARCHAR", "Country, as printed"),
        value("country_iso3", "VARCHAR", "Country, ISO 3166-1", pattern="[A-Z]{3}"),
        value(
            "revenue_oku_usd",
            "DECIMAL(12,2)",
            "Revenue, as printed",
            unit="US$ 100 million",
            minimum=0,
        ),
        value(
            "share_pct",
            "DECIMAL(5,1)",
            "Share of the world market, as printed",
            unit="%",
            minimum=0,
            maximum=100,
        ),
    ),
)

RATIOS = Table(
    name="ratios",
    feeds=(Feed("article_ratios.csv"),),
    meaning="The nine balance ratios the article prints, all of Japan",
    rows=(9, 9),
    columns=(
        key("claim_id", "VARCHAR", "Number of the claim", pattern=r"R\d"),
        value("country", "VARCHAR", "Country, ISO 3166-1", allowed=("JPN",)),
        value("series_zh", "VARCHAR", "Series, as printed"),
        value("series_en", "VARCHAR", "Series, in English"),
        value("year", "INTEGER", "Year", minimum=1970, maximum=2100),
        value(
            "year_basis",
            "VARCHAR",
            "Calendar (CY) or fiscal year (FY), not said by the article",
            allowed=("CY (assumed)", "FY (assumed)"),
        ),
        value(
            # Text, because the number of printed decimals matters.
            "value",
            "VARCHAR",
            "Exports over imports, as printed",
            unit="ratio",
            pattern=r"\d{1,2}(\.\d{1,2})?",
        ),
        value("words_in_article", "VARCHAR", "What it says of it", required=False),
        value("source_in_article", "VARCHAR", "The source it names"),
    ),
)

EVENTS = Table(
    name="events",
    feeds=(Feed("article_events.csv"),),
    meaning="The events the article tells, with what others say of them",
    rows=(20, 20),
    columns=(
        key("event_id", "VARCHAR", "Number of the event", pattern=r"E\d{2}"),
        value("date", "VARCHAR", "Date, as precise as it is given"),
        value("date_precision", "VARCHAR", "Precision of the date"),
        value("event_zh", "VARCHAR", "The event, in Chinese"),
        value("event_en", "VARCHAR", "The event, in English"),
        value("kind", "VARCHAR", "Kind of event"),
        value("article_value", "DECIMAL(10,2)", "A figure it gives", required=False),
        value("cross_check", "VARCHAR", "What other sources say", required=False),
    ),
)

SOURCE = Source(
    name="article",
    title="The US-Japan Semiconductor Agreement and Japan's competitiveness",
    tables=(TOP_TEN, RATIOS, EVENTS),
)
