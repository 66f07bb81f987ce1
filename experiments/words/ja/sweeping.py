"""A sweep: its design, its outcomes over the factors, its indices."""

TEXTS = {
    "nothing": "企業の表をもつ試行がまだ終わっていないため、結果については何も言えません。",
    "ahead": (
        "計画の全点を通じて期末の{measure}が最も高いのは {firm} で、平均 {mean}（{low} から "
        "{high}）、{points} 点のうち {times} 点で首位です。"
    ),
    "effect": (
        "最も大きく動かす要因は {factor} で、{low} と {high} の間で {firm} の{measure}は {first}"
        " から {second} に変わります（差 {difference}）。"
    ),
    "effect_unsure": (
        "最も大きく動かすとみられる要因は {factor} ですが、偶然かもしれません。{low} と {high}"
        " の間で {firm} の{measure}は {first} から {second} に変わります（差 {difference}）。"
    ),
    "complete": "全 {total} 試行が終わっています。",
    "incomplete": (
        "この実験はまだ完全ではありません。{total} 試行のうち完了 {done}、失敗 {failed}、未実"
        "行 {missing} です。以下はすべて完了した試行によるもので、残りによって変わりえます。"
    ),
    "unplaced": (
        "完了した試行のうち {number} 件は別の版によるもので、計画のどの点か特定できないため除"
        "きました。"
    ),
    "design": "実験計画",
    "design_intro": "{design}、{points} 点、全 {total} 試行です。",
    "grid": "格子計画",
    "list": "列挙した点",
    "latin-hypercube": "ラテン超方格計画",
    "sobol": "ソボル計画（サルテリ法）",
    "morris": "モリス計画",
    "lever": "企業",
    "uncertain": "誰も決められない（不確実）",
    "outcomes": "要因ごとの結果",
    "measures": "結果の指標",
    "panel": "各企業の{measure}と {factor}",
    "outcome_title": "各要因に対する{measure}",
    "how": (
        "点は計画の {points} 点のそれぞれ（最後の月、反復の平均）、線は値ごと、または範囲を五"
        "等分した平均です。他の要因も同時に変わっています。"
    ),
    "effects": "各要因の低い端から高い端まで、95% 信頼区間付き（ウェルチ法）",
    "head_who": "企業・要因",
    "head_ends": "から → まで",
    "head_low": "始点での値",
    "head_high": "終点での値",
    "head_effect": "差",
    "head_factor": "要因",
    "head_values": "値",
    "head_who_decides": "決める主体",
    "head_firm": "企業",
    "indices": "結果が何に左右されるか",
    "indices_title": "{measure}は何に左右されるか",
    "no_indices": (
        "この計画からは感度指標を求められます。次の命令の後に報告書を作り直すと含まれます。"
    ),
    "mu_star": "効果の平均的な大きさ（μ*）",
    "sigma": "効果のばらつき（σ）",
    "st": "関与する分散の割合（総効果）",
    "s1": "単独で説明する割合（一次効果）",
    "interval": "95% 信頼区間",
    "how_morris": "要因の全範囲にわたる結果の変化の平均的な大きさ（モリス法）と 95% 信頼区間です。",
    "how_sobol": (
        "単独または他の要因とともに関与する、結果の分散の割合（ソボル法）と 95% 信頼区間です。"
    ),
    "strongest": "{index}が最大の要因は、{firms} です。",
    "strongest_of": "{firm} では {factor}（{value}）",
    "nothing_varies": "何も変動しません。",
}
