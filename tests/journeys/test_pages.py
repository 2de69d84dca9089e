"""Every page of every role: axe finds nothing, nothing overflows at 320 px, the CSP is kept."""

import pytest

PUBLIC = [
    "/",
    "/anmelden/",
    "/anmelden/code/",
    "/passwort/",
    "/wer-sieht-was/",
    "/barrierefreiheit/",
    "/datenschutz/",
    "/impressum/",
    "/beispiel/postfach/",
    "/gibt-es-nicht/",
    "/mitmachen/",
    "/mitmachen/jetzt/",
    "/mitreden/ludwigshafen/ar/",
    "/mitreden/ludwigshafen/hilfe/fa/",
    "/mitreden/ludwigshafen/ergebnis/1/ar/",
    "/mitreden/ludwigshafen/barriere/de/",
    "/mitreden/ludwigshafen/gesagt-getan/ar/",
    "/mitreden/ludwigshafen/barriere/de/stand/",
    "/u/gibtesnicht/",
]
PAGES = {
    "-": PUBLIC,
    "koordination": [
        "/",
        "/runden/",
        "/runden/neu/",
        "/runden/2/",
        "/runden/1/muster/",
        "/instrument/",
        "/instrument/2/",
        "/instrument/3/bearbeiten/",
        "/instrument/3/bearbeiten/BET-1/",
        "/instrument/3/bearbeiten/version/",
        "/instrument/3/aenderungen/",
        "/instrument/3/beschluss/",
        "/instrument/3/neue-anforderung/KOM/",
        "/instrument/2/vergleich/1/",
        "/instrument/2/fassung/",
        "/instrument/1/rueckmeldungen/",
        "/instrument/einlesen/",
        "/instrument/1/fragebogen/",
        "/ergebnisse/",
        "/ergebnisse/7/",
        "/ergebnisse/7/wirkung/",
        "/massnahmen/stadt/",
        "/massnahmen/stadt/?ansicht=tafel",
        "/massnahmen/stadt/?ansicht=zeit",
        "/massnahmen/anfragen/",
        "/massnahmen/anfragen/1/",
        "/massnahmen/zentral/?runde=1&anforderung=KOM-1",
        "/massnahmen/funktionen/",
        "/massnahmen/gute-praxis/",
        "/nachrichten/texte/measure_due/",
        "/strategie/",
        "/strategie/bearbeiten/",
        "/muster/",
        "/konto/",
        "/befragungen/",
        "/befragungen/neu/2/",
        "/befragungen/3/",
        "/befragungen/3/vorschau/uk/#f1",
        "/befragungen/1/ergebnis/",
        "/befragungen/2/",
        "/befragungen/zugang/21/plakat/ar/",
        "/befragungen/zugang/23/bogen/de/",
        "/befragungen/zugang/23/eingeben/",
        "/barrieren/",
        "/barrieren/plakat/ar/",
        "/hilfe-adressen/",
        "/instrument/1/uebersetzungen/",
        "/instrument/1/uebersetzungen/ar/",
        "/instrument/1/sprachen/nebeneinander/?sprache=uk&sprache=ar&sprache=fa",
    ],
    "leitung.vhs": [
        "/",
        "/selbstbewertung/11/vorbereiten/",
        "/selbstbewertung/11/auftrag/",
        "/selbstbewertung/11/team/",
        "/selbstbewertung/11/termin/",
        "/selbstbewertung/11/workshop/papier/",
        "/selbstbewertung/11/workshop/papier/fragebogen/",
        "/selbstbewertung/11/meine-sicht/",
        "/selbstbewertung/11/meine-sicht/KOM-1/",
        "/selbstbewertung/11/meine-sicht/drucken/",
        "/ergebnisse/5/",
        "/selbstbewertung/5/protokoll/",
        "/befragungen/teil/1/gesagt-getan/",
        "/massnahmen/1/",
        "/massnahmen/1/bearbeiten/",
        "/massnahmen/2/anfrage/",
        "/massnahmen/1/veroeffentlichen/",
        "/massnahmen/einrichtung/7/",
    ],
    "anmeldung.vhs": [
        "/",
        "/massnahmen/",
        "/massnahmen/kurzcheck/",
        "/massnahmen/kalender/",
        "/nachrichten/",
        "/nachrichten/e-mails/",
    ],
    "leitung.abh": ["/", "/selbstbewertung/8/anforderungen/", "/selbstbewertung/8/vorbereiten/"],
    "leitung.wbl": ["/", "/teilnahme/12/"],
    "leitung.ift": [
        "/",
        "/selbstbewertung/9/freigabe/",
        "/selbstbewertung/9/massnahmen/",
        "/selbstbewertung/9/workshop/",
        "/selbstbewertung/9/protokoll/",
    ],
    "leitung.jc": [
        "/befragungen/",
        "/befragungen/2/",
        "/befragungen/2/ergebnis/",
        "/befragungen/2/texte/",
    ],
    "empfang.jc": ["/", "/selbstbewertung/10/workshop/dabei/", "/selbstbewertung/10/workshop/"],
    "moderation": [
        "/",
        "/selbstbewertung/10/workshop/",
        "/selbstbewertung/10/workshop/STE-2/",
        "/selbstbewertung/10/workshop/KOM-3/",
        "/selbstbewertung/10/workshop/KOM-3/beleg/",
        "/selbstbewertung/10/workshop/leinwand/",
        "/selbstbewertung/10/workshop/ablauf/",
        "/selbstbewertung/10/workshop/papier/",
        "/selbstbewertung/10/workshop/papier/blaetter/a4/?nur=KOM-1",
        "/selbstbewertung/10/workshop/papier/blaetter/a3/?nur=KOM-1",
        "/selbstbewertung/10/workshop/papier/leitfaden/",
        "/selbstbewertung/10/protokoll/",
        "/selbstbewertung/11/workshop/",
        "/selbstbewertung/11/workshop/papier/eingeben/",
        "/uebung/",
    ],
    "lenkungskreis": ["/", "/runden/2/", "/ergebnisse/", "/ergebnisse/1/"],
    "personalrat": ["/", "/logbuch/", "/runden/"],
    "administration": ["/", "/personen/", "/personen/einladen/", "/stadt/", "/versand/"],
}
LOOKS = {
    "phone": {"width": 320, "height": 640},
    "desk and dark": {"width": 1280},
    "english and forced colours": {
        "width": 320,
        "height": 640,
        "forced": True,
        "locale": "en-GB",
    },
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_accessible_in_every_look(visitor, who: str, look: str) -> None:
    person = visitor(**LOOKS[look])
    if who != "-":
        person.sign_in_as(who)

    found = []
    for path in PAGES[who]:
        person.go(path)
        found += [f"{path}: {problem}" for problem in person.axe()]
        if "dark" in look:  # the same page in other colours, so only these can be wrong
            person.page.emulate_media(color_scheme="dark")
            found += [f"{path} dark: {problem}" for problem in person.axe("color-contrast")]
            person.page.emulate_media(color_scheme="light")
        if person.overflow() > 0:
            found.append(f"{path}: {person.overflow()} px too wide")

    assert found == []
    assert person.problems == []
