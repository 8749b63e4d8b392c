"""What is left of a message before it is kept: secrets and what names a person, a machine or an account are taken out.

What a question is about stays: technical words, numbers with their units, versions, the form of an address or ARN.
When in doubt a word is lost; nothing here can recognise a name or a secret that looks like any other word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

READ = 4000  # characters of a message that are looked at
KEPT = 1000  # characters that are kept at most; a question is told in fewer
LAST_WORD = 200  # characters at the end of a cut text in which its last, halved word begins

SECRET, E_MAIL, ADDRESS, ACCOUNT = "[secret]", "[e-mail]", "[address]", "[account]"
CARD, PHONE, NAME, CHANNEL, ID = "[card]", "[phone]", "[name]", "[channel]", "[id]"

# The same for everybody: any, this machine, and where a machine asks about itself.
EVERYBODYS = frozenset(["0.0.0.0", "127.0.0.1", "169.254.169.254", "169.254.170.2", "::", "::1"])  # noqa: S104
RANDOM = 20  # characters from which a word of letters and digits is looked at as a key
DIGITS = 3  # that a word of capital and small letters has at most, unless it was drawn by lot
CHANGES = 0.42  # of capitals, small letters and digits, per character: names such as CamelCase stay below, keys above

Replacement = str | Callable[["re.Match[str]"], str]


def redact(text: str) -> str:
    """The text without what identifies or unlocks, at most KEPT characters long; doing it again changes nothing."""
    text = _head(text, READ)
    # What is put in is never taken out again, so each round has less to find; nearly always the second finds nothing.
    while (found := _head(_once(text), KEPT)) != text:
        text = found
    return text


def _once(text: str) -> str:
    if not _SUSPICIOUS.search(text):
        return text
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def _head(text: str, length: int) -> str:
    """The beginning of a text; without the word in which it was cut, because half a secret is not recognised."""
    if len(text) <= length:
        return text
    cut = text[:length]
    start = max(cut.rfind(space, length - LAST_WORD) for space in " \n\t")
    return cut[: start if start >= 0 else length - LAST_WORD].rstrip()


# ---------------------------------------------------------------- what is decided by looking closer


def _address(found: re.Match[str]) -> str:
    """A network loses its address and keeps its size: "10.0.0.0/16" is "[address]/16"."""
    return found.group() if found.group() in EVERYBODYS else ADDRESS


def _digits(found: re.Match[str]) -> str:
    """A card number, by its check digit, or only a long number."""
    digits = [int(c) for c in found.group() if c.isdecimal()]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return CARD if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else found.group()


def _key(found: re.Match[str]) -> str:
    """A long word of letters and digits as nobody would choose it."""
    return ID if _drawn(found.group()) else found.group()


def _drawn(word: str) -> bool:
    digits = sum(map(str.isdecimal, word))
    if word.lower() == word or word.upper() == word:
        return digits > DIGITS and max(map(len, re.split("[-_/+=]", word))) >= RANDOM
    return digits > DIGITS or _changes(word) / len(word) > CHANGES


def _changes(word: str) -> int:
    kinds = [c.isdecimal() + 2 * c.isupper() + 4 * c.islower() for c in word]
    return sum(one != other for one, other in pairwise(kinds))


# ---------------------------------------------------------------- the rules, the surest first

# No rule takes long over a hostile text: what repeats is possessive (++), or has a bound and begins at an edge.
_RULES: tuple[tuple[re.Pattern[str], Replacement], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Private keys, as far as they go.
        (r"(?s)-----BEGIN [A-Z ]{1,40}-----.*?(?:-----END [A-Z ]{1,40}-----|\Z)", SECRET),
        # What the platforms mark: people, groups and channels, addresses, numbers.
        (r"<(?:@[!&]?|!subteam\^)\w{1,40}(?:\|[^<>]{0,200})?>", NAME),
        (r"<#\w{1,40}(?:\|[^<>]{0,200})?>", CHANNEL),
        (r"(?i)<mailto:[^<>]{1,400}>", E_MAIL),
        (r"(?i)<tel:[^<>]{1,100}>", PHONE),
        # Links: where they lead stays, what was entered there does not; some paths are keys by themselves.
        (r"(?i)(://[\w.-]{0,80}/(?:services|api/webhooks|hooks)/)[^\s<>|?#]++", rf"\1{SECRET}"),
        (r"(?<=://)[^\s/?#@<>|]{1,200}@", f"{SECRET}@"),
        (r"(?i)((?<![\w/.+-])[a-z][a-z0-9+.-]{0,20}://[^\s?#<>|]{1,2000}+)[?#][^\s<>|]++", rf"\1?{SECRET}"),
        # Keys and tokens that say by their beginning what they are.
        (r"(?<![A-Za-z0-9])(?:xox[a-z]|xapp|xwfp)[-.][\w.-]++", SECRET),
        (r"(?<![A-Za-z0-9])(?:gh[a-z]|github_pat|glpat|npm|hf|pypi|dop_v1)[_-][\w-]{16,}+", SECRET),
        (r"(?<![A-Za-z0-9])(?:[a-z]{2}_(?:live|test)_|whsec_|sk-|AIza|SG\.)[\w.-]{12,}+", SECRET),
        (r"(?<![A-Za-z0-9])A(?:KIA|SIA|BIA|CCA|ROA|IDA|GPA|NPA|NVA|PKA)[A-Z0-9]{12,}+", SECRET),
        (r"(?<![\w-])eyJ[\w-]{8,}+(?:\.[\w-]*+){0,4}", SECRET),
        (r"(?<![\w-])[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}+", SECRET),
        # … or by the word before them.
        (r"(?i)\b((?:bearer|basic)\s{1,3})(?=\S{0,40}[\d=])[\w.~+/=-]{8,}+", rf"\1{SECRET}"),
        (r"(?i)((?:passw(?:or)?d|passphrase|pwd)[\"']?\s{0,3}[:=]\s{0,3})\S++", rf"\1{SECRET}"),
        (r"(?i)(\bpassw(?:or)?d is )(?=[a-z]{0,40}[^\sa-z.,;!?])\S++", rf"\1{SECRET}"),
        (r"(?i)((?:secret|token|[_-]key|apikey|credential)[\w-]{0,30}[\"']?\s{0,3}=\s{0,3})\S++", rf"\1{SECRET}"),
        (
            r"(?i)((?:secret|token|[_ -]key|apikey)[\w-]{0,30}[\"']?\s{0,3}:\s{0,3})(?=\D{0,40}\d|\S{16})\S{8,}+",
            rf"\1{SECRET}",
        ),
        # People: who an ARN names, addresses of e-mail, mentions.
        (r"(:user/)[\w+=,.@/-]++", rf"\1{NAME}"),
        (r"(:assumed-role/[\w+=,.@-]{1,64}/)[\w+=,.@-]++", rf"\1{NAME}"),
        (r"(?<![^\s<>()\[\],;:\"|=])[^\s@<>()\[\],;:\"|=]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,20}(?!\w)", E_MAIL),
        (r"(?<![\w\]])@[\w][\w.-]*+", NAME),
        # Machines, and whatever has a number of 128 bits.
        (r"(?i)(?<![\da-z])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-z])", ID),
        (r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)", _address),
        (r"(?<![a-z0-9])([a-z0-9]{2,3}-)\d{1,3}(?:-\d{1,3}){3}(?![\w-])", rf"\1{ADDRESS}"),
        (
            r"(?i)(?<![\w:.])(?:(?=[\da-f:]{0,38}::)[\da-f:]{2,39}|(?:[\da-f]{1,4}:){5,7}[\da-f]{1,4})(?![\w:])",
            _address,
        ),
        # Numbers of accounts, cards and telephones.
        (r"(?<!\d)(?<!\d[.,:])(?:[3-6]\d|2[2-7])\d\d(?:([ -])\d{4}\1\d{4}\1\d{4}|\d{9,15})(?!\d)", _digits),
        (r"(?<!\d)(?<!\d[.,:])3\d{3}([ -]?)\d{6}\1\d{4,5}(?!\d)", _digits),
        (r"(?<!\d)(?<!\d[.,])\d{4}(-?)\d{4}\1\d{4}(?![\d-])", ACCOUNT),
        (r"(?<![\w+])\+\d(?:[ ().-]{0,2}\d){7,14}(?!\d)", PHONE),
        (r"(?<![\w.,])\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}(?![\d.-])", PHONE),
        (r"(?<![\w.,/-])(?<!\d )(?:0\d{9,13}|\(?0\d{1,4}\)?[ /-]\d{2,4}(?:[ -]?\d{2,4}){1,4})(?![\w.])", PHONE),
        (r"(?i)(?<![\w\[])((?:phone|tel|mobile|cell|call|whatsapp)\b\D{0,12})\d{7,11}(?!\d)", rf"\1{PHONE}"),
        (r"(?<![\w/+])(?=[^\d\s]{0,39}\d)(?=[^a-z\s]{0,39}[a-z])(?=[^A-Z\s]{0,39}[A-Z])[\w/+]{40}(?![\w/+])", SECRET),
        # Whatever else is long and was drawn by lot.
        (r"(?i)(?<![\da-z])(?=[a-f]{0,40}\d)[\da-f]{16,}+(?![g-z])", ID),
        (rf"(?<![\w/+=-])[\w/+=-]{{{RANDOM},}}+", _key),
    )
)
# What none of these is without; most messages have none of it.
_SUSPICIOUS = re.compile(r"[@<=]|://|\d{7}|\d[-. ()/:]+\d|[:-]{2}|\S{16}|(?i:passw|secret|token|key|bearer|basic)")
