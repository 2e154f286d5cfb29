"""The built-in reminders to pay: a friendly one, a plain one and a last one, in several languages.

A level above the third takes the last text. Places: {client} {contact} {invoices} {total} {days} {pay_by} {today} {seller}.
"""

from __future__ import annotations

# language → ((subject, text) a level), and what an invoice without a number is called, and "due" before its day.
TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("A friendly reminder: {total}", "Dear {contact},\n\nperhaps it was overlooked: we have not yet seen a payment for\n\n{invoices}\n\nPlease transfer {total} by {pay_by}. If you have paid in the meantime, please take this as\nread, with our thanks.\n\nKind regards\n{seller}"),
        ("Overdue: {total}", "Dear {contact},\n\nthese invoices are unpaid, the oldest has been overdue for {days} days:\n\n{invoices}\n\nPlease pay {total} by {pay_by}, or tell us by then what keeps you from it, so that we can find\na way together.\n\nKind regards\n{seller}"),
        ("Last reminder: {total}", "Dear {contact},\n\nthese invoices have been unpaid for long, the oldest has been overdue for {days} days:\n\n{invoices}\n\nThis is our last reminder. If {total} does not reach us by {pay_by}, we shall stop deliveries\nand hand the matter over for collection.\n\nYours sincerely\n{seller}"),
    ),
    "pl": (
        ("Przypomnienie o płatności: {total}", "Szanowni Państwo ({contact}),\n\nbyć może umknęło to Państwa uwadze: nie odnotowaliśmy jeszcze zapłaty za\n\n{invoices}\n\nUprzejmie prosimy o przelew kwoty {total} do dnia {pay_by}. Jeśli zapłata została już\ndokonana, prosimy uznać to pismo za niebyłe. Dziękujemy.\n\nZ poważaniem\n{seller}"),
        ("Zaległa płatność: {total}", "Szanowni Państwo ({contact}),\n\nponiższe faktury są niezapłacone, najstarsza jest przeterminowana o {days} dni:\n\n{invoices}\n\nProsimy o zapłatę {total} do dnia {pay_by} albo o informację, co stoi na przeszkodzie, abyśmy\nmogli wspólnie znaleźć rozwiązanie.\n\nZ poważaniem\n{seller}"),
        ("Ostateczne wezwanie do zapłaty: {total}", "Szanowni Państwo ({contact}),\n\nod dawna niezapłacone są poniższe faktury, najstarsza jest przeterminowana o {days} dni:\n\n{invoices}\n\nTo ostateczne wezwanie. Jeśli kwota {total} nie wpłynie do dnia {pay_by}, wstrzymamy dostawy\ni skierujemy sprawę do windykacji.\n\nZ poważaniem\n{seller}"),
    ),
    "de": (
        ("Freundliche Erinnerung: {total}", "Guten Tag ({contact}),\n\nvielleicht ist es nur untergegangen: zu folgenden Rechnungen haben wir noch keinen\nZahlungseingang:\n\n{invoices}\n\nBitte überweisen Sie {total} bis zum {pay_by}. Falls Sie inzwischen gezahlt haben, betrachten\nSie dieses Schreiben bitte als gegenstandslos. Vielen Dank.\n\nMit freundlichen Grüßen\n{seller}"),
        ("Mahnung: {total}", "Guten Tag ({contact}),\n\ndiese Rechnungen sind noch offen, die älteste ist seit {days} Tagen überfällig:\n\n{invoices}\n\nBitte zahlen Sie {total} bis zum {pay_by}, oder sagen Sie uns bis dahin, was dem entgegensteht,\ndamit wir gemeinsam einen Weg finden.\n\nMit freundlichen Grüßen\n{seller}"),
        ("Letzte Mahnung: {total}", "Guten Tag ({contact}),\n\ndiese Rechnungen sind seit langem offen, die älteste ist seit {days} Tagen überfällig:\n\n{invoices}\n\nDies ist unsere letzte Mahnung. Geht der Betrag von {total} nicht bis zum {pay_by} ein, stellen\nwir die Lieferungen ein und übergeben die Sache dem Inkasso.\n\nMit freundlichen Grüßen\n{seller}"),
    ),
    "cs": (
        ("Upomínka: {total}", "Dobrý den ({contact}),\n\nmožná jste platbu jen přehlédli: zatím jsme neobdrželi úhradu za\n\n{invoices}\n\nProsíme o převod částky {total} do {pay_by}. Pokud jste již zaplatili, považujte prosím tento\ndopis za bezpředmětný. Děkujeme.\n\nS pozdravem\n{seller}"),
        ("Po splatnosti: {total}", "Dobrý den ({contact}),\n\ntyto faktury nejsou uhrazeny, nejstarší je po splatnosti již {days} dní:\n\n{invoices}\n\nProsíme o úhradu {total} do {pay_by}, nebo o sdělení, co Vám v ní brání, abychom společně našli\nřešení.\n\nS pozdravem\n{seller}"),
        ("Poslední upomínka: {total}", "Dobrý den ({contact}),\n\ntyto faktury jsou dlouho neuhrazeny, nejstarší je po splatnosti již {days} dní:\n\n{invoices}\n\nToto je poslední upomínka. Pokud částku {total} neobdržíme do {pay_by}, zastavíme dodávky a\npředáme věc k vymáhání.\n\nS pozdravem\n{seller}"),
    ),
}  # fmt: skip
WORDS = {
    "en": ("invoice", "due"),
    "pl": ("faktura", "termin"),
    "de": ("Rechnung", "fällig"),
    "cs": ("faktura", "splatnost"),
}
