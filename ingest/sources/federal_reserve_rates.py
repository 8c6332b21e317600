"""Annual average exchange rates: Federal Reserve, release G.5A.

Units of a currency for one US dollar, the euro too (the release prints US dollars for
one euro; the compiler of the file has turned them over).
"""

from ingest.source import Column, Feed, Source, Table, key, value


def _rate(name: str, currency: str, least: float, most: float) -> Column:
    # Within the bounds every year since 1971; a slip by a factor of ten is not.
    return value(
        name,
        "DECIMAL(10,4)",
        f"{currency}, mean of the year's daily noon rates",
        required=False,
        unit=f"{name[:3].upper()} per USD",
        minimum=least,
        maximum=most,
    )


ANNUAL_AVERAGES = Table(
    name="annual_averages",
    feeds=(Feed("fx_annual.csv"),),
    meaning="Annual average rates for one US dollar",
    rows=(55, 200),
    period="year",
    columns=(
        key("year", "INTEGER", "Calendar year", minimum=1971, maximum=2100),
        _rate("eur_per_usd", "Euro", 0.5, 1.5),
        _rate("jpy_per_usd", "Japanese yen", 70, 400),
        _rate("krw_per_usd", "South Korean won", 400, 2500),
        _rate("twd_per_usd", "New Taiwan dollar", 20, 50),
    ),
)

SOURCE = Source(
    name="federal_reserve_rates",
    title="Foreign exchange rates, annual averages (G.5A)",
    tables=(ANNUAL_AVERAGES,),
    calendar="in the first days of January",
)
