"""The names and descriptions of the commands in other languages; what is not here stays English."""

from __future__ import annotations

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

LANGUAGES = (Locale.german, Locale.french, Locale.spain_spanish, Locale.brazil_portuguese, Locale.japanese)

# By the English text: German, French, Spanish, Brazilian Portuguese, Japanese. The answers themselves are English.
TRANSLATIONS = {
    # commands
    "ask": ("frage", "demander", "preguntar", "perguntar", "質問"),
    "compare": ("vergleiche", "comparer", "comparar", "comparar", "比較"),
    "limits": ("grenzen", "limites", "límites", "limites", "上限"),
    "recommend": ("empfiehl", "recommander", "recomendar", "recomendar", "おすすめ"),
    "topics": ("themen", "sujets", "temas", "tópicos", "トピック"),
    "about": ("über", "à-propos", "acerca-de", "sobre", "このボットについて"),
    "Ask about this": (
        *("Dazu fragen", "Demander à ce sujet", "Preguntar sobre esto"),
        *("Perguntar sobre isto", "これについて質問"),
    ),
    "Ask a question; the answer names its source": (
        "Stelle eine Frage; die Antwort (englisch) nennt ihre Quelle",
        "Pose une question ; la réponse (en anglais) cite sa source",
        "Haz una pregunta; la respuesta (en inglés) cita su fuente",
        "Faça uma pergunta; a resposta (em inglês) cita a fonte",
        "質問すると、出典付きで回答します（英語）",
    ),
    "Compare two or three things side by side": (
        "Vergleiche zwei oder drei Dinge miteinander",
        "Compare deux ou trois choses entre elles",
        "Compara dos o tres cosas entre sí",
        "Compare duas ou três coisas lado a lado",
        "2つまたは3つを比較します",
    ),
    "The limits of a service": (
        *("Die Grenzen eines Dienstes", "Les limites d'un service", "Los límites de un servicio"),
        *("Os limites de um serviço", "サービスの上限"),
    ),
    "Find out what fits your needs": (
        "Finde heraus, was zu deinen Anforderungen passt",
        "Trouve ce qui convient à tes besoins",
        "Averigua qué se ajusta a tus necesidades",
        "Descubra o que atende às suas necessidades",
        "要件に合うものを調べます",
    ),
    "What you can ask me about": (
        *("Wonach du mich fragen kannst", "Ce que tu peux me demander", "Sobre qué puedes preguntarme"),
        *("Sobre o que você pode me perguntar", "質問できる内容"),
    ),
    "What I am, what I know and what I keep": (
        "Was ich bin, was ich weiß und was ich behalte",
        "Ce que je suis, ce que je sais et ce que je garde",
        "Qué soy, qué sé y qué guardo",
        "O que sou, o que sei e o que guardo",
        "このボットの概要、知識、保存する情報",
    ),
    # options
    "question": ("frage", "question", "pregunta", "pergunta", "質問"),
    "private": ("privat", "privé", "privado", "privado", "自分のみ"),
    "by": ("nach", "selon", "según", "por", "観点"),
    "service": ("dienst", "service", "servicio", "serviço", "サービス"),
    "need": ("bedarf", "besoin", "necesidad", "necessidade", "要件"),
    "and": ("und", "et", "y", "e", "要件2"),
    "also": ("auch", "aussi", "también", "também", "要件3"),
    "What you want to know, in English": (
        "Was du wissen möchtest, auf Englisch",
        "Ce que tu veux savoir, en anglais",
        "Lo que quieres saber, en inglés",
        "O que você quer saber, em inglês",
        "知りたいこと（英語）",
    ),
    "Show the answer to you alone": (
        "Die Antwort nur dir zeigen",
        "N'afficher la réponse qu'à toi",
        "Mostrar la respuesta solo a ti",
        "Mostrar a resposta só para você",
        "回答を自分だけに表示",
    ),
    "What to compare": (
        *("Was verglichen werden soll", "Ce qu'il faut comparer", "Qué comparar", "O que comparar", "比較するもの"),
    ),
    "One more to compare": (
        *("Noch etwas zum Vergleichen", "Un autre élément à comparer", "Otro más para comparar"),
        *("Mais um para comparar", "比較するもの（追加）"),
    ),
    "Compare by one thing only": (
        "Nur nach einem Gesichtspunkt vergleichen",
        "Comparer selon un seul critère",
        "Comparar por un solo criterio",
        "Comparar por um só critério",
        "1つの観点だけで比較",
    ),
    "Which service": ("Welcher Dienst", "Quel service", "Qué servicio", "Qual serviço", "対象のサービス"),
    "What your workload needs": (
        "Was deine Anwendung braucht",
        "Ce dont ton application a besoin",
        "Lo que necesita tu aplicación",
        "Do que sua aplicação precisa",
        "ワークロードの要件",
    ),
    "What it needs, too": (
        *("Was sie außerdem braucht", "Ce dont elle a aussi besoin", "Qué más necesita"),
        *("Do que mais ela precisa", "その他の要件"),
    ),
}


class Names(Translator):
    """Hands discord.py the translations."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """The text in a language, if somebody has translated it."""
        del context
        translated = TRANSLATIONS.get(string.message)
        return translated[LANGUAGES.index(locale)] if translated and locale in LANGUAGES else None
