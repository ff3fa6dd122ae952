"""Story or not, by the shape of a URL's path and query: evidence for and against.

Measured on links of real pages; a guess all the same. A source's own patterns overrule it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|mov|avi|webm|og[gv]|wav|m3u8|pdf"
    r"|docx?|xlsx?|pptx?|epub|zip|gz|rar|7z|tar|exe|apk|dmg|css|js|mjs|json|xml|rss|atom|rdf|txt"
    r"|csv|ics|woff2?|ttf|torrent)\Z",
    re.IGNORECASE,
)
_PAGE_SUFFIX = re.compile(
    r"\.(?:[sp]?html?|php\d?|aspx?|jspx?|cms|ece|story|do|xhtml|amp|cfm)\Z", re.IGNORECASE
)
# A path with one of these as a whole segment lists stories, or is no story at all.
_NEVER = _names("""
    tag tags tagg hashtag category categories kategorie categorie categoria categorias rubrik
    author authors
    autor autoren autore autores auteur auteurs search suche suchen busca buscar recherche
    recherches cerca zoeken sok haku login logout signin sign-in signup sign-up anmelden
    connexion register account profile profil subscribe subscription subscriptions abo
    abonnement abonnements newsletter newsletters feed feeds rss wp-admin wp-content wp-json
    wp-login.php cdn-cgi api contact kontakt contacto contatti impressum imprint datenschutz
    privacy cookies terms agb sitemap sitemaps advertise jobs shop cart checkout podcasts
    mediathek gutschein gutscheine job stellenmarkt forum forums vergleich kommentare comments
    weather horoscope horoskop crossword crosswords tv-guide epaper e-paper print-edition
""")
# Behind one of these as its first segment a path names a section, as WordPress makes them.
_FILING = _names("""
    category categories kategorie kategorien categoria categorias categorie rubrik rubrique
    rubriques section sections seccion secciones sezione sezioni kategori
""")
# These list stories when they come last or with one name after them; stories lie below them too.
_USUALLY_LISTS = _names("""
    topic topics thema themen theme themes tema temas sujet sujets dossier dossiers argomenti
    archive archives archiv section sections people live-news series collection collections
    team contributors contributor columnist reporter reporters by staff tagged
""")
_LEGAL_SLUG = re.compile(
    r"(?:privacy|cookies?|terms|legal|about|contact|advertis|newsletter|subscri|careers?|help|faq"
    r"|datenschutz|impressum|kontakt|mentions-legales|politique-de|aviso-legal|politica-de"
    r"|code-of|corrections?|editorial-(?:guide|polic|standard)|how-to-contact)(?:[-_]|\Z)|.*newsletter"
)
# These stay what they are whatever number their system puts behind them.
_PLAIN_LIST = re.compile(r"(?:home|startseite|impressum|datenschutz|privacy|agb)(?:[-_.]\d+)?\Z")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[/_-](?:0?[1-9]|1[0-2]|[a-z]{3,9})[/_-](?:[0-2]?\d|3[01])|(?:0[1-9]|1[0-2])"
    r"(?:[0-2]\d|3[01]))(?!\d)",
    re.IGNORECASE,
)
_YEAR_MONTH = re.compile(r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])/")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_HEX_ID = re.compile(r"(?<![0-9a-z])(?=[0-9a-f]*\d)[0-9a-f]{8,}(?![0-9a-z])", re.IGNORECASE)
_MIXED_ID = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])\w{6,40}\Z", re.ASCII)
_ID_PARAMETERS = _names("""
    p id aid sid nid cid idx no article articleid article_id storyid story_id newsid news_id
    news_seq_no contentid content_id art_id artid docid oid idxno arcid
""")
_DIGIT = re.compile(r"\d")
_WORD_BREAKS = re.compile(r"[-_,+ ]+")


def is_story_shape(path: str, query: str) -> bool:
    """Whether an unescaped path and a query read like those of a story."""
    segments = [segment for segment in path.split("/") if segment]
    if is_never_story(path) or _MEDIA.search(path):
        return False
    if not segments or segments[-1].lower() in {"index.html", "index.php", "default.asp"}:
        return _has_story_id(query)
    if _is_list_path(path, segments):
        return False
    return _is_story_path(path, segments) or _has_story_id(query)


def is_never_story(path: str) -> bool:
    """Whether an unescaped path says by one of its segments that it lists or serves."""
    return any(segment.lower() in _NEVER for segment in path.split("/"))


def is_section_shape(path: str, query: str) -> bool:
    """Whether an unescaped path and a query read like those of a section: short, plain words."""
    segments = [segment.lower() for segment in path.split("/") if segment]
    if segments and segments[0] in _FILING:
        del segments[0]
    if not 1 <= len(segments) <= 2 or query or _MEDIA.search(path) or _DIGIT.search(path):
        return False
    if any(segment in _NEVER or _LEGAL_SLUG.match(segment) for segment in segments):
        return False
    return not is_story_shape(path, query)


def _has_story_id(query: str) -> bool:
    return any(
        name.lower() in _ID_PARAMETERS and sum(char.isdigit() for char in value) >= 3
        for name, value in parse_qsl(query, errors="replace", max_num_fields=None)
    )


def _is_list_path(path: str, segments: list[str]) -> bool:
    last = segments[-1].lower()
    if len(segments) > 1 and segments[-2].lower() in {"page", "seite", "p", "pagina"}:
        return last.isdigit() and len(last) < 5
    for name in segments[-2:]:
        if name.lower() in _USUALLY_LISTS and not has_evidence(path):
            return True
    slug = _PAGE_SUFFIX.sub("", last)
    if _PLAIN_LIST.match(slug.partition(".")[0]):
        return True
    return bool(_LEGAL_SLUG.match(slug)) and not has_evidence(path)


def has_evidence(path: str) -> bool:
    """Whether ``path`` (or a whole URL) has a date or an id in it, which few lists have."""
    return bool(_DATE.search(path) or _LONG_NUMBER.search(path) or _HEX_ID.search(path))


def _is_story_path(path: str, segments: list[str]) -> bool:
    last = _PAGE_SUFFIX.sub("", segments[-1])
    if dated := _DATE.search(path):
        rest = _PAGE_SUFFIX.sub("", path[dated.end() :]).strip("/-_")
        return bool(rest) or _is_slug(path[: dated.start()].rsplit("/", 1)[-1])
    if _LONG_NUMBER.search(last) or _HEX_ID.search(last) or _is_slug(last):
        return True
    if _YEAR_MONTH.search(path) and not last.isdigit():
        return True
    if len(segments) < 2:
        return False
    before = segments[-2]
    return bool(_MIXED_ID.match(last) or _LONG_NUMBER.search(before) or _is_slug(before))


def _is_slug(segment: str) -> bool:
    """Whether ``segment`` reads like a headline: four words, three long ones, or a script of ours
    that is not written with spaces."""
    words = [word for word in _WORD_BREAKS.split(segment) if word]
    letters = sum(char.isalpha() for char in segment)
    if any(char > "\u2e80" for char in segment):
        return letters >= 10
    return (len(words) >= 4 and letters >= 14) or (len(words) == 3 and letters >= 19)
