"""What became of the claims of the sources."""

TEXTS = {
    "head": "出典の主張を、その考えを除いた同じ市場と比べた結果（対応あり、95% 信頼区間）：",
    "came_true": "主張どおり",
    "did_not_come_true": "主張どおりではない",
    "same": "判定不能（二つの市場が同一のため）",
    "untold": "判定不能（{runs}では足りません）",
    "place": "{month} か月目の {firm} の{measure}",
    "place_market": "{month} か月目の{measure}",
    "undefined": "{place}：{missing}。",
    "both": "{place}：あり {mean}、なし {without}、差 {difference}。",
    "one_history": "{place}：あり {mean}、なし {without}、一回の実行での差 {difference}。",
    "in_pairs": "{text}（反復 {count} 回中 {pairs} 回。{missing}）",
    "firm_is_there": "{firm} が存在するのは",
    "defined": "値が定まるのは",
    "missing": "{what}、考えありでは {count} 回中 {there} 回、なしでは {without} 回",
}
