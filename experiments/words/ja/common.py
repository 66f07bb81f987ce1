"""Numbers, lists and counts."""

TEXTS = {
    "comma": "、",
    "and": "{first}、{last}",
    "between": "",
    "percent": "{value}%",
    "percent_sign": "%",
    "semicolon": "、",
    "colon": "{head}：{text}",
    "one_month": "{number} か月",
    "many_month": "{number} か月",
    "one_replication": "反復 {number} 回",
    "many_replication": "反復 {number} 回",
    "one_firm": "{number} 社",
    "many_firm": "{number} 社",
    "one_trial": "{number} 試行",
    "many_trial": "{number} 試行",
    "in_brackets": "{text}（{more}）",
    "to": "{low}〜{high}",
    "one_customer": "顧客 {number:,} 人",
    "many_customer": "顧客 {number:,} 人",
}
