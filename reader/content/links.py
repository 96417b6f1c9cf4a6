"""Addresses in articles: made absolute, stripped of what follows the reader, and unwrapped from redirectors."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from reader.patterns import later

#: Chromium drops these inside an address before it looks at the scheme (WHATWG URL, section 4.4).
_DROPPED = later(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_SCHEME = later(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")
#: An address that needs nothing done: a plain host, and no character that must be encoded.
_PLAIN = later(r"https?://[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]{1,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
_UNSAFE = later(r"""[\x00-\x20\x7f"<>\\^`{|}]|[^\x00-\x7f]""")
_TRACKING = later(
    r"^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|_hsenc|_hsmi|"
    r"mkt_tok|vero_id|oly_anon_id|oly_enc_id|wickedid|rb_clickid|s_cid|ml_subscriber\w*|spm|scm|share_token|"
    r"spm_id_from|vd_source|from_spmid|ref_src|ref_url|__twitter_impression|ncid|cmpid|at_medium|at_campaign)$",
    re.IGNORECASE,
)
#: Redirectors: host, path, and the parameters that hold the true address.
_REDIRECTORS = (
    (later(r"^link\.(?:zhihu|juejin)\.(?:com|cn)$"), "/", ("target",)),
    (later(r"^(?:www\.)?google\.[a-z.]{2,6}$"), "/url", ("q", "url")),
    (later(r"^l\.(?:facebook|messenger|instagram)\.com$"), "/", ("u",)),
    (later(r"^lm\.facebook\.com$"), "/l.php", ("u",)),
    (later(r"^(?:www\.)?youtube\.com$"), "/redirect", ("q",)),
    (later(r"^(?:steamcommunity|store\.steampowered)\.com$"), "/linkfilter", ("url", "u")),
    (later(r"^(?:link|www)\.(?:csdn\.net|jianshu\.com|oschina\.net)$"), "/", ("target", "to", "url")),
    (later(r"^(?:www\.)?(?:jianshu\.com)$"), "/go-wild", ("url",)),
    (later(r"^www\.oschina\.net$"), "/action/GoToLink", ("url",)),
    (later(r"^(?:www\.)?douban\.com$"), "/link2", ("url",)),
    (later(r"^gate\.sc$"), "/", ("url",)),
    (later(r"^(?:out|away)\.(?:reddit|vk)\.com$"), "/", ("url", "to")),
    (later(r"^vk\.com$"), "/away.php", ("to",)),
    (later(r"^(?:www\.)?duckduckgo\.com$"), "/l/", ("uddg",)),
    (later(r"^slack-redir\.net$"), "/link", ("url",)),
    (later(r"^c\.pc\.qq\.com$"), "/", ("pfurl", "url")),
    (later(r"^sspai\.com$"), "/link", ("target",)),
    (later(r"^infoq\.cn$"), "/link", ("target",)),
    (later(r"^gitee\.com$"), "/link", ("target",)),
    (later(r"^afdian\.(?:net|com)$"), "/link", ("target",)),
    (later(r"^xie\.infoq\.cn$"), "/link", ("target",)),
    (later(r"^leetcode\.(?:cn|com)$"), "/link", ("target",)),
    (later(r"^cloud\.tencent\.com$"), "/developer/tools/blog-entry", ("target",)),
    (later(r"^weibo\.cn$"), "/sinaurl", ("u",)),
    (later(r"^tieba\.baidu\.com$"), "/safecheck/index", ("url",)),
    (later(r"^game\.bilibili\.com$"), "/linkfilter", ("url",)),
    (later(r"^(?:www\.)?pixiv\.net$"), "/jump.php", ("url",)),
    (later(r"^t\.umblr\.com$"), "/redirect", ("z",)),
    (later(r"^news\.url\.google\.com$"), "/url", ("q", "url")),
    (later(r"^(?:www\.)?linkedin\.com$"), "/redir/redirect", ("url",)),
    (later(r"^getpocket\.com$"), "/redirect", ("url",)),
    (later(r"^[\w.-]+\.safelinks\.protection\.outlook\.com$"), "/", ("url",)),
)  # fmt: skip
#: Redirectors whose whole query is the true address.
_BARE_REDIRECTORS = frozenset(("href.li", "nullrefer.com", "www.nullrefer.com", "anonym.to", "dereferer.me"))
#: Longer is no address that a person can follow; a data: address has its own limit in ``pictures``.
MAX_CHARS = 16_384


