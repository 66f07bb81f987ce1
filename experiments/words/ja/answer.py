"""What came out of a run, in a few sentences."""

TEXTS = {
    "no_firm": "この実行には企業が参加していないため、シェアも顧客維持も語れません。",
    "one_run": "これは一回限りの実行です。どこまでが偶然かは、反復すれば分かります。",
    "move_end": "。",
    "move_between": "。",
    "nobody": "期末に顧客をもつ企業はありません。",
    "only": "{name} が唯一の企業で、期末には契約先をもつ顧客の {share} を占めます。",
    "level": "期末の顧客シェアは {names} が同率で最大の各 {share} です。",
    "leading": "期末の顧客シェアは {name} が {share} で最大です{before}{hedge}{how}。",
    "before": "（期首 {start}）",
    "how": (
        "——{how}（規模に対する毎月の獲得は {won:.2f}%、他社 {won_elsewhere:.2f}%、離脱は {lost:.2f}"
        "%、他社 {lost_elsewhere:.2f}%）"
    ),
    "stayed_both": "規模のわりに多く獲得し、かつ離脱を抑えて首位を守りました",
    "stayed_winning": "首位を守ったのは獲得によるもので、維持が優れていたからではありません",
    "stayed_keeping": "首位を守ったのは顧客を維持したからで、獲得が多かったからではありません",
    "came_both": "規模のわりに多く獲得し、かつ離脱を抑えて首位に立ちました",
    "came_winning": "首位に立ったのは獲得によるもので、維持が優れていたからではありません",
    "came_keeping": "首位に立ったのは顧客を維持したからで、獲得が多かったからではありません",
    "neither": "規模のわりに獲得が多いわけでも、離脱が少ないわけでもありません",
    "hedge": "（反復 {count} 回中 {times} 回）",
    "band": "{value}（10–90% 帯 {low:.1f}〜{high:.1f}）",
    "figure_last": "{month} か月目",
    "figure_year": "直近 12 か月の平均",
    "figure_short": "0〜{month} か月目の平均",
    "figure_sum": "全期間の合計",
    "figure_rate": "全期間",
    "windows": "離脱は{rate}、利益は{sum}、その他は{year}です。",
    "none_left": "したがって、維持されている顧客はいません。",
    "more_moves": "ほかに {count} 社が参入または閉鎖しました",
    "none_kept": "顧客維持を比べられるほど長く顧客をもった企業はありません。",
    "yearly": "一年後も {value} が残っています",
    "monthly": "離脱は毎月 {value} です",
    "of_its": "その顧客のうち{figure}。{holding}。",
    "level_keeping": "顧客維持は {names} が同率で最も高く、{name} では{figure}。{holding}。",
    "keeps_best": "顧客を最もよく維持しているのは {name} で、{figure}{hedge}。{holding}。",
    "not_measured": "何が顧客を引き留めているかは最後の一年には測定できませんでした",
    "negative": (
        "スティッキネスは引き留めになっておらず負の値です（支払額の {worth}）。残っている顧客"
        "は他を探していないだけです"
    ),
    "little": (
        "そのうちスティッキネスによるものはわずかで（支払額の {worth}{largest}）、多くは他を"
        "探さない無関心から残っています"
    ),
    "largest": "、主に{most}",
    "holds_against": (
        "最も引き留めているのは{most}です（{each}{size:.2f} 単位。他の要因に打ち消されてステ"
        "ィッキネスは {total:.2f} 単位、支払額の {worth} に相当）"
    ),
    "holds": (
        "最も引き留めているのは{most}です（スティッキネス {total:.2f} 単位のうち{each} {size:.2f}"
        " 単位、全体で支払額の {worth} に相当）"
    ),
    "each": "各",
    "too_short": "実行期間 {months}は短く、二つの年を比べられません。",
    "not_comparable": "最初の年と最後の年のスティッキネスは比べられません。",
    "size": "スティッキネスは {first:.2f} から {last:.2f} 単位に変わりました",
    "shift": "全企業でみると、最初の年から最後の年までに{size}。",
    "shift_same": "全企業でみると{size}。最も引き留めていたのは、最初の年も最後の年も{new}です。",
    "shift_other": (
        "全企業でみると{size}。最も引き留めていたのは、最初の年は{old}、最後の年は{new}です{hedge}"
        "。"
    ),
    "move": "{name} は{what}。",
    "entered_and_closed": "{entered}、{closed}",
    "entered": "{month} か月目に参入しました",
    "closed": "{month:.0f} か月目に閉鎖しました{hedge}",
    "closed_between": "{first:.0f} か月目から {last:.0f} か月目の間に閉鎖しました{hedge}",
    "location": "立地",
    "switching": "スイッチングコスト",
    "obligation": "義理",
    "success": "顧客自身の成功",
}
