"""Numbers, lists and counts."""

TEXTS = {
    "comma": ", ",
    "and": "{first} and {last}",
    "between": " ",
    "percent": "{value} %",
    "percent_sign": " %",
    "semicolon": "; ",
    "colon": "{head}: {text}",
    "one_month": "{number} month",
    "many_month": "{number} months",
    "one_replication": "{number} replication",
    "many_replication": "{number} replications",
    "one_firm": "{number} firm",
    "many_firm": "{number} firms",
    "one_trial": "{number} trial",
    "many_trial": "{number} trials",
    "in_brackets": "{text} ({more})",
    "to": "{low} to {high}",
    "one_customer": "{number:,} customer",
    "many_customer": "{number:,} customers",
}
