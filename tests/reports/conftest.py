"""A small warehouse in memory, in the shape `reports` reads: `marts.*` and `meta.*`."""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml

from analysis.hypotheses import Hypothesis, load
from analysis.panel import Flows, Panel
from analysis.panel import build as build_panel
from analysis.verdict import run
from orchestration.trajectory import rows as trajectory_rows
from orchestration.trajectory import tables
from reports import brief
from reports.kinds import Edition
from reports.rendering import letter, pdf
from tests.analysis.conftest import synthetic_panel
from tests.conftest import CHECKOUT

# year, exports and imports of components, then of integrated circuits, billion yen.
JAPAN = [
    (1988, 1579.2, 293.0, 845.6, 225.7),
    (1989, 1939.8, 393.5, 1147.8, 310.2),
    (1990, 1934.7, 478.5, 1101.3, 375.4),
    (1991, 2002.8, 527.7, 1112.0, 407.2),
    (1992, 2213.6, 505.4, 1250.6, 387.7),
    (1993, 2445.8, 589.2, 1452.5, 469.7),
    (1994, 2995.7, 747.4, 1867.5, 619.3),
    (1995, 3829.9, 1150.9, 2449.2, 1016.7),
    (1996, 3881.2, 1440.6, 2404.9, 1274.4),
    (1997, 4065.6, 1555.7, 2433.5, 1336.4),
    (1998, 3702.8, 1407.1, 2221.4, 1203.8),
    (1999, 3726.0, 1533.0, 2307.4, 1355.3),
    (2000, 4575.8, 2139.9, 2933.8, 1918.5),
    (2001, 3647.4, 1909.5, 2372.4, 1699.1),
    (2002, 3867.3, 1909.6, 2541.9, 1672.3),
    (2003, 4074.5, 2015.3, 2710.9, 1754.5),
    (2004, 4395.3, 2280.2, 2927.9, 1976.6),
    (2005, 4401.6, 2348.0, 2900.3, 2034.2),
    (2006, 4854.7, 2872.9, 3179.9, 2515.1),
    (2007, 5242.6, 2852.1, 3524.1, 2492.7),
    (2008, 4625.0, 2479.1, 2975.5, 2129.8),
    (2009, 3419.3, 1758.2, 2269.3, 1509.8),
    (2010, 4152.8, 2136.0, 2736.8, 1773.2),
    (2011, 3564.8, 1762.2, 2320.6, 1419.2),
    (2012, 3339.4, 1779.2, 2229.3, 1379.9),
    (2013, 3552.6, 2445.3, 2431.4, 1602.2),
    (2014, 3690.8, 2871.0, 2492.0, 1764.6),
    (2015, 3914.5, 2996.2, 2644.4, 2038.9),
    (2016, 3607.2, 2514.6, 2431.2, 1834.3),
    (2017, 4022.5, 2796.6, 2802.2, 2172.3),
    (2018, 4150.2, 2816.5, 2904.0, 2214.7),
    (2019, 4006.0, 2581.4, 2836.1, 2008.3),
    (2020, 4155.3, 2505.8, 2905.4, 1990.5),
    (2021, 4899.5, 3354.6, 3346.1, 2745.2),
    (2022, 5676.1, 4903.2, 3975.1, 4123.3),
    (2023, 5494.4, 4685.8, 4000.9, 3998.3),
    (2024, 6075.6, 4095.3, 4591.8, 3476.3),
    (2025, 6588.0, 4183.4, 4869.6, 3596.1),
]
JAPAN_TO_DATE = (2026, 1924.7, 1348.9, 1433.9, 1198.3)
JAPAN_EQUIPMENT = [(2007, 1521.8), (2009, 770.5), (2024, 4496.2), (2025, 4547.1)]

