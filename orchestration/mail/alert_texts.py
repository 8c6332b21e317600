"""The words of alerts, in both languages: a title, and what to do."""

from typing import NamedTuple


class Words(NamedTuple):
    """Title and advice in Chinese (Taiwan), then in English."""

    title_zh: str
    title_en: str
    advice_zh: str
    advice_en: str


WORDS = {
    "publication stopped": Words(
        "資料未通過檢查，暫停發布",
        "publication stopped",
        "讀者看到的仍是上一版。請先排除問題，再執行 geese refresh。",
        "Readers keep the last version. Correct it, then run geese refresh.",
    ),
    "refresh failed": Words(
        "資料更新失敗",
        "refresh failed",
        "讀者看到的仍是上一版。請先排除問題，再執行 geese refresh。",
        "Readers keep the last version. Correct it, then run geese refresh.",
    ),
    "run failed": Words(
        "排程工作失敗",
        "a scheduled run failed",
        "請在 Dagster 頁面查看該次執行紀錄，或執行 geese doctor。",
        "Look at the run in the Dagster UI, or run geese doctor.",
    ),
    "no refresh": Words(
        "久未成功更新資料",
        "no refresh has succeeded for too long",
        "排程可能已停止。請執行 geese doctor，必要時以 make up 重新啟動。",
        "The daemon may be silent. Run geese doctor; make up starts it again.",
    ),
    "quarantine": Words(
        "有檔案待人工確認",
        "payloads are held back",
        "請檢視檔案內容，確認無誤後執行 geese accept。",
        "Look at the payloads, then run geese accept.",
    ),
    "sources unread": Words(
        "部分來源未能讀取",
        "sources could not be read",
        "其餘資料已照常發布；原因請見 geese sources。",
        "See geese sources; the rest was published without them.",
    ),
    "late data": Words(
        "資料逾期未更新",
        "data are late",
        "各來源及數列的原因請見 geese sources 與 geese status。",
        "See geese sources and geese status for each one's reason.",
    ),
    "verdict changed": Words(
        "判定結果改變",
        "a verdict changed",
        "詳情請見 geese verdict。",
        "See geese verdict.",
    ),
}
