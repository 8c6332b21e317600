"""What things are called and where figures come from: `marts` and `meta`."""

import datetime as dt

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


def source_rows() -> list[tuple]:
    accessed = dt.date(2026, 11, 22)
    rest = (accessed, "unit", "coverage", "a public copy", "0" * 64, 1)
    return [(*row, *rest) for row in SOURCES]