# year, exports and imports of integrated circuits, then of equipment, US$ million.
TAIWAN = [
    (2015, 70038.559, 32581.452, 1488.387, 13296.809),
    (2016, 78171.768, 36316.696, 1726.925, 17520.165),
    (2017, 92307.834, 43564.462, 2809.033, 16015.9),
    (2018, 95906.955, 50811.038, 3132.727, 15491.165),
    (2019, 100316.857, 53687.413, 3224.206, 23637.465),
    (2020, 122387.433, 62291.833, 3522.499, 23318.932),
    (2021, 155496.056, 81398.478, 4832.71, 32078.268),
    (2022, 184136.492, 88065.183, 5069.843, 36322.08),
    (2023, 166621.215, 73161.576, 4760.835, 24251.065),
    (2024, 165042.202, 94337.424, 4948.714, 23697.743),
]
TAIWAN_TO_DATE = (2025, 129017.508, 82514.217, 3363.231, 26858.202)

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
EVENTS = [
    ("E08", 1986, "1986", "year", "First US–Japan Arrangement", "第一次美日半導體協定"),
    ("E13", 1991, "1991-06", "month", "Second Arrangement", "第二次美日半導體協定"),
    ("E18", 2008, "2008-2009", "range", "Financial crisis", "全球金融海嘯"),
    ("E19", 2020, "2020-2021", "range", "Covid-19", "新冠疫情"),
    ("E20", None, "recent", "undated", "TSMC in Kyushu", "台積電赴九州"),
]
ECONOMIES = [
    ("JPN", "Japan", "日本"),
    ("TWN", "Taiwan", "臺灣"),
    ("KOR", "South Korea", "韓國"),
    ("USA", "United States", "美國"),
    ("DEU", "Germany", "德國"),
    ("NLD", "Netherlands", "荷蘭"),
    ("CHE", "Switzerland", "瑞士"),
]
PRODUCT_SETS = [
    ("components", "Electronic components", "電子零組件", "Group 70323.", "概況品。"),
    ("ic", "Integrated circuits", "積體電路", "Part of the group.", "其中一部分。"),
    ("equipment", "Chip-making equipment", "半導體製造設備", "Machines.", "設備。"),
]
DEFINITIONS = [
    ("customs_principal", "national_customs", "Japan Customs", "日本海關"),
    ("mof_press", "national_customs", "Ministry of Finance", "財政部"),
    (
        "comtrade_sitc2",
        "comtrade_sitc2",
        "UN Comtrade, SITC revision 2",
        "聯合國商品貿易資料庫，SITC第2版",
    ),
    (
        "wto_mamtotic",
        "wto_mamtotic",
        "WTO, components (MAMTOTIC)",
        "WTO電子零組件（MAMTOTIC）",
    ),
    ("bop_ip", "bop_ip", "World Bank, charges for IP", "世界銀行，智慧財產權使用費"),
    ("factory_survey", "factory_survey", "Factory survey, Taiwan", "臺灣工廠調查"),
]
VERDICTS = CHECKOUT / "dbt_project/models/marts/trajectory.yml"
DDL = """
create schema marts; create schema meta;
create table marts.balance_ratios (series_id varchar, economy_code varchar,
  product_set varchar, definition varchar, period_kind varchar, period varchar,
  period_year integer, period_start_date date, period_end_date date,
  months_covered integer, is_partial boolean, currency_code varchar,
  exports_millions decimal(20,3), imports_millions decimal(20,3),
  balance_ratio double, normalised_balance double, log_ratio double,
  ratio_log_change double, export_contribution double, import_contribution double,
  ratio_state varchar, state_reason varchar, published_on date, source varchar,
  rolling_balance_ratio double);
create table marts.ratio_placements (series_id varchar, period_year integer,
  balance_ratio double, reference_series_id varchar, reference_first_year integer,
  reference_last_year integer, reference_years integer,
  percentile_in_reference double, last_reference_year_at_or_above integer,
  reference_ratio_in_that_year double, first_reference_year_below integer,
  reference_ratio_in_first_year_below double, reference_ratio_same_year double);
create table marts.company_rankings (ranking_id varchar, ranking_series varchar,
  publisher varchar, release_on date, release_status varchar, data_year integer,
  is_complete_top_ten boolean, revenue_rank integer, company_printed varchar,
  company_id varchar, company_name_en varchar, company_name_zh varchar,
  country_code varchar, revenue_usd_millions decimal(18,2), share_pct_printed double,
  share_pct_implied double, share_state varchar, prior_year_rank_printed integer,
  prior_year_revenue_usd_millions decimal(18,2), note varchar);
create table marts.rank_deltas (ranking_series varchar, pair_status varchar,
  basis varchar, from_year integer, to_year integer, entity varchar,
  company_name_en varchar, company_name_zh varchar, country_code varchar,
  previous_rank integer, current_rank integer, rank_change bigint, rank_status varchar,
  related_company_id varchar, related_rank integer, status_note varchar);
create table marts.country_shares (ranking_id varchar, ranking_series varchar,
  release_status varchar, data_year integer, foundry_scope varchar,
  country_basis varchar, country_code varchar, country_name_en varchar,
  country_name_zh varchar, firms_in_top_ten integer,
  revenue_usd_millions decimal(18,2), share_of_top_ten_pct double,
  share_of_market_pct double, market_basis varchar);
create table marts.article_replication (claim_id varchar, claim_kind varchar,
  data_year integer, subject_en varchar, subject_zh varchar, claimed_value double,
  claimed_share_pct double, our_value double, our_share_pct double,
  value_unit varchar, our_year integer,
  replication_status varchar, reason_code varchar, reason_en varchar,
  reason_zh varchar, our_source varchar, published_on date, first_print_value double,
  first_print_on date);
create table marts.events (event_id varchar, event_year integer, event_date varchar,
  date_precision varchar, event_en varchar, event_zh varchar, kind varchar,
  cross_check varchar);
create table marts.economies (economy_code varchar, name_en varchar, name_zh varchar);
create table marts.definitions (definition varchar, comparison_group varchar,
  name_en varchar, name_zh varchar);
create table marts.technology_balances (economy_code varchar,
  economy_name_en varchar, economy_name_zh varchar, series_id varchar,
  industry varchar, definition varchar, period varchar, period_end_date date,
  balance_ratio double, log_ratio double, published_on date,
  affiliate_scope varchar, receipts_millions double, payments_millions double,
  currency_code varchar, ratio_log_change double, source varchar, year_kind varchar);
create table marts.series_aliases (alias varchar, series_id varchar);
create table marts.affiliate_scopes (affiliate_scope varchar, name_en varchar,
  name_zh varchar);
create table marts.typology_cells (series_id varchar, period varchar,
  threshold_set varchar, smoothing_years integer, ratio_level varchar,
  sets_agreeing integer);
create table marts.typology_combined_cells (pair_id varchar, economy_code varchar,
  period_year integer, threshold_set varchar, smoothing_years integer,
  is_points_only boolean, goods_ratio double, technology_ratio double,
  technology_series_id varchar, technology_period varchar, cell varchar,
  is_borderline boolean, sets_agreeing integer);
create table marts.product_sets (product_set varchar, name_en varchar,
  name_zh varchar, definition_en varchar, definition_zh varchar);
create table meta.sources (source varchar, resource varchar, publisher_en varchar,
  publisher_zh varchar, title_en varchar, title_zh varchar, url varchar,
  licence_en varchar, licence_zh varchar, licence_url varchar,
  attribution_en varchar, attribution_zh varchar, accessed_on date,
  unit varchar, coverage varchar, compiled_from varchar, payload_sha256 varchar,
  row_count bigint);
create schema ops;
create table ops.source_states (source varchar, state varchar,
  last_checked timestamp, next_due timestamp);
create table ops.build (run_id varchar, code_sha256 varchar);
create table ops.publication (version varchar, published_at timestamp);
create table ops.version_changes (version varchar, previous_version varchar,
  table_name varchar, published_at timestamp);
create schema raw;
create table raw.payloads (payload_sha256 varchar, published_at timestamp);
create table ops.data_freshness (series_id varchar, source varchar,
  publisher_en varchar, publisher_zh varchar, newest_period varchar,
  newest_period_end date, published_on date, age_days bigint);
create table marts.technology_industries (industry varchar, name_en varchar,
  name_zh varchar);
"""


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list) -> None:
    marks = ", ".join("?" for _ in rows[0])
    connection.executemany(f"insert into {table} values ({marks})", rows)


