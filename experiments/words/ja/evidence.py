"""Figures of a run: titles, axes, how to read them, and what they show."""

TEXTS = {
    "month": "月",
    "firm": "企業",
    "from_to": "転出元 ↓ 転入先 →",
    "customers": "顧客数",
    "listed": "、",
    "single": "一回の実行なので、線はその一つの経過です。",
    "band": "線は反復 {count} 回の平均、帯はその中央 80%（10–90%）です。",
    "ends": "名前の横の数字は{window}です。",
    "thinned": "{step} か月ごとの値と最後の月を描いています。",
    "with_band": "{value}（10–90% 帯 {low}〜{high}）",
    "points": "{number} ポイント",
    "when_year": "最後の年では",
    "when_short": "0〜{month} か月目では",
    "when_start": "期首では",
    "level": "どの企業も {value} で差がありません。",
    "level_with": "{name}（{others}と同率）",
    "nobody_followed": "{months}にわたり途切れず追跡できた顧客はいません。",
    "nothing": "比べられるほど長く顧客をもった企業がなく、何も言えません。",
    "first_to_last": "{title}：最初の年 → 最後の年",
    "share_title": "誰が勝つか：市場シェア",
    "share_axis": "契約先をもつ顧客に占めるシェア（%）",
    "share_how": "契約先をもつ顧客全体に占める割合です。",
    "share_only": "企業は {name} だけです。",
    "share_nothing": "シェアの増減に企業間の差はありません。",
    "share_gained": "期首から期末までに最も伸ばしたのは {name} で {points}です{hedge}。",
    "share_lost": "最も失ったのは {name} で {points}です{hedge}。",
    "share_gained_but_lost": (
        "期首から期末までに伸ばした企業はなく、失い方が最も小さいのは {name} で {points}です"
        "{hedge}。"
    ),
    "share_lost_but_gained": (
        "失った企業はなく、伸びが最も小さいのは {name} で {points}です{hedge}。"
    ),
    "retention_title": "誰が維持するか：一年前の顧客の残存",
    "retention_axis": "一年前の顧客のうち残っている割合（%）",
    "retention_how": "12 か月前の顧客のうち、その後ずっと契約を続けている割合です。",
    "retention_one": "{name} には一年前の顧客の {value} が残っています。",
    "retention_two": (
        "{when}、最も維持しているのは {best} で、一年前の顧客の {most} が残り{best_hedge}、"
        "最も少ないのは {worst} の {least} です{worst_hedge}。"
    ),
    "loss_title": "誰が失うか：一か月の離脱",
    "loss_axis": "一か月前の顧客のうち離脱した割合（%）",
    "loss_how": "一か月前の顧客のうち、その月に離れた割合です（三か月平均で平滑化）。",
    "loss_one": "全期間を通じて {name} は毎月顧客の {value} を失います。",
    "loss_two": (
        "全期間を通じて最も多く失うのは {best} で毎月 {most}{best_hedge}、最も少ないのは {worst}"
        " の {least} です{worst_hedge}。"
    ),
    "survival_title": "どれだけ続くか：契約してからの期間別",
    "survival_clock": "契約してからの月数",
    "founders_title": "どれだけ続くか：期首からの顧客",
    "founders_clock": "期首からの月数",
    "survival_axis": "途切れずに続けている割合（%）",
    "survival_how": (
        "全顧客について、企業との実際の契約月数に対する積極限推定（カプラン・マイヤー法、"
        "1958 年）です。期首からの顧客はその時点の契約月数から観察に加わり、期末に残る顧客は"
        "打ち切りとして扱います。"
    ),
    "founders_how": "期首の顧客のうち、それ以来一度も離れていない割合です。",
    "pooled": (
        "線は {count} 回の反復を合わせたもの、帯はその中央 80%（10–90%）で、全反復を追跡できる"
        "範囲で示します。"
    ),
    "risk_how": "下の数字は追跡対象の人数で、小さいところでは線は少数の人に基づきます。",
    "at_risk": "追跡対象の人数",
    "survival_one": "{name} の顧客のうち、{months}以上続くのは {value} です。",
    "survival_two": (
        "{months}以上続く顧客の割合は、{best} が最も高く {most}{best_hedge}、{worst} が最も低く "
        "{least} です{worst_hedge}。"
    ),
    "founders_one": "{name} の期首の顧客のうち、{months}後も途切れず残っているのは {value} です。",
    "founders_two": (
        "期首の顧客が {months}後に最も多く残っているのは {best} で {most}{best_hedge}、最も少"
        "ないのは {worst} の {least} です{worst_hedge}。"
    ),
    "worth_title": "何が引き留めるか：金額でみたスティッキネス",
    "worth_axis": "スティッキネスの価値（支払額の %）",
    "worth_how": (
        "同等の競合がどれだけ値引きすれば顧客を奪えるかを表します。負の値は、競合のほうが合う"
        "のに残っていることを意味します。"
    ),
    "worth_one": "{when}、{name} のスティッキネスは支払額の {value} に相当します。",
    "worth_two": (
        "{when}、スティッキネスの価値は {best} が最大で支払額の {most}{best_hedge}、{worst}"
        " が最小で {least} です{worst_hedge}。"
    ),
    "reservoirs_tabs": "スティッキネスの単位",
    "reservoirs_utility": "効用でみる",
    "reservoirs_money": "金額でみる",
    "reservoirs_utility_title": "スティッキネスの四つの源泉",
    "reservoirs_money_title": "スティッキネスの四つの源泉（金額）",
    "reservoirs_utility_axis": "効用",
    "reservoirs_money_axis": "支払額の %",
    "reservoirs_utility_how": (
        "各企業の顧客の平均（反復の平均）です。成功が負なら、競合のほうが顧客の役に立つことを"
        "意味します。線は合計です。"
    ),
    "reservoirs_money_how": (
        "金額でみたスティッキネスの内訳で、合計がその値になります（反復の平均）。線は合計です。"
    ),
    "reservoirs_of": "{name} の源泉（{window}）：{text}",
    "reservoir_change": "{name} {first} → {last}",
    "reservoir_changes": "全顧客の平均、最初の年 → 最後の年（効用）：{changes}。",
    "location": "立地",
    "switching": "スイッチングコスト",
    "obligation": "義理",
    "success": "成功",
    "moves_title": "誰が誰から奪うか",
    "moves_tabs": "対象の月",
    "moves_whole": "全期間（{months}）",
    "moves_late": "最後の {months}",
    "moves_tip": "{source} → {destination}\n顧客 {number} 人",
    "moves_how": (
        "契約先を変えた顧客の流れを左から右へ示します（{runs}の平均）。動かなかった顧客は描い"
        "ていません。流れの色は離れた企業の色です。"
    ),
    "one_move": "企業間の移動は {source} から {destination} への一件だけです。",
    "moves_finding": (
        "企業間の移動は {moves} 件で、最大の流れは {source} から {destination} への {number}"
        " 件です{hedge}。"
    ),
    "no_moves": "企業間の移動はありません。",
    "from": "離れた先",
    "towards": "加わった先",
    "other_firms": "他の {number} 社",
    "no_provider": "（契約先なし）",
    "nps_title": "何と言っているか：推奨者と批判者の差（ネット・プロモーター・スコア）",
    "nps_axis": "推奨者 − 批判者（ポイント）",
    "nps_how": "棒は{window}（{runs}）、ひげは反復の中央 80% です。",
    "nps_how_single": "棒は一回の実行の{window}です。",
    "nps_pale": "薄い棒は最初の 12 か月です。",
    "nps_first": "最初の年 {value}",
    "nps_last": "{window}：{value}",
    "nps_first_year": "最初の年",
    "nps_one": "{when}、{name} のスコアは {value} です。",
    "nps_two": (
        "{when}、スコアは {best} が最も高く {most}{best_hedge}、{worst} が最も低く {least}"
        " です{worst_hedge}。"
    ),
    "offers_title": "企業の位置：価格と満足",
    "price_axis": "価格（一単位あたり）",
    "satisfaction_axis": "平均満足（効用）",
    "offer_tip": "{name}\n価格 {price}\n満足 {satisfaction}\nシェア {share}",
    "offers_how": (
        "円は{window}、面積は期末の市場シェアです。細い線は最初の年の位置（小さな点）か"
        "らの動きを表します。表に基づく{runs}の平均です。"
    ),
    "offers_one": "平均して {name} の価格は {price}、顧客の満足は {satisfaction} です。",
    "offers_finding": (
        "平均して最も安いのは {cheap}（{low}）、最も高いのは {dear}（{high}）で、顧客が最も満"
        "足しているのは {content} です（{satisfaction}）。"
    ),
    "map_title": "誰の顧客が何を重んじるか",
    "map_one": (
        "この一回の歴史で顧客をもつのは {name} だけで、顧客の重みは総コストに {cost}、製品に"
        " {product}、ソリューションに {solution} です。"
    ),
    "map_finding": (
        "この一つの経過では、総コストを最も重んじるのは {cost} の顧客（重みの {cost_weight}）"
        "、製品は {product} の顧客（{product_weight}）、解決策は {solution} の顧客"
        "（{solution_weight}）です。"
    ),
    "map_how": (
        "点は一人の顧客（{dots} 人を表示）で、角に近いほどその価値を重んじます。色は最後の月"
        "の契約先、大きな円は各企業の顧客の平均です。"
    ),
    "map_same": (
        "表には個々の顧客がないため、反復 0 を{customers}で再び実行しました。シェアは表"
        "と一致しています。"
    ),
    "map_other": (
        "表には個々の顧客がないため、反復 0 を{customers}で再び実行しました。表を作った"
        "版が異なるため、シェアは表と一致しません。"
    ),
    "map_smaller": (
        "表には個々の顧客がないため、同じ構成の{customers}で再び実行しました。表の市場そ"
        "のものではなく、それより小さな市場です。"
    ),
    "map_missing": (
        "顧客の地図は省きました。再実行には、ここではネットワークのファイルか独自のプログラム"
        "が必要です。"
    ),
    "map_tip": "{name}：平均の重み\nコスト {cost}\n製品 {product}\n解決策 {solution}",
    "corner_cost": "総コスト",
    "corner_product": "製品",
    "corner_solution": "解決策",
    "weight_cost": "コストの重み",
    "weight_product": "製品の重み",
    "weight_solution": "解決策の重み",
}
