"""The words of an article: what is seen, in which language, how long it takes to read."""

from __future__ import annotations

import math
import re
from html import unescape

_BREAKS = re.compile(r"[ \t]*\n[\s]*")
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_TAG = re.compile(
    r"<!--.*?-->|</?(?:a|abbr|article|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|figure|figcaption|font|"
    r"h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|svg|table|tbody|"
    r"td|th|thead|tr|tt|u|ul|video|audio|source|wbr|input|button|form|label|link|meta)(?:[\s/][^<>]*)?>",
    re.DOTALL | re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|tr|h[1-6]|blockquote|section|article|table|ul|ol|pre|figure|hr)\b[^<>]*>", re.IGNORECASE
)
_SILENT = re.compile(r"<(script|style|title|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_SENTENCE = re.compile(r"[.!?]+[\"')\]”’»]*(?=\s)|[。！？!?…]+[”’」』）]*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
CJK_PER_MINUTE = 350
WORDS_PER_MINUTE = 230
#: A language shows itself in the first few thousand characters.
_LOOK_CHARS = 3000

_SCRIPTS = tuple(
    (name, re.compile(f"[{letters}]"))
    for name, letters in (
        ("ko", "\uac00-\ud7af"),
        ("kana", "\u3041-\u30fa"),
        ("han", "\u4e00-\u9fff"),
        ("arabic", "\u0620-\u06ff"),
        ("he", "\u05d0-\u05ea"),
        ("cyrillic", "\u0400-\u04ff"),
        ("th", "\u0e01-\u0e4e"),
        ("el", "\u0370-\u03ff"),
        ("hi", "\u0900-\u097f"),
        ("bn", "\u0980-\u09ff"),
        ("ta", "\u0b80-\u0bff"),
        ("ka", "\u10a0-\u10ff"),
        ("hy", "\u0530-\u058f"),
        ("latin", "A-Za-z\u00c0-\u024f"),
    )
)
#: Frequent characters that only one of the two ways of writing Chinese uses: simplified, traditional, in turn.
_TWO_WAYS = (
    "万萬与與业業东東丝絲两兩严嚴丧喪个個丰豐临臨为為丽麗举舉义義乌烏乐樂乔喬习習乡鄉书書买買乱亂争爭亏虧亚亞产產亲親亿億仅僅从從仑侖仓倉仪儀们們价價众眾优優会會伟偉传傳伤傷伦倫伪偽体體侠俠侦偵侧側侨僑债債"
    "倾傾偿償储儲儿兒党黨兰蘭关關兴興养養兽獸写寫军軍农農冻凍减減几幾凤鳳凭憑凯凱击擊刘劉则則刚剛创創删刪剑劍剧劇劝勸办辦务務动動励勵劲勁劳勞势勢区區医醫华華协協单單卖賣卢盧卫衛厂廠厅廳历歷压壓厌厭县縣参參"
    "双雙发發变變叙敘叠疊叶葉号號叹嘆吓嚇吗嗎听聽启啟吴吳员員响響问問哑啞团團园園围圍国國图圖圆圓圣聖场場坏壞块塊坚堅坛壇坟墳垒壘垫墊墙牆壮壯声聲壳殼处處备備复復够夠头頭夹夾夺奪奋奮奖獎妇婦妈媽娱娛婴嬰孙孫"
    "学學宁寧宝寶实實审審宽寬宾賓对對寻尋导導寿壽将將尔爾尘塵尝嘗层層属屬岁歲岛島岭嶺峡峽币幣师師帐帳带帶帮幫广廣庄莊庆慶库庫应應庙廟废廢开開异異弃棄张張弹彈强強归歸当當录錄彻徹径徑忆憶忧憂怀懷态態总總恋戀"
    "恶惡悬懸惊驚惧懼惯慣愿願懒懶戏戲战戰执執扩擴扫掃扬揚护護报報担擔拟擬拥擁择擇挂掛挡擋损損换換据據捞撈摄攝摆擺敌敵数數斩斬断斷无無旧舊时時显顯晓曉暂暫术術机機杀殺权權条條来來杨楊杰傑极極构構枪槍柜櫃标標"
    "栏欄树樹样樣档檔桥橋梦夢检檢楼樓欢歡欧歐残殘毁毀毕畢气氣汇匯汉漢汤湯沟溝没沒泽澤洁潔浅淺测測济濟浓濃涛濤润潤涨漲渐漸湾灣湿濕满滿滚滾滤濾灭滅灯燈灵靈灾災炉爐点點炼煉烂爛烦煩烧燒热熱爱愛爷爺牵牽状狀独獨"
    "狮獅猎獵猪豬猫貓献獻环環现現玛瑪电電画畫畅暢疗療疯瘋盐鹽监監盖蓋盘盤码碼砖磚础礎确確礼禮祸禍离離种種积積称稱税稅稳穩穷窮窃竊竞競笔筆签簽简簡类類粮糧紧緊纠糾红紅约約级級纪紀纯純纲綱纳納纷紛纸紙纹紋线線"
    "练練组組细細织織终終绍紹经經结結绕繞给給络絡绝絕统統继繼绩績绪緒续續绳繩维維综綜绿綠缓緩编編缘緣缩縮网網罗羅罚罰职職联聯聪聰肃肅肠腸肤膚胜勝脑腦脚腳脸臉腾騰舰艦艰艱艺藝节節苏蘇荐薦荣榮药藥莱萊获獲营營"
    "萧蕭蓝藍虑慮虚虛虽雖虾蝦补補装裝见見观觀规規视視览覽觉覺计計订訂认認讨討让讓训訓议議记記讲講许許论論设設访訪证證评評识識诉訴词詞译譯试試诗詩诚誠话話询詢该該详詳语語误誤说說请請诸諸读讀课課谁誰调調谈談"
    "谢謝贝貝负負贡貢财財责責贤賢败敗货貨质質贩販购購贯貫贵貴贷貸贸貿费費贺賀资資赏賞赛賽赢贏赵趙趋趨跃躍车車转轉轮輪软軟轻輕载載较較辑輯输輸边邊达達迁遷过過运運还還这這进進远遠违違连連迟遲适適选選递遞逻邏"
    "遗遺邮郵邻鄰郑鄭酱醬释釋针針钟鐘钢鋼钱錢铁鐵铃鈴银銀链鏈销銷锁鎖错錯键鍵镇鎮镜鏡长長门門闭閉闲閒间間闹鬧闻聞阅閱队隊阳陽阴陰阵陣阶階际際陆陸陈陳险險随隨隐隱难難雾霧静靜韩韓页頁项項顺順须須顾顧顿頓预預"
    "领領频頻题題颜顏额額风風飞飛饭飯饮飲馆館马馬驱驅验驗骑騎骗騙鱼魚鲜鮮鸟鳥鸡雞黄黃齐齊齿齒龙龍龟龜"
)
_HANS = re.compile(f"[{_TWO_WAYS[::2]}]")
_HANT = re.compile(f"[{_TWO_WAYS[1::2]}]")
#: Addresses say nothing of the language around them.
_ADDRESS = re.compile(r"https?://[!-~]+|(?:[A-Za-z0-9_+.-]+@)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FUNCTION_WORDS = {
    "en": "the of and to in is that for it with as was on are this be by you not have from or at which an we your our "
    "get can will how what has been they about",
    "de": "der die und das ist nicht den von zu mit sich auf für ein eine dem auch als werden aus wie wird oder sind",
    "fr": "le la les des et est une que qui dans pour pas sur avec ce il au par plus nous sont vous cette être du",
    "es": "el los las que una por con para es del se su como más al lo pero este entre sus está también y",
    "pt": "o os as que uma para com não em um do da dos das é se mais como por na no foi são você ao também",
    "it": "il che di è per una non sono con del della le si gli da come anche più nel questo alla ma dei",
    "nl": "de het een en van is dat op te voor niet met zijn aan er ook als maar bij door worden deze wordt naar",
    "tr": "ve bir bu için ile da de olarak daha çok olan gibi sonra ne kadar en var değil ama olduğu her",
    "pl": "nie się jest na do to że jak za od po ale co oraz przez dla lub być tym może są który",
    "sv": "och att det som en på är av för med den inte om ett till har kan de från eller men vi så",
    "vi": "của và là các có cho không được một những trong này với đã khi người để như tôi bạn",
    "id": "yang dan di untuk dengan ini dari pada tidak dalam adalah akan itu ke anda atau bisa juga kita oleh",
    "cs": "je se na že to ve jako pro jsou ale nebo který aby tak podle jsem jeho není také pak",
    "ro": "și în de la cu pe nu este un care din pentru mai că sunt sau prin fi după această",
}  # fmt: skip
_BY_WORD: dict[str, tuple[str, ...]] = {
    word: tuple(language for language, words in _FUNCTION_WORDS.items() if word in words.split())
    for words in _FUNCTION_WORDS.values()
    for word in words.split()
}


def squeeze(text: str) -> str:
    """Runs of blanks as one, empty lines gone, no blanks at the edges."""
    return _BREAKS.sub("\n", _BLANKS.sub(" ", text.replace("\u00a0", " "))).strip()


def to_text(markup: str) -> str:
    """The words of a title or summary that may hold tags and entities, on one line. Not for showing as HTML.

    Entities are read at most twice: feeds escape titles once too often.
    """
    text = markup[:100_000]
    for _ in range(2):
        if "<" in text:
            text = _TAG.sub("", _BLOCK_TAG.sub(" ", _SILENT.sub(" ", text)))
        if "&" not in text:
            break
        read = unescape(text)
        if read == text:
            break
        text = read
    if "<" in text:
        text = _TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return " ".join(text.split())


def one_line(text: str, limit: int = 300) -> str:
    """The beginning of a text on one line, cut at a word where there are words."""
    line = " ".join(text[: limit * 4].split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    space = cut.rfind(" ")
    if space > limit * 0.7:
        cut = cut[:space]
    return cut.rstrip(" ,;:，、；：") + "…"


def first_sentence(text: str, limit: int = 80) -> str:
    """The first sentence of a text, at most ``limit`` characters."""
    for line in text[:5000].split("\n"):
        line = " ".join(line.split())
        if re.search(r"\w", line):
            end = _SENTENCE.search(line)
            sentence = line[: end.end()] if end else line
            return one_line(sentence, limit)
    return ""


def minutes(text: str) -> int:
    """Reading time: 350 CJK characters or 230 words a minute, at least 1."""
    characters = len(_CJK.findall(text))
    words = len(text.split()) if not characters else len(_CJK.sub(" ", text).split())
    return max(1, math.ceil(characters / CJK_PER_MINUTE + words / WORDS_PER_MINUTE - 0.2))


def language(text: str) -> str:
    """Guesses the language from scripts and function words.

    Returns:
        A BCP 47 tag, ``""`` when unsure.
    """
    sample = _ADDRESS.sub(" ", text[:_LOOK_CHARS])
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS}
    # One character of Han or Hangul says as much as a few Latin letters, and terms of a trade stay Latin in between.
    weights = {name: count * (4 if name in ("han", "kana", "ko") else 1) for name, count in counts.items()}
    best = max(weights, key=lambda name: weights[name])
    if not weights[best]:
        return ""
    if best in ("han", "kana"):
        return _han(sample, counts)
    if best == "latin":
        return _latin(sample)
    if best == "arabic":
        return "fa" if len(re.findall(r"[پچژگکی]", sample)) > counts["arabic"] * 0.03 else "ar"
    if best == "cyrillic":
        if re.search(r"[іїєґ]", sample):
            return "uk" if len(re.findall(r"[іїєґ]", sample)) > counts["cyrillic"] * 0.01 else "ru"
        return "ru" if re.search(r"[ыэё]", sample) else "bg" if counts["cyrillic"] > 200 else ""
    return best


def _han(sample: str, counts: dict[str, int]) -> str:
    if counts["kana"] > 0.05 * (counts["han"] + counts["kana"]) and counts["kana"] > 1:
        return "ja"
    simplified = len(_HANS.findall(sample))
    traditional = len(_HANT.findall(sample))
    if simplified == traditional:
        return "zh" if counts["han"] > 1 else ""
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _latin(sample: str) -> str:
    words = [word.lower() for word in _WORD.findall(sample)]
    if len(words) < 4:
        return ""
    scores: dict[str, float] = {}
    if len({word for word in words if word in _BY_WORD}) < 2:
        return ""
    for word in words:
        languages = _BY_WORD.get(word, ())
        for name in languages:
            scores[name] = scores.get(name, 0.0) + 1 / len(languages)
    if not scores:
        return ""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return best if score >= max(2.0, 0.04 * len(words)) and score >= 1.2 * second else ""