def ratio_row(economy, product, definition, kind, year, exports, imports, before):
    """One row of `balance_ratios`; `before` holds last year's exports and imports."""
    months = {"annual": 12, "ytd": 8 if economy == "TWN" else 3}[kind]
    period = str(year) if kind == "annual" else f"{year}-01..{months:02}"
    frequency = "a" if kind == "annual" else kind
    ratio = exports / imports if imports else None
    change = [None, None, None]
    if before and ratio:
        parts = [math.log(exports / before[0]), -math.log(imports / before[1])]
        change = [sum(parts), *parts]
    last_day = dt.date(year + months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)
    return (
        f"{economy.lower()}.{product}.{definition}.ratio.{frequency}",
        economy,
        product,
        definition,
        kind,
        period,
        year,
        dt.date(year, 1, 1),
        last_day,
        months,
        kind == "ytd",
        "JPY" if economy == "JPN" else "USD",
        exports,
        imports,
        ratio,
        (exports - imports) / (exports + imports) if ratio else None,
        math.log(ratio) if ratio else None,
        *change,
        "ok" if ratio else "missing",
        None if ratio else "imports_not_available",
        # Only the dated editions of Japan carry a day; they begin with 2009.
        dt.date(2026, 4, 28) if economy == "JPN" and year >= 2009 else None,
        "japan_customs" if economy == "JPN" else "taiwan_mof",
        None,
    )


