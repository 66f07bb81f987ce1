"""A comparison: what differs, by how much, how sure."""

TEXTS = {
    "market": "市場全体",
    "points": "{number} ポイント",
    "with_interval": "{value}（95% 信頼区間 {low}〜{high}）",
    "of": "{firm} で {value}",
    "measure_of": "{firm} の{measure}",
    "more": "ほか {number} 件",
    "difference_in": "{measure}の差",
    "differs": "{label} は、{month} か月目の{measure}を次のように変えます：{firms}。",
    "untold": (
        "{firms} の{measure}に差があるとは言えません（{smallest} の差があれば、おそらく検出で"
        "きました）。"
    ),
    "untold_more": (
        "{firms} については差があるとは言えません（{smallest} の差があれば、おそらく検出でき"
        "ました）。"
    ),
    "undefined": "{measure}が両方のシナリオで定まる企業はありません。",
    "in_one_history": "この一つの経過の {month} か月目における{measure}の差は、{firms} です。",
    "one_replication": "反復が一回では、効果と偶然を区別できません。",
    "same": "どの反復でも結果に差はなく、二つは同一です。",
    "family_none": (
        "主要な結果 {count} 件（{measures}、各企業）のうち、まとめて判定して差があるものはあ"
        "りません（ホルム法、5%）。"
    ),
    "family_some": (
        "主要な結果 {count} 件（{measures}、各企業）のうち、まとめて判定して差があるのは {certain}"
        " 件です（ホルム法、5%）：{outcomes}。"
    ),
    "all": (
        "調べた {total} 件の結果のうち、区間が 0 を含まないものは {differing} 件です。何も違"
        "わなくても約 {chance} 件はそうなります。"
    ),
    "changes": "何を変えたか",
    "no_change": "何も変えていません。基準そのものです。",
    "base": "基準",
    "differences": "何が起きたか",
    "course_title": "{measure}の差の推移",
    "course_how": (
        "{base} との差です。線は{runs}の対応のある差の平均、帯はその 95% 信頼区間です。帯が "
        "0 を含むところは偶然だけでも起こりえます。"
    ),
    "course_how_one": "{base} との差です。一対の実行だけで、区間はありません。",
    "main_title": "{month} か月目の主要な結果",
    "main_how": (
        "点は対応のある差の平均、線は個別に判定した 95% 信頼区間です。まとめて判定しても差が"
        "あるものは表に示します。"
    ),
    "head_outcome": "結果",
    "head_base": "基準",
    "head_here": "変更後",
    "head_difference": "差",
    "head_pairs": "組の数",
    "head_together": "まとめて判定した差",
    "yes": "あり",
    "no": "判定不能",
    "courses": "各シナリオの推移",
    "scenarios": "シナリオ",
}