def tidy(address: str) -> str:
    """An address without the characters that browsers ignore."""
    address = address.strip(_EDGES)
    return address if address.isprintable() else _DROPPED.sub("", address).strip(_EDGES)


def scheme_of(address: str) -> str:
    """The scheme in small letters, ``""`` when it is relative. Give it a tidy address."""
    if address.startswith(("https://", "http://")):
        return "https" if address[4] == "s" else "http"
    match = _SCHEME.match(address)
    return match.group(1).lower() if match else ""


def absolute(address: str, base_url: str) -> str:
    """The absolute address; ``""`` when there is no base, or it is no address at all."""
    address = tidy(address)
    if not address or len(address) > MAX_CHARS:
        return ""
    if _PLAIN.fullmatch(address):
        return address
    try:
        if not scheme_of(address):
            if address.startswith("//"):
                scheme = scheme_of(base_url)
                address = f"{scheme if scheme in ('http', 'https') else 'https'}:{address}"
            elif base_url:
                # A path with ? or : in a file's name is still a path; urljoin reads the rest right.
                address = urljoin(base_url, address)
            else:
                return ""
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and not parts.hostname:
            return ""
    except ValueError:
        return ""
    return encode(address)


def encode(address: str) -> str:
    """Percent-encodes what may not stand raw in an address: spaces, quotes, letters outside ASCII after the host."""
    if not _UNSAFE.search(address):
        return address
    head = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*", address)
    end = head.end() if head else 0
    host = re.sub(r"""[\x00-\x20\x7f"<>\\^`{|}]""", "", address[:end])
    return host + _UNSAFE.sub(lambda match: quote(match.group(), errors="replace"), address[end:])


def clean_link(href: str, base_url: str) -> str:
    """The address a link leads to: absolute, http(s) or mailto, unwrapped, without tracking; else ``""``."""
    address = tidy(href)
    scheme = scheme_of(address)
    if scheme == "mailto":
        return encode(address) if len(address) <= 2000 else ""
    if scheme and scheme not in ("http", "https"):
        return ""
    address = absolute(address, base_url)
    if scheme_of(address) not in ("http", "https"):
        return ""
    for _ in range(3):
        inner = _unwrap(address)
        if not inner:
            break
        address = inner
    return without_tracking(address)


def beside(href: str, base_url: str) -> str:
    """The address of a link from one file to another as it is written; ``""`` when it is none.

    Only a relative path is one, and the name of a wiki link; where it leads is for ``neighbours`` to say.
    """
    if not base_url.startswith("file:") or len(href) > MAX_CHARS or href.startswith(("//", "\\\\", "#", "?")):
        return ""
    return href if scheme_of(href) in ("", "wiki") else ""


def without_tracking(address: str) -> str:
    """Drops the parameters whose only use is to follow people."""
    mark = address.find("?")
    if mark < 0:
        return address
    query, hash_mark, fragment = address[mark + 1 :].partition("#")
    if not query:
        return address
    parts = query.split("&")
    kept = [part for part in parts if not _TRACKING.match(part.split("=", 1)[0])]
    if len(kept) == len(parts):
        return address
    return address[:mark] + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def _unwrap(address: str) -> str:
    if "?" not in address or ("http" not in (rest := address[8:]) and "%" not in rest):
        return ""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        if host in _BARE_REDIRECTORS:
            inner = unquote(parts.query) if parts.query.startswith(("http%3A", "https%3A")) else parts.query
            return absolute(inner, "") if scheme_of(inner) in ("http", "https") else ""
        for pattern, path, names in _REDIRECTORS:
            if pattern.match(host) and parts.path.startswith(path):
                query = dict(parse_qsl(parts.query, max_num_fields=50))
                for name in names:
                    inner = tidy(query.get(name, ""))
                    if inner.startswith(("http%3A", "https%3A")):
                        inner = unquote(inner)
                    if scheme_of(inner) in ("http", "https"):
                        return absolute(inner, "")
    except ValueError:
        return ""
    return ""
