"""An explanation: what holds customers, what word of mouth and a connection are worth."""

TEXTS = {
    "nothing": "言えることはありません。",
    "no_customers": "{firm} には当時顧客がいませんでした。",
    "retention_parts": "何が顧客を引き留めるか",
    "word_of_mouth": "口コミの価値",
    "connection_part": "一つの関係にどれだけ費やす価値があるか",
    "connection_longer": "一つの関係にどれだけ費やす価値があるか（さらに長い期間）",
    "connection": "{firm}：{month} か月目から{lever}を増やします（{prices}）。",
    "connection_free": (
        "{firm}：{lever}を増やしても費用がかからないため、量るべき支出がありません。"
    ),
    "service": "サービス",
    "attention": "注力",
    "prices_held": "この企業の価格は据え置き",
    "prices_passed_on": "費用はこの企業の価格に転嫁",
    "gain": (
        "{end} か月目までの {months}で、最初の一単位の支出は {gain} をもたらします。{verdict}。"
    ),
    "pays_throughout": "顧客一人あたり {spent} まで、どの段階の支出もその間に回収されます",
    "pays_then_stops": "その間に回収され、見合わなくなるのは顧客一人あたり {stops} です",
    "pays_at_first": "初めの支出はその間に回収されますが、どこで見合わなくなるかは判定できません",
    "does_not_pay": "その間には回収されません",
    "cannot_be_told": "その間に回収されるかどうかは判定できません",
    "one_history": "反復が一回では、その間に回収されるかどうかを判定できません",
    "counts": (
        "反復 {count} 回のうち、その間に最初の段階から支出を下回るのは {never} 回、どの段階でも上"
        "回るのは {throughout} 回、途中で見合わなくなるのは {between} 回です。"
    ),
    "rising": (
        "利得は終わりでもまだ増えています。{end} か月目の数字は、その後に支出がもたらすものについ"
        "ての判定ではありません。"
    ),
    "rising_still": "{end} か月目の終わりでもまだ増えています。",
    "rests": "{end} か月目の終わりにはもう増えていません。",
    "average": (
        "顧客の価値は平均 {clv} で、最初の段階では一人多く維持するごとに {cost} を支払います。"
    ),
    "average_none": "顧客の価値は平均 {clv} ですが、維持される顧客は増えません。",
    "average_untold": (
        "顧客の価値は平均 {clv} です。一人多く維持する費用は、反復によって違いすぎて言えません。"
    ),
    "average_spend": (
        "顧客の価値は平均 {clv} で、最初の段階では一人多く維持するごとに {cost} を支払います。平均"
        "は「費やせ」と言いますが、{months}の限界では「費やすな」です。"
    ),
    "average_spare": (
        "顧客の価値は平均 {clv} で、最初の段階では一人多く維持するごとに {cost} を支払います。平均"
        "は「費やすな」と言いますが、{months}の限界では「費やせ」です。"
    ),
    "if_frozen": "競合が動かなければ、{months}で {gain} をもたらします。",
    "part": "内訳",
    "all_firms": "全企業",
    "retention": (
        "{firm} は {month} か月目の顧客のうち {total} を {months}維持します。最も引き留めてい"
        "るのは{part}で {most} ポイントです。引き留めるものがなければ、提供物だけで維持できる"
        "のは {offer} ポイントです。"
    ),
    "retention_title": "顧客維持の内訳",
    "points_axis": "維持率のポイント",
    "retention_how": (
        "七つの引き留める力のシャープレイ値と、それらなしに提供物が維持する分です。全企業の方"
        "策はそのまま再現しています。線は 95% 信頼区間で、内訳の合計が維持率になります。"
    ),
    "mouth": (
        "{firm}：{months}のうちに（{prices}）、口コミは顧客がもたらす価値を、市場の顧客一人あたり "
        "{amount} 変えます（口コミがない場合の {part}）。"
    ),
    "mouth_unsure": (
        "{firm}：{months}のうちに（{prices}）、口コミは顧客がもたらす価値を、市場の顧客一人あたり "
        "{amount} 変えますが（口コミがない場合の {part}）、偶然かもしれません。"
    ),
    "mouth_turns": (
        "{firm} では最後の {last}が逆向きで（{amount}）、{end} か月目より先まで符号が続くとは限り"
        "ません。"
    ),
    "mouth_prices_held": "価格は据え置き",
    "mouth_prices_passed_on": "費用は価格に転嫁",
    "mouth_title": "口コミの価値の内訳",
    "money_axis": "市場の顧客一人あたりの期首の金額",
    "mouth_how": (
        "口コミがある場合とない場合の、割り引いた顧客価値の差です（2013 年のリバイらの分解に"
        "よる）。線は 95% 信頼区間です。"
    ),
    "connection_title": "もう一単位の支出がもたらすもの",
    "spent_axis": "顧客一人あたりの支出",
    "gain_axis": "一単位あたりの利得",
    "step_axis": "支出 → 一単位あたりの利得",
    "connection_how": (
        "支出の各段階の限界利得です。実線は競合が応じる場合（95% 信頼区間付き）、破線は競合が"
        "動かない場合です。1 の線より下では、次の一単位は費用に見合いません。"
    ),
    "offer": "提供物だけ",
    "location": "立地",
    "switching": "スイッチングコスト",
    "obligation": "義理",
    "success": "顧客の成功",
    "knowledge": "企業がもつ顧客の知識",
    "own_information": "顧客がもつ企業の知識",
    "inattention": "他を探さない無関心",
    "total": "合計",
    "acceleration": "早く来る",
    "expansion": "口コミがなければ来ない",
    "retention_part": "続く長さと支出",
    "loss_to_rivals": "口コミがなければ来ていた",
    "frozen": "競合は動かない",
    "reacting": "競合が応じる",
}
