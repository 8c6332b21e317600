"""The article's four tables of companies, their changes and their homes."""

from tests.reports.small_warehouse.names import ECONOMIES

# id: English name, Chinese name, home.
COMPANIES = {
    "broadcom": ("Broadcom", "博通", "USA"),
    "fujitsu": ("Fujitsu", "富士通", "JPN"),
    "hitachi": ("Hitachi", "日立", "JPN"),
    "infineon": ("Infineon", "英飛凌", "DEU"),
    "intel": ("Intel", "英特爾", "USA"),
    "kioxia": ("Kioxia", "鎧俠", "JPN"),
    "matsushita": ("Matsushita Electric", "松下電器", "JPN"),
    "mediatek": ("MediaTek", "聯發科", "TWN"),
    "micron": ("Micron", "美光", "USA"),
    "mitsubishi": ("Mitsubishi Electric", "三菱電機", "JPN"),
    "motorola": ("Motorola", "Motorola", "USA"),
    "nec": ("NEC", "NEC", "JPN"),
    "nvidia": ("NVIDIA", "NVIDIA", "USA"),
    "philips": ("Philips", "飛利浦", "NLD"),
    "qualcomm": ("Qualcomm", "高通", "USA"),
    "renesas": ("Renesas", "瑞薩", "JPN"),
    "samsung": ("Samsung", "三星", "KOR"),
    "sk_hynix": ("SK hynix", "SK海力士", "KOR"),
    "st": ("STMicroelectronics", "意法半導體", "CHE"),
    "ti": ("Texas Instruments", "德州儀器", "USA"),
    "toshiba": ("Toshiba", "東芝", "JPN"),
}

# The article's table: company, revenue in units of US$100 million, share.
TABLE = {
    1990: "nec 43.22 8.0, toshiba 42.02 7.8, motorola 35.39 6.6, hitachi 35.16 6.5, "
    "intel 31.71 5.9, fujitsu 25.99 4.8, ti 25.74 4.8, mitsubishi 21.08 3.9, "
    "philips 19.55 3.6, matsushita 18.26 3.4",
    2000: "intel 297.5 13.4, toshiba 112.14 5.0, nec 110.81 5.0, samsung 108 4.9, "
    "ti 91 4.1, motorola 80 3.6, st 79.48 3.6, hitachi 72.82 3.2, "
    "sk_hynix 68.87 3.1, infineon 67.15 3.0",
    2010: "intel 414.3 13.8, samsung 282.56 9.4, toshiba 123.76 4.1, ti 123.56 4.1, "
    "renesas 103.68 3.5, sk_hynix 103.5 3.4, st 102.9 3.4, micron 88.84 3.0, "
    "qualcomm 71.67 2.4, infineon 66.8 2.2",
    2020: "intel 727.59 15.6, samsung 577.29 12.4, sk_hynix 258.54 5.5, "
    "micron 220.37 4.7, qualcomm 176.32 3.8, broadcom 157.54 3.4, ti 136.19 2.9, "
    "mediatek 109.88 2.4, nvidia 106.43 2.3, kioxia 103.74 2.2",
}
# (from year, company): status, related company, related rank.
LINEAGE = {
    (1990, "sk_hynix"): ("NEW", None, None),
    (2000, "sk_hynix"): ("RENAMED", None, None),
    (2010, "sk_hynix"): ("RENAMED", None, None),
    (2000, "renesas"): ("MERGED_FROM", "nec", 3),
    (2000, "nec"): ("MERGED_INTO", "renesas", 5),
    (2000, "hitachi"): ("MERGED_INTO", "renesas", 5),
    (2010, "kioxia"): ("SPLIT_FROM", "toshiba", 3),
}


def table_rows() -> list[tuple[int, int, str, float, float]]:
    """Year, rank, company, revenue in US$ million, share."""
    rows = []
    for year, text in TABLE.items():
        for rank, cell in enumerate(text.split(","), 1):
            company, revenue, share = cell.split()
            rows.append(
                (year, rank, company, round(float(revenue) * 100, 2), float(share))
            )
    return rows


def ranking_rows() -> list[tuple]:
    rows = []
    for year, rank, company, revenue, share in table_rows():
        odd = (year, company) == (2000, "hitachi")
        rows.append(
            (
                f"article.{year}",
                "article",
                "the article",
                None,
                "as_printed",
                year,
                True,
                rank,
                COMPANIES[company][1],
                company,
                *COMPANIES[company],
                revenue,
                share,
                3.28 if odd else share,
                "inconsistent_with_column" if odd else "consistent",
                None,
                None,
                None,
            )
        )
    return rows


def delta_rows() -> list[tuple]:
    ranks = {(y, c): r for y, r, c, _, _ in table_rows()}
    rows = []
    for before, after in ((1990, 2000), (2000, 2010), (2010, 2020)):
        for company, (english, chinese, country) in COMPANIES.items():
            old, new = ranks.get((before, company)), ranks.get((after, company))
            if old is None and new is None:
                continue
            status, related, rank = LINEAGE.get(
                (before, company),
                (
                    "EXIT" if new is None else "NEW" if old is None else "STAYED",
                    None,
                    None,
                ),
            )
            before_rank = rank if status == "MERGED_FROM" else old
            change = before_rank - new if before_rank and new else None
            rows.append(
                (
                    "article",
                    "as_printed",
                    "lineage",
                    before,
                    after,
                    company,
                    english,
                    chinese,
                    country,
                    old,
                    new,
                    change,
                    status,
                    related,
                    rank,
                    None,
                )
            )
    return rows


def country_rows() -> list[tuple]:
    """The homes of each table, and of the newest with a made-up foundry."""
    rows = []
    for year in TABLE:
        firms = [(COMPANIES[c][2], v) for y, _, c, v, _ in table_rows() if y == year]
        rows += _homes(year, "without_foundries", firms)
    return rows + _homes(2020, "with_foundries", [("TWN", 45_510), *firms[:-1]])


def _homes(year: int, scope: str, firms: list[tuple]) -> list[tuple]:
    total = sum(v for _, v in firms)
    names = {code: (english, chinese) for code, english, chinese in ECONOMIES}
    rows = []
    for country in sorted({c for c, _ in firms}):
        own = [v for c, v in firms if c == country]
        share = 100 * sum(own) / total
        basis = "headquarters"
        key = (f"article.{year}", "article", "as_printed", year, scope, basis, country)
        basis = "printed_shares"
        rows.append((*key, *names[country], len(own), sum(own), share, None, basis))
    return rows
