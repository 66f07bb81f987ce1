"""An explanation: what holds customers, what word of mouth and a connection are worth."""

TEXTS = {
    "nothing": "言えることはありません。",
    "no_customers": "{firm} には当時顧客がいませんでした。",
    "retention_parts": "何が顧客を引き留めるか",
    "word_of_mouth": "口コミの価値",
    "connection_part": "一つの関係にどれだけ費やす価値があるか",
    "connection": (
        "{firm} では、最初の一単位の支出が {gain} をもたらします。支出が見合わなくなるのは顧"
        "客一人あたり {stops} です（反復 {count} 回中 {crossings} 回。終始見合うのは {throughout}"
        " 回、一度も見合わないのは {never} 回）。"
    ),
    "connection_none": (
        "{firm} では、最初の一単位の支出が {gain} をもたらします。反復 {count} 回のうち、終始"
        "見合うのは {throughout} 回、一度も見合わないのは {never} 回です。"
    ),
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
        "{firm}：口コミは顧客がもたらす価値を、市場の顧客一人あたり {amount} 変えます（口コミ"
        "がない場合の {part}）。"
    ),
    "mouth_unsure": (
        "{firm}：口コミは顧客がもたらす価値を、市場の顧客一人あたり {amount} 変えますが（口コ"
        "ミがない場合の {part}）、偶然かもしれません。"
    ),
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