# Synthetic flows of chips by month: exports, imports; Taiwan in US$ million, Japan in
# million yen. They start in August 2024.
MONTHS = {
    "TWN": [(14000 + 400 * i, 7700 + 330 * i) for i in range(13)],
    "JPN": [(420000 + 5000 * i, 300000 + 6000 * i) for i in range(20)],
}


def month_rows() -> list[tuple]:
    """Rows of `balance_ratios` by month, with what a year earlier and a sum allow."""
    rows = []
    for economy, flows in MONTHS.items():
        definition = "mof_press" if economy == "TWN" else "customs_principal"
        for i, (exports, imports) in enumerate(flows):
            year, month = 2024 + (7 + i) // 12, (7 + i) % 12 + 1
            before = flows[i - 12] if i >= 12 else None
            row = list(
                ratio_row(
                    economy, "ic", definition, "annual", year, exports, imports, before
                )
            )
            start = dt.date(year, month, 1)
            end = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
            row[0] = row[0][:-1] + "m"
            row[4:6] = ["monthly", f"{year}-{month:02}"]
            row[7:10] = [start, end, 1]
            if i >= 11:
                year_flows = flows[i - 11 : i + 1]
                row[-1] = sum(x for x, _ in year_flows) / sum(m for _, m in year_flows)
            rows.append(tuple(row))
    return rows


FRESHNESS = [
    ("twn.ic.mof_press.ratio.m", "taiwan_mof", "Ministry of Finance", "財政部",
     "2025-08", dt.date(2025, 8, 31), None, 451),
    ("jpn.ic.customs_principal.ratio.m", "japan_customs", "Japan Customs", "日本海關",
     "2026-03", dt.date(2026, 3, 31), dt.date(2026, 4, 28), 239),
]  # fmt: skip


def ratio_rows() -> list[tuple]:
    rows = []
    for table, to_date, economy, definition, sets, unit in (
        (JAPAN, JAPAN_TO_DATE, "JPN", "customs_principal", ("components", "ic"), 1000),
        (TAIWAN, TAIWAN_TO_DATE, "TWN", "mof_press", ("ic", "equipment"), 1),
    ):
        for i, product in enumerate(sets):
            pick = {r[0]: (r[1 + 2 * i] * unit, r[2 + 2 * i] * unit) for r in table}
            rows += [
                ratio_row(
                    economy, product, definition, "annual", y, *v, pick.get(y - 1)
                )
                for y, v in pick.items()
            ]
            flows = [v * unit for v in to_date[1 + 2 * i : 3 + 2 * i]]
            rows.append(
                ratio_row(economy, product, definition, "ytd", to_date[0], *flows, None)
            )
    rows += [
        ratio_row(
            "JPN", "equipment", "customs_principal", "annual", y, x * 1000, None, None
        )
        for y, x in JAPAN_EQUIPMENT
    ]
    return rows


def placement_row() -> tuple:
    taiwan = TAIWAN[-1][1] / TAIWAN[-1][2]
    japan = {year: x / m for year, _, _, x, m in JAPAN}
    above = max(y for y, r in japan.items() if r >= taiwan)
    below = min(y for y in japan if y > above)
    lower = 100 * sum(r < taiwan for r in japan.values()) / len(japan)
    return (
        "twn.ic.mof_press.ratio.a",
        TAIWAN[-1][0],
        taiwan,
        "jpn.ic.customs_principal.ratio.a",
        min(japan),
        max(japan),
        len(japan),
        lower,
        above,
        japan[above],
        below,
        japan[below],
        japan[TAIWAN[-1][0]],
    )


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


