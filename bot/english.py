"""English itself: the small words, their sloppy forms, and what they signal about a question.

Nothing here knows any domain; words of the domain come from the knowledge folder.
All sets hold lower-case words as `language.split` yields them.
"""

from __future__ import annotations

import os
from functools import cache


def words(text: str) -> frozenset[str]:
    """Take words apart at blanks and line breaks: how every list of words in these rooms is written."""
    return frozenset(text.split())


# Words that carry no topic: they may stand between the words of a phrase, and never count as unexplained.
FUNCTION = words(
    """
    a an the this that these those there here it its itself he she they them their theirs we us our ours you your yours
    i me my mine one ones someone somebody anyone anybody everyone something anything everything nothing is are was were
    be been being am do does did doing done have has had having can could will would shall should may might must ought
    to of in on at by for from with into onto upon about as than then so if or and but nor yet because while when where
    which who whom whose what why how not no yes also too very much many more most some any all both each every other
    another such only just even still already ever never again please pls thanks thank hey hi hello ok okay well oh um
    uh actually really basically simply exactly maybe perhaps kind sort lot bit quite rather out up down off over under
    between within without through during per via using use used uses need needs needed want wants wanted like get gets
    got getting let make makes made making go goes going know tell say says said give gives given take takes taken put
    puts come comes mean means meant question q quick curious wonder wondering possible able right correct true false
    whether either neither vs versus amp etc eg ie e g aka anyway now new same own different certain particular various
    specific typical typically usually common commonly general generally mostly always often sometimes else instead
    though although however therefore thus hence ask asking asked answer answers help helps follow following statement
    statements option options choose select best better good great nice easy easily simple simplest easiest main key
    important first second third two three few several single multiple number amount way ways thing things stuff example
    examples type types exist exists happen happens happened look looks looking find finding try trying trie suppose
    support supports supported supporting allow allows allowed allowing people person
    guys folks team sir mate bro dude buddy sorry wait hmm erm lol btw imo afaik heck hell aws amazon service services
    cloud words terms nutshell layman eli5 dummies plain together extra resource resources context keyword keywords hint
    computing
    """
)

# Small words that a phrase of the vocabulary may leave out, and that are dropped from phrases when they are compiled.
ARTICLES = words("a an the is are was were be been my your our its their please")

# Words of business stories around a question: they say little, so they weigh little when nothing explains them.
GENERIC = words(
    """
    company companies organization organisation business enterprise firm startup agency government developer developers
    engineer engineers architect architects practitioner administrator admin user users customer customers client
    clients employee employees team teams application applications app apps system systems solution solutions workload
    workloads environment environments project projects requirement requirements require requires required requiring
    meet meets meeting goal goals approach approaches method methods case cases scenario situation issue issues problem
    problems reason reasons purpose purposes feature features functionality product products design designs designing
    designed architecture implement implements implementing implemented implementation build builds building built
    develop develops developing developed development create creates creating created run runs running ran work works
    working plan plans planning planned decide decides deciding decided choose chooses choosing chosen consider
    considering considered provide provides providing provided enable enables enabling enabled host hosts hosting
    hosted deploy deploys deploying deployed manage manages managing managed management model models process processes
    processing processed handle handles handling handled perform performs performing performed performance launch
    launches launching launched rely relies various accomplish ensure must currently recently existing current modern
    legacy internal external online web data information job jobs task tasks program programs script scripts code
    software available availability minimum maximum least minimal maximize minimize minimise maximise reduce reduces
    reducing increase increases increasing improve improves cost costs effective efficient efficiently operational
    operationally overhead effort amount time times day days week weeks month months year years hour hours minute
    minutes second seconds based include includes including included involve involves need contain contains following
    above below describe describes term terms refer refers called name named known large small big huge high low higher
    lower highly fast quickly quick slow long short expect expects expected anticipate anticipates ensures recommend
    recommends recommended recommendation suggest suggests suggested advice opinion suitable appropriate ideal proper
    correct properly start starts starting started begin stop stops keep keeps place location access today real world
    practice difference differences compare comparison
    """
)

