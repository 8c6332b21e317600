"""What the article claims and what our figures say of it."""

import datetime as dt

from tests.reports.small_warehouse.rankings import COMPANIES, table_rows

# id, kind, year, English, Chinese, claimed, ours, our year, status, first print.
NO_IMPORTS = ("the source prints no imports", "來源未提供進口值")
NO_SURVEY = ("no survey of this definition is loaded", "尚未載入相同定義的調查")
CLAIMS = [
    ("R1", 2002, "Components", "電子零組件", 2.03, 2.0252, 2002, "reproduced", None),
    ("R2", 2014, "Components", "電子零組件", 1.29, 1.2855, 2014, "reproduced", None),
    ("R3", 2021, "Components", "電子零組件", 1.46, 1.4605, 2021, "reproduced", 1.4339),
    *[
        (claim, year, subject, subject_zh, value, None, None, "not_reproducible", None)
        for claim, year, subject, subject_zh, value in [
            ("R4", 2007, "Equipment", "2007年製造裝置", 4.44),
            ("R5", 2021, "Equipment", "製造裝置", 6.54),
            ("R6", 2002, "Technology", "技術貿易", 1.35),
            ("R7", 2021, "Technology", "技術貿易", 5.36),
            ("R8", 2002, "Technology, in group", "母子公司間技術貿易", 3.6),
            ("R9", 2021, "Technology, in group", "母子公司間技術貿易", 17.63),
        ]
    ],
]
STATEMENTS = [
    (
        "C15",
        "statement",
        2020,
        ("Japanese firms in the top ten", "前十名中的日本廠商家數"),
        1,
        1,
        2020,
        "reproduced",
        ("Counted in its own table.", "依原文附表計數。"),
    ),
    (
        "C16",
        "statement",
        2002,
        ("Where the fall starts", "下滑的起點"),
        2.03,
        5.3898,
        1988,
        "differs",
        ("Most of the fall came before the series begins.", "多數跌幅更早發生。"),
    ),
    (
        "C18",
        "statement",
        2014,
        ("The lowest year", "最低的一年"),
        1.29,
        1.1576,
        2022,
        "superseded",
        ("A later year is lower.", "後來的年份更低。"),
    ),
    (
        "C05",
        "statement",
        1988,
        ("Japan passes half of the world", "日本超越全球半數"),
        50.3,
        52.0,
        1988,
        "disputed",
        ("A second source gives 52%.", "第二手來源為 52%。"),
    ),
    (
        "C21",
        "statement",
        None,
        ("What did the harm", "負面影響的來源"),
        None,
        None,
        None,
        "out_of_scope",
        ("A statement about causes.", "屬因果判斷。"),
    ),
]
STATEMENT_UNITS = {"C05": "pct", "C15": "firms", "C16": "ratio", "C18": "ratio"}
NO_RELEASE = ("No release of that year is loaded.", "未載入該年新聞稿。")


def claim_row(claim, kind, year, subject, claimed, ours, our_year, status, reason, **x):
    return (
        claim,
        kind,
        year,
        *subject,
        claimed,
        x.get("claimed_share"),
        ours,
        x.get("our_share"),
        x.get("unit", {"ratio": "ratio", "table_row": "usd_millions"}.get(kind)),
        our_year,
        status,
        x.get("code"),
        *(reason or (None, None)),
        None if ours is None else "japan_customs",
        x.get("published_on"),
        x.get("first_print"),
        x.get("first_print_on"),
    )


def replication_rows() -> list[tuple]:
    rows = []
    for claim, year, english, chinese, value, ours, our_year, status, first in CLAIMS:
        reason = None if ours else NO_IMPORTS if claim in ("R4", "R5") else NO_SURVEY
        rows.append(
            claim_row(
                claim,
                "ratio",
                year,
                (english, chinese),
                value,
                ours,
                our_year,
                status,
                reason,
                first_print=first,
                first_print_on=dt.date(2022, 1, 28) if first else None,
            )
        )
    rows += [claim_row(*row, unit=STATEMENT_UNITS.get(row[0])) for row in STATEMENTS]
    names = {"T2000-08": "share", "T2010-02": "revenue"}
    for position, (year, rank, company, revenue, share) in enumerate(table_rows()):
        claim = f"T{year}-{rank:02}"
        status = "differs" if claim in names else "not_reproducible"
        if claim not in names and position >= 16:
            status = "reproduced"
        found = status != "not_reproducible"
        rows.append(
            claim_row(
                claim,
                "table_row",
                year,
                COMPANIES[company][:2],
                revenue,
                {"T2010-02": 28137.0}.get(claim, revenue) if found else None,
                year if found else None,
                status,
                None if found else NO_RELEASE,
                claimed_share=share,
                our_share={"T2000-08": 3.3}.get(claim, share) if found else None,
            )
        )  # fmt: skip
    return rows