SOURCES = [
    (
        "article",
        "article_ratios.csv",
        "the article",
        "原文",
        "Nine balance ratios",
        "九項收支比",
        "",
        "Quotation",
        "引用",
        "",
        "Figures printed in the article",
        "引自原文",
    ),
    (
        "japan_customs",
        "japan_monthly.csv",
        "Ministry of Finance, Japan",
        "日本財務省",
        "Trade statistics, principal commodities",
        "貿易統計概況品",
        "https://www.customs.go.jp/toukei/suii/html/time.htm",
        "Government of Japan Standard Terms of Use",
        "日本政府標準利用規約",
        "https://www.e-stat.go.jp/en/terms-of-use",
        "Trade Statistics of Japan, Ministry of Finance",
        "日本財務省貿易統計",
    ),
    (
        "taiwan_mof",
        "taiwan_ic.csv",
        "Ministry of Finance, Taiwan",
        "財政部",
        "Preliminary trade statistics",
        "海關進出口統計速報",
        "https://www.mof.gov.tw",
        "Open Government Data License",
        "政府資料開放授權條款",
        "https://data.gov.tw/license",
        "Ministry of Finance, Taiwan",
        "財政部海關進出口貿易統計",
    ),
]


def phase_rows() -> list[tuple]:
    """Both ratios of Japan by year, technology made up, and two years of Taiwan."""
    japan = [
        ("jpn_ic_bop", "JPN", year, False, exports / imports, 0.7 + (year - 1996) / 30)
        for year, _, _, exports, imports in JAPAN
        if year >= 1996
    ]
    taiwan = [
        ("twn_ic_factory_all", "TWN", 2015, True, 2.1496, 0.2261),
        ("twn_ic_factory_all", "TWN", 2024, True, 1.7495, 1.06),
    ]
    series = {"JPN": "jpn.all.bop_ip.ratio.a", "TWN": "twn.all.factory.ratio.a"}
    cell = ("middle_technology_low_goods", False, 3)
    return [
        (*row[:3], "article_fit", 1, *row[3:], series[row[1]], str(row[2]), *cell)
        for row in (*japan, *taiwan)
    ]


def technology_rows() -> list[tuple]:
    """The newest years of two made-up statistics, one of them a ratio alone."""
    rows = []
    for code, names, series, definition, ratio, flows, source in (
        (
            *("TWN", ("Taiwan", "臺灣"), "twn.all.factory.ratio.a", "factory_survey"),
            *(1.06, (3620.0, 3415.1, "TWD", None), "taiwan_factory_survey"),
        ),
        (
            *("JPN", ("Japan", "日本"), "jpn.all.bop_ip.ratio.a", "bop_ip", 1.6333),
            *((None, None, "USD", 0.012), "world_bank"),
        ),
    ):
        year = 2024
        end = dt.date(year, 12, 31)
        rows.append(
            (
                *(code, *names, series, "all", definition, str(year), end, ratio),
                *(math.log(ratio), None, "all", *flows, source, "annual"),
            )
        )
    return rows


LEVELS = [
    ("twn.all.factory.ratio.a", "2024", "article_fit", 1, "middle", 6),
    ("jpn.all.bop_ip.ratio.a", "2024", "article_fit", 1, "middle", 6),
    ("twn.ic.mof_press.ratio.a", "2024", "article_fit", 1, "low", 3),
]


def source_rows() -> list[tuple]:
    accessed = dt.date(2026, 11, 22)
    rest = (accessed, "unit", "coverage", "a public copy", "0" * 64, 1)
    return [(*row, *rest) for row in SOURCES]


@cache
def trajectory_rows_of(kind: str) -> dict[str, list[dict]]:
    """Rows of every table of verdicts: `embedded` figures, or a `live` panel."""
    found: dict[str, list[dict]] = {}
    for hypothesis in load().hypotheses.values():
        answer = run(_panel(hypothesis, kind), hypothesis, dt.date(2026, 11, 22), 1)
        for name, part in trajectory_rows.rows(hypothesis, answer).items():
            found.setdefault(name, []).extend(part)
    return found


