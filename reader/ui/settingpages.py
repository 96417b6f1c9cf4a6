"""The one table of what a person may set: where it stands, how it is set, what it is called and what it does.

A new setting is one entry here; the window, its search, defaults and resets follow from it. The names are those of
``reader.settings.Settings``, and the bounds are its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QLocale

from reader.records import dataclass
from reader.settings import Settings
from reader.ui import healthwords

#: How something is set. A "panel" is no setting: its widget is made by its own function in ``settingspanels``.
Kind = Literal["choice", "switch", "number", "slider", "text", "clock", "lines", "latin", "cjk", "proxy", "panel"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its id, icon and name."""

    id: str
    icon: str
    title: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a page.

    Attributes:
        id: the field of ``Settings``; of a panel any other name.
        about: one sentence on what it does.
        also: more words that find it, small, in English and Chinese; they are never shown.
        choices: value and text of each.
        unit: after a number; in a slider's text ``{n}`` stands for the number.
        unit_of_one: after the number 1, where it is another word.
        empty: what nothing (0, or an empty text) means.
        needs: another setting and the values of it that give this one a meaning.
    """

    id: str
    page: str
    kind: Kind
    label: str
    about: str
    also: str = ""
    choices: tuple[tuple[Any, str], ...] = ()
    unit: str = ""
    unit_of_one: str = ""
    empty: str = ""
    needs: tuple[str, tuple[Any, ...]] | None = None


def tr(text: str) -> str:
    return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class


def pages() -> tuple[Page, ...]:
    """The pages in their order."""
    return (
        Page("general", "settings", tr("General")),
        Page("reading", "continue", tr("Reading")),
        Page("list", "all", tr("List")),
        Page("pictures", "image", tr("Pictures")),
        Page("following", "feed", tr("Following")),
        Page("keeping", "bookmark", tr("What is kept")),
        Page("network", "link", tr("Network")),
        Page("keys", "keyboard", tr("Keys")),
        Page("language", "fulltext", tr("Language")),
        Page("storage", "folder", tr("Privacy and storage")),
    )


def settings() -> tuple[Setting, ...]:
    """Every line, page by page."""
    return (
        *_general(), *_reading(), *_list(), *_pictures(), *_following(), *_keeping(), *_network(), *_keys(),
        *_language(), *_storage(),
    )  # fmt: skip


def _general() -> tuple[Setting, ...]:
    return (
        Setting(
            "theme", "general", "choice", tr("Theme"), tr("The colours of the window and of the articles."),
            "dark mode night light sepia colour color contrast appearance 主题 主題 深色 夜间 夜間 外观 护眼",
            (
                ("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark")), ("sepia", tr("Sepia")),
                ("hc-light", tr("High contrast, light")), ("hc-dark", tr("High contrast, dark")),
            ),
        ),
        Setting(
            "start_view", "general", "choice", tr("Begin with"), tr("What the list shows when the window opens."),
            "start startup home first restore 启动 啟動 开始 開始 首页",
            (
                ("left", tr("What was left")), ("unread", tr("Unread")), ("today", tr("Today")),
                ("bookmarks", tr("Bookmarks")), ("continue", tr("Continue reading")), ("all", tr("All articles")),
            ),
        ),
        Setting(
            "autostart", "general", "choice", tr("At login"), tr("Whether Inkstone opens when you log in."),
            "autostart startup boot login 开机 開機 自启 自動啟動 登录",
            (("off", tr("Not opened")), ("window", tr("With its window")), ("tray", tr("In the tray only"))),
        ),
        Setting(
            "tray", "general", "choice", tr("In the tray"), tr("An icon beside the clock, and what goes into it."),
            "systray notification area minimise minimize close background 托盘 系統匣 最小化 后台 背景",
            (
                ("off", tr("No icon")), ("icon", tr("An icon")), ("minimise", tr("The window when minimised")),
                ("close", tr("The window also when closed")),
            ),
        ),
        Setting(
            "notify", "general", "choice", tr("Notify of new articles"),
            tr("A word on the desktop after a refresh that brought something."),
            "notification popup alert 通知 提醒 消息",
            (("off", tr("Never")), ("chosen", tr("Of chosen sources")), ("all", tr("Of all sources"))),
        ),
        Setting(
            "quiet_from", "general", "clock", tr("Quiet from"), tr("No notifications from this time of the day on."),
            "do not disturb silent night 免打扰 勿擾 静音 夜间", empty=tr("no quiet time"),
            needs=("notify", ("all", "chosen")),
        ),
        Setting(
            "quiet_until", "general", "clock", tr("Quiet until"), tr("Notifications come again from this time on."),
            "do not disturb silent morning 免打扰 勿擾 静音", empty=tr("no quiet time"),
            needs=("notify", ("all", "chosen")),
        ),
    )  # fmt: skip


def _reading() -> tuple[Setting, ...]:
    return (
        Setting(
            "read_when", "reading", "choice", tr("Counts as read"),
            tr("When an article that you open is marked as read."),
            "mark seen unread automatically 已读 已讀 标记 標記 自动",
            (
                ("open", tr("When it is opened")), ("after", tr("After some seconds")), ("hand", tr("By hand only")),
            ),
        ),
        Setting(
            "read_after_s", "reading", "number", tr("After"), tr("How long it must be open to count as read."),
            "delay seconds mark read 延迟 延遲 秒 已读", unit=tr("seconds"), needs=("read_when", ("after",)),
        ),
        Setting(
            "open_links", "reading", "choice", tr("A click on a link"),
            tr("What happens with a link that leads out of the library."),
            "url browser external copy clipboard 链接 連結 浏览器 瀏覽器 打开 复制",
            (("browser", tr("Opens the browser")), ("copy", tr("Copies its address"))),
        ),
        Setting(
            "article_font", "reading", "choice", tr("Letters"), tr("The kind of letters that articles are set in."),
            "font typeface serif sans typography 字体 字型 宋体 黑体 衬线",
            (("sans", tr("Sans")), ("serif", tr("Serif"))),
        ),
        Setting(
            "article_latin_font", "reading", "latin", tr("Latin font"),
            tr("A font for Latin letters in the place of the usual one."),
            "typeface family english 西文 英文 字体 字型", empty=tr("Automatic"),
        ),
        Setting(
            "article_cjk_font", "reading", "cjk", tr("CJK font"),
            tr("A font for Chinese, Japanese and Korean in the place of the usual one."),
            "typeface family chinese 中文 汉字 漢字 字体 字型", empty=tr("Automatic"),
        ),
        Setting(
            "article_size_px", "reading", "slider", tr("Size"), tr("The size of an article’s text."),
            "zoom larger smaller big font 字号 字級 大小 放大 缩放", unit=tr("{n} px"),
        ),
        Setting(
            "article_lines_percent", "reading", "slider", tr("Line height"),
            tr("The room between lines, of what the article’s language asks for."),
            "spacing leading 行距 行高 间距", unit=tr("{n} %"),
        ),
        Setting(
            "article_width_em", "reading", "slider", tr("Width"), tr("How wide the column of text may be."),
            "column measure margin 宽度 寬度 栏宽 版心", unit=tr("{n} em"),
        ),
        Setting(
            "article_justify", "reading", "switch", tr("Justify Chinese and Japanese"),
            tr("Sets their paragraphs to both margins."), "align margins 两端对齐 左右對齊",
        ),
    )  # fmt: skip


def _list() -> tuple[Setting, ...]:
    return (
        Setting(
            "density", "list", "choice", tr("Density"), tr("How much of each article the list shows."),
            "compact rows height thumbnails summary 密度 紧凑 緊湊 行高 缩略图",
            (("comfortable", tr("Comfortable")), ("cosy", tr("Cosy")), ("compact", tr("Compact"))),
        ),
        Setting(
            "one_row", "list", "switch", tr("One row for one article"),
            tr("An article that several sources have is one row, and read once it is read everywhere."),
            "duplicate same merge twins 重复 重複 去重 合并 合併",
        ),
    )  # fmt: skip


def _pictures() -> tuple[Setting, ...]:
    return (
        Setting(
            "pictures", "pictures", "choice", tr("Load pictures"),
            tr("From their own servers, when an article is opened. A source may differ."),
            "images network privacy tracking 图片 圖片 加载 載入 隐私",
            (("always", tr("Always")), ("click", tr("On a click")), ("never", tr("Never"))),
        ),
        Setting(
            "animations", "pictures", "choice", tr("Moving pictures move"), tr("What animated pictures do."),
            "animation gif motion reduced 动画 動畫 动图 減少動態",
            (("always", tr("Always")), ("once", tr("Once")), ("hover", tr("Under the pointer"))),
        ),
        Setting(
            "pictures_ahead", "pictures", "choice", tr("Fetch ahead"),
            tr("Pictures that come after a refresh, before anybody opens the article."),
            "prefetch offline download background thumbnails 预取 預取 离线 離線 下载",
            (
                ("leads", tr("Those of the list")), ("all", tr("All, for reading offline")), ("none", tr("None")),
            ),
        ),
        Setting(
            "ahead_mb", "pictures", "number", tr("Fetch ahead at most"), tr("What one refresh may fetch ahead."),
            "limit megabytes traffic data 上限 流量 兆", unit=tr("MB"), needs=("pictures_ahead", ("leads", "all")),
        ),
        Setting(
            "picture_cache_mb", "pictures", "number", tr("Hold at most"),
            tr("What is kept on this computer beside the pictures of bookmarked articles."),
            "cache disk space size megabytes 缓存 快取 磁盘 空间 上限", unit=tr("MB"),
        ),
        Setting(
            "cache", "pictures", "panel", tr("Held now"), tr("Pictures on this computer."),
            "clear cache empty free disk 清空 清除 缓存 快取",
        ),
        Setting(
            "picture_proxy", "pictures", "text", tr("Picture proxy"),
            tr("Asked last for a picture that cannot be had; it is told the picture’s address."),
            "wsrv weserv hotlink referer 代理 图片 防盗链 反代", empty="https://wsrv.nl/?url={url}",
        ),
    )  # fmt: skip


def _following() -> tuple[Setting, ...]:
    spans = ((0, tr("Never by itself")), *((each, _span(each)) for each in (5, 15, 30, 60, 120, 360, 720, 1440, 10080)))
    return (
        Setting(
            "refresh_minutes", "following", "choice", tr("Refresh every"),
            tr("How often a feed is asked for news, unless its properties say otherwise."),
            "update interval fetch sync automatic 刷新 更新 间隔 間隔 频率 自动 重新整理", spans,
        ),
        Setting(
            "rsshub_instances", "following", "lines", tr("RSSHub servers"),
            tr("Asked in this order for addresses that begin with rsshub://; one a line."),
            "instance mirror rsshub route 实例 實例 镜像 服务器",
        ),
    )  # fmt: skip


def _keeping() -> tuple[Setting, ...]:
    return (
        Setting(
            "keep_days", "keeping", "number", tr("Keep for"),
            tr("How old a feed’s articles may get, unless its properties say otherwise."),
            "retention delete old expire clean age 保留 删除 刪除 清理 天数 过期", unit=tr("days"), empty=tr("all"),
        ),
        Setting(
            "keep_count", "keeping", "number", tr("Keep of each feed"),
            tr("How many of a feed’s articles are kept, the newest first."),
            "retention delete limit number 保留 数量 條數 每个", unit=tr("articles"), empty=tr("all"),
        ),
        Setting(
            "keep_in_all", "keeping", "number", tr("Keep in all"),
            tr("How many articles of all feeds together are kept, the newest first."),
            "retention delete limit total 保留 总数 總數 全部", unit=tr("articles"), empty=tr("all"),
        ),
        Setting(
            "retention", "keeping", "panel", tr("What would go"),
            tr("Bookmarked, tagged, noted and half-read articles stay, and so do the files of your folders."),
            "retention preview remove delete 预览 預覽 删除 清理",
        ),
        Setting(
            "backup_days", "keeping", "number", tr("Back up every"),
            tr("How often the whole library is backed up by itself, each time verified."),
            "backup copy safety automatic 备份 備份 自动 安全", unit=tr("days"), unit_of_one=tr("day"),
            needs=("backups_kept", tuple(range(1, 101))),
        ),
        Setting(
            "backups_kept", "keeping", "number", tr("Backups kept"),
            tr("How many of these backups are kept, the newest first."),
            "backup copy rotate number 备份 備份 数量 保留", unit=tr("backups"), empty=tr("none"),
        ),
    )  # fmt: skip


def _network() -> tuple[Setting, ...]:
    return (
        Setting(
            "proxy", "network", "proxy", tr("Proxy"), tr("The way to the network, for feeds and pictures alike."),
            "socks http vpn tor gateway 代理 翻墙 科学上网 網路",
            (("system", tr("As the system")), ("none", tr("None")), ("", tr("Another one"))),
            empty="socks5h://127.0.0.1:1080",
        ),
        Setting(
            "allow_fake_ip", "network", "switch", tr("Addresses that a proxy made up"),
            tr("Lets names lead to 198.18.0.0/15, as proxies do that take over the whole network."),
            "fake-ip fakeip clash surge tun dns 假 ip 代理 虚拟",
        ),
    )  # fmt: skip


def _keys() -> tuple[Setting, ...]:
    return (
        Setting(
            "keys", "keys", "panel", tr("Keys"), tr("All commands and their keys."),
            "keyboard shortcut hotkey binding vim netnewswire preset 快捷键 快速鍵 键盘 按键 热键",
        ),
    )  # fmt: skip


def _language() -> tuple[Setting, ...]:
    return (
        Setting(
            "language", "language", "choice", tr("Language"),
            tr("Of the window; articles keep their own. It changes at once."),
            "translation english chinese locale 语言 語言 中文 英文 界面 简体 繁體",
            (("system", tr("As the system")), ("en", "English"), ("zh_CN", "简体中文"), ("zh_TW", "繁體中文")),
        ),
    )  # fmt: skip


def _storage() -> tuple[Setting, ...]:
    return (
        Setting(
            "privacy", "storage", "panel", tr("Who is contacted"),
            tr("Only your sources and the servers of their pictures. No account, no telemetry."),
            "privacy telemetry tracking account data 隐私 隱私 遥测 跟踪 账号",
        ),
        Setting(
            "places", "storage", "panel", tr("Where things are"), tr("Everything lies on this computer, in files."),
            "folder path database location disk size log 位置 路径 数据库 日志 磁盘 占用",
        ),
        Setting(
            "care", "storage", "panel", tr("Backup and repair"),
            tr("Back up, check and restore the library, and take it to another computer."),
            "backup restore check repair verify integrity move computer 备份 備份 恢复 還原 修复 检查 迁移",
        ),
        Setting(
            "file", "storage", "panel", tr("Settings file"),
            tr("All settings in one readable file, to take along or to look at."),
            "export import backup transfer json move computer 导出 匯出 导入 匯入 备份 迁移",
        ),
    )  # fmt: skip


def _span(minutes: int) -> str:
    if minutes == 10080:
        return tr("Week")
    return tr("Day") if minutes == 1440 else healthwords.span(timedelta(minutes=minutes))


def value_text(setting: Setting, value: Any) -> str:
    """A setting's value as it is said: "60 minutes", "Off", "As the system"."""
    if setting.kind == "switch":
        return tr("On") if value else tr("Off")
    if setting.choices:
        return next((text for each, text in setting.choices if each == value), str(value))
    if setting.kind in ("text", "clock", "lines", "latin", "cjk") or (value == 0 and setting.empty):
        said = ", ".join(value) if isinstance(value, tuple) else value
        return said or (tr("None") if setting.kind == "text" else setting.empty)
    number = QLocale().toString(value)
    return setting.unit.format(n=number) if setting.kind == "slider" else f"{number} {unit_after(setting, value)}"


def unit_after(setting: Setting, number: int) -> str:
    """What stands after a number."""
    return setting.unit_of_one or setting.unit if number == 1 else setting.unit


def default_text(setting: Setting) -> str:
    """The default, as it is said."""
    return value_text(setting, getattr(Settings(), setting.id))


# Search


def folded(text: str) -> str:
    """A text as it is compared: without case, width and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def terms(text: str) -> tuple[str, ...]:
    """The words of a search."""
    return tuple(folded(text).split())


def finder(found_on: Sequence[Page]) -> Callable[[Setting, Sequence[str]], bool]:
    """What says whether a line is found: each word stands in its label, sentence, choices, page or other words."""
    titles = {page.id: page.title for page in found_on}
    known: dict[str, str] = {}

    def finds(setting: Setting, words: Sequence[str]) -> bool:
        text = known.get(setting.id)
        if text is None:
            parts = (setting.label, setting.about, setting.also, titles[setting.page], setting.id)
            text = known[setting.id] = folded("\n".join((*parts, *(name for _, name in setting.choices))))
        return all(word in text for word in words)

    return finds
