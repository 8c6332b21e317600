"""Goods and technology: ratios by year and month, placements, cells."""

import datetime as dt
import math

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