def _panel(hypothesis: Hypothesis, kind: str) -> Panel:
    axes = tuple(axis.name for axis in hypothesis.axes)
    if hypothesis.name == "ic-descriptive":
        rows = [("JPN", y, x, m) for y, _, _, x, m in JAPAN]
        rows += [("TWN", y, x, m) for y, x, m, *_ in TAIWAN]
        columns = zip(*rows, strict=True)
        return build_panel([Flows("goods", *(np.array(c) for c in columns))])
    if hypothesis.name == "rehearsal-korea-technology":
        walks = synthetic_panel(15, axes, (1996, 2025), seed=2)
        names = tuple(name.replace("TWN", "KOR") for name in walks.economies)
        return replace(walks, economies=names)
    if kind == "live":
        return synthetic_panel(23, axes, (1976, 2025), seed=3, TWN=hypothesis.lags[0])
    nobody, never, nothing = np.array([], str), np.array([], int), np.array([])
    empty = [Flows(axis, nobody, never, nothing, nothing) for axis in axes]
    return build_panel(empty)


def write_verdicts(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Write the tables of verdicts as they are declared."""
    declared = yaml.safe_load(VERDICTS.read_text("utf-8"))["sources"][0]
    for table in declared["tables"]:
        node = table | {
            "schema": declared["schema"],
            "columns": {column["name"]: column for column in table["columns"]},
        }
        rows = trajectory_rows_of(kind)[table["name"]]
        tables.write(connection, node, rows)


def build(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(DDL)
    write_verdicts(connection, "embedded")
    insert(connection, "marts.definitions", DEFINITIONS)
    insert(connection, "marts.typology_combined_cells", phase_rows())
    insert(connection, "marts.technology_balances", technology_rows())
    insert(connection, "marts.typology_cells", LEVELS)
    insert(connection, "marts.affiliate_scopes", [("all", "All partners", "全部對象")])
    everyone = ("all", "All industries", "全體")
    insert(connection, "marts.technology_industries", [everyone])
    insert(connection, "marts.balance_ratios", [*ratio_rows(), *month_rows()])
    insert(connection, "ops.data_freshness", FRESHNESS)
    insert(connection, "marts.ratio_placements", [placement_row()])
    insert(connection, "marts.company_rankings", ranking_rows())
    insert(connection, "marts.rank_deltas", delta_rows())
    insert(connection, "marts.country_shares", country_rows())
    insert(connection, "marts.article_replication", replication_rows())
    insert(connection, "marts.events", [(*e, "kind", None) for e in EVENTS])
    insert(connection, "marts.economies", ECONOMIES)
    insert(connection, "marts.product_sets", PRODUCT_SETS)
    insert(connection, "meta.sources", source_rows())


@pytest.fixture
def marts() -> duckdb.DuckDBPyConnection:
    """A fresh warehouse, free to be changed by the test."""
    connection = duckdb.connect()
    build(connection)
    return connection


@pytest.fixture(scope="session")
def fresh_marts() -> duckdb.DuckDBPyConnection:
    """The same warehouse, shared: no test may change it."""
    connection = duckdb.connect()
    build(connection)
    return connection


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fonts")


@dataclass(frozen=True)
class Parcel:
    """One language's brief in its three forms."""

    brief: brief.Brief
    pdf: bytes
    mail: bytes


def parcel(
    connection, language, font_cache, version="2026-11-23.1", kind="annual"
) -> Parcel:
    edition = Edition(kind, version)
    made = brief.make(connection, edition, language, font_cache)
    document = pdf.make(made)
    return Parcel(made, document, letter.make(made, document))


@pytest.fixture(scope="session")
def parcels(fresh_marts, font_cache) -> Callable[[str], Parcel]:
    """Each language's brief, made once however many tests read it."""
    return cache(lambda language: parcel(fresh_marts, language, font_cache))


@pytest.fixture(scope="session", params=brief.LANGUAGES)
def sent(request, parcels) -> Parcel:
    return parcels(request.param)


@pytest.fixture
def fill() -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Fills an empty database with the small warehouse."""
    return build
