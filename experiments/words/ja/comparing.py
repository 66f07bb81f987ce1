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
        "{month} か月目の {firms} の{measure}に差があるとは言えません（{smallest} の差があれば、"
        "おそらく検出できました）。"
    ),
    "untold_more": (
        "{firms} については差があるとは言えません（{smallest} の差があれば、おそらく検出でき"
        "ました）。"
    ),
    "undefined": "{measure}が両方のシナリオで定まる企業はありません。",
    "in_one_history": "この一つの経過の {month} か月目における{measure}の差は、{firms} です。",
    "held": (
        "価格は据え置きです。各企業は、ここでの費用ではなく、基準での単位費用をもとに値を付けます。"
    ),
    "passed_on": "価格は据え置かず、単位費用の増減を価格に転嫁します。",
    "would": "費用を転嫁すれば {month} か月目の価格は次のように変わります：{firms}。",
    "would_not": "{month} か月目の単位費用に差はなく、転嫁しても価格は変わりません。",
    "would_hardly": "費用を転嫁しても、{month} か月目の価格の変化はいずれも 0.1% に満ちません。",
    "does_hardly": "{month} か月目の価格の差はいずれも 0.1% に満ちません。",
    "does": "{month} か月目の価格には次の差があります：{firms}。",
    "does_not": "{month} か月目の価格に差はありません。",
    "money": "{month} か月目の {firm}：{told}。",
    "figure": "{measure} {value}",
    "figure_same": "{measure}は同じ",
    "figure_unsure": "{measure} {value}（符号は判定できません）",
    "turned": (
        "{firm} では符号が期間によって変わります。{month} か月目までの利益の差は {then} でした。"
    ),
    "may_turn": (
        "{firm} の符号は {month} か月目より先まで続くとは限りません。{since} か月目以降の速さで"
        "は、これまでの利益の差は {zero} か月目になくなります。"
    ),
    "slower": (
        "{firm} の符号は {month} か月目より先まで続くとは限りません。これまでの利益の差の伸びは鈍っ"
        "ていて、{since} か月目以降は月に {now}、それ以前は月に {before} です。"
    ),
    "one_replication": "反復が一回では、効果と偶然を区別できません。",
    "same": "{month} か月目まで、どの反復でも結果に差はなく、二つは同一です。",
    "family_none": (
        "{month} か月目の主要な結果 {count} 件（{measures}、各企業）のうち、まとめて判定して差が"
        "あると言えるものはありません（ホルム法、5%）。"
    ),
    "family_some": (
        "{month} か月目の主要な結果 {count} 件（{measures}、各企業）のうち、まとめて判定して差が"
        "あるのは {certain} 件です（ホルム法、5%）：{outcomes}。"
    ),
    "all": (
        "調べた {month} か月目の {total} 件の結果のうち、区間が 0 を含まないものは {differing} 件"
        "です。何も違わなくても約 {chance} 件はそうなります。"
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