# What people type instead of words; a value of several words is split again.
SLOPPY = {
    "u": "you", "ur": "your", "r": "are", "n": "and", "y": "why", "k": "ok", "pls": "please", "plz": "please",
    "thx": "thanks", "ty": "thanks", "hw": "how", "hws": "how is", "wht": "what", "whts": "what is", "wat": "what",
    "wats": "what is", "wut": "what", "whats": "what is", "wots": "what is", "wot": "what", "whos": "who is",
    "hows": "how is", "wheres": "where is", "whens": "when is", "whys": "why is", "thats": "that is",
    "theres": "there is", "heres": "here is", "im": "i am", "ive": "i have", "dont": "do not", "doesnt": "does not",
    "didnt": "did not", "cant": "can not", "cannot": "can not", "couldnt": "could not", "isnt": "is not",
    "arent": "are not", "wasnt": "was not", "wont": "will not", "wouldnt": "would not", "shouldnt": "should not",
    "havent": "have not", "hasnt": "has not", "cn": "can", "shud": "should", "shld": "should", "wud": "would",
    "cud": "could", "wuld": "would", "bt": "but", "b4": "before", "btw": "by the way", "btwn": "between",
    "bw": "between", "diff": "difference", "diffs": "differences", "dif": "difference", "diffrence": "difference",
    "diferrence": "difference", "mem": "memory", "abt": "about", "w": "with", "wo": "without", "wout": "without",
    "tmout": "timeout", "secs": "seconds", "sec": "second", "mins": "minutes", "hrs": "hours", "hr": "hour",
    "avg": "average", "bc": "because", "cuz": "because", "coz": "because", "idk": "i do not know",
    "dunno": "do not know", "gonna": "going to", "wanna": "want to", "gotta": "have to", "kinda": "kind of",
    "sth": "something", "smth": "something", "ppl": "people", "tho": "though", "thru": "through", "teh": "the",
    "hte": "the", "adn": "and", "nad": "and", "ot": "to", "fo": "of", "si": "is", "wich": "which", "whch": "which",
    "mx": "max", "lim": "limit", "lims": "limits", "srvr": "server", "svr": "server", "svc": "service",
    "svcs": "services", "srvc": "service", "img": "image", "imgs": "images", "pic": "picture", "pics": "pictures",
    "db": "database", "dbs": "databases", "env": "environment", "envs": "environments", "cfg": "config",
    "lang": "language", "langs": "languages", "perf": "performance", "auth": "authentication", "creds": "credentials",
    "infra": "infrastructure", "prod": "production", "msg": "message", "msgs": "messages", "req": "request",
    "reqs": "requests", "alot": "a lot", "ez": "easy", "v": "vs", "vrs": "vs", "sm": "some", "evry": "every",
    "bcoz": "because", "nd": "and", "da": "the", "dis": "this", "dat": "that", "wit": "with", "wid": "with",
    "gud": "good", "gr8": "great", "l8r": "later", "explin": "explain", "xplain": "explain",
}  # fmt: skip

# Numbers in words; from a hundred on they multiply what stands before them (`reading.amounts`).
NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000,
    "dozen": 12, "couple": 2,
}  # fmt: skip

# The place in a list that a word names, from 0; from the end if negative.
ORDINALS = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "last": -1, "latter": -1,
}  # fmt: skip

# What begins a question, or asks for an answer.
INTERROGATIVES = words("what which who whom whose where when why how")
AUXILIARIES = words(
    """
    is are was were am do does did can could will would shall should may might must has have had isnt arent dont doesnt
    cant
    """
)
QUESTION_VERBS = words(
    """
    explain describe define compare list name state tell give show mention identify differentiate distinguish contrast
    clarify summarize summarise elaborate discuss recommend suggest help outline deciding choosing choose select pick
    enumerate
    """
)

# What turns a question round, sets things side by side, or points at what was named before.
NEGATIONS = words("not no without except besides excluding never cannot nor neither non unlike")
COMPARING = words(
    """
    vs versus difference differences differ differs different compare compared compares comparing comparison distinguish
    differentiate contrast better worse over than or instead between deciding choosing similarities similar distinction
    alternative alternatives
    """
)
PRONOUNS = words("it its they them their this that these those")
FIRST_PERSON = words("i we us our my me im ive")

# Words that need no explanation by an answer.
SAYING_NOTHING = FUNCTION | INTERROGATIVES | AUXILIARIES | COMPARING | QUESTION_VERBS

# What people say to one another besides asking; SOCIAL is all that such a message may be made of.
GREETINGS = words(
    """
    hi hello hey hiya howdy yo hola bonjour ciao hallo servus moin namaste greetings morning afternoon evening
    goodmorning goodnight night goodbye bye cya later cheers thanks thank thx ty merci gracias danke welcome sup heya
    hullo ola aloha tschüss adios
    """
)
THANKS = words("thanks thank thx ty merci gracias danke cheers appreciated appreciate")
FAREWELLS = words("goodbye bye cya goodnight night later adios ciao see")
SOCIAL = words(
    """
    hi hello hey hiya howdy yo hola bonjour ciao hallo servus moin namaste greetings good morning afternoon evening day
    night goodmorning goodnight goodbye bye cya later cheers thanks thank thx ty merci gracias danke welcome sup heya
    ola aloha guten tag abend buenos dias nacht you u so much a lot very again mate man all everyone team there folks
    guys bot friend buddy dear sir madam nice one cool great awesome perfect excellent lovely wonderful ok okay k kk
    alright got it that was helpful see ya how are doing is going been what up whats have bless well done job haha
    hahaha lol lmao hehe wow yay love take care appreciated appreciate brilliant amazing works super no problem worries
    np yes yep yeah sure fine thats for your the help this makes sense understood understand i we now today to really
    exactly right
    """
)

# Questions that nobody wants an answer to.
PLEASANTRIES = frozenset(
    {
        "how are you",
        "how are you doing",
        "how is it going",
        "what is up",
        "how do you do",
        "what is new",
        "how are you today",
        "how is everyone",
        "how are things",
    }
)


_ALL_ABOVE = FUNCTION | GENERIC | SOCIAL | QUESTION_VERBS | INTERROGATIVES | AUXILIARIES | NEGATIONS


def knows(word: str) -> bool:
    """Whether a word is one of `common`; most questions can be told without reading the list."""
    return word in _ALL_ABOVE or word in common()


@cache
def common() -> frozenset[str]:
    """Everyday English words: never repaired into something else."""
    with open(os.path.join(os.path.dirname(__file__), "english.txt"), encoding="utf-8") as file:
        listed = file.read().split("\n\n", 1)[1].split()
    return _ALL_ABOVE.union(listed)
