"""How a table becomes products, each with its price from the day of the import on."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.products import facts, store
from kam_cli.errors import BadValue
from kam_cli.formats.packed import unpack_pair
from kam_cli.imports import vocabulary
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import LONGEST_TEXT, Bad, Field, Packed, Text
from kam_cli.imports.moments import Day, MomentReader
from kam_cli.imports.noun import Importing
from kam_cli.params import Kind
from kam_cli.text import check_text, fold_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.fields import Reader
    from kam_cli.imports.run import Run

    Row = dict[str, Any]

# What programs say of the stock, folded; of a number whether it is above 0.
_STOCK = {
    **dict.fromkeys(("in", "in stock", "limited stock", "low stock", "available", "yes", "true", "instock"), 1),
    **dict.fromkeys(("out", "out of stock", "backorder", "on backorder", "pre order", "preorder", "discontinued",
                     "sold out", "unavailable", "not available", "no", "false", "outofstock"), 0),
}  # fmt: skip
_GONE = {"yes": True, "true": True, "1": True, "x": True, "no": False, "false": False, "0": False}


def _stock(c: Context, text: str) -> int:
    from kam_cli.text import fold

    key = fold(text)
    number = text.replace(" ", "").replace(",", "").replace(".", "").removeprefix("-")
    if number.isascii() and number.isdigit():
        return int(not text.strip().startswith("-") and int(number) > 0)
    if key not in _STOCK:
        raise BadValue(
            f"{text[:40]!r} does not say whether it is in stock: write in or out, or how many there are"
        )
    return _STOCK[key]


def _minor(c: Context, text: str) -> int:
    from kam_cli.values.money import parse_minor

    return parse_minor(text)


def _fact(kind: str) -> Callable[[Context, str], facts.Fact]:
    return lambda c, text: facts.parse(kind, check_text(text, f"the {kind}"))


def _named(c: Context, text: str) -> tuple[str, str | None]:
    """A substitute: its name or id, and what is different, written ``what=name``."""
    note, name = unpack_pair(text)
    return check_text(name.strip(), "the substitute"), note or None


def _price(c: Context, text: str) -> tuple[str, str, int, int | None]:
    """A price as `kam export` writes it: ``EUR 2026-01-01 2450`` in minor units, and perhaps the floor: currency, day,
    price, floor. Raises BadValue."""
    import datetime

    words = text.split()
    if len(words) not in (3, 4):
        raise BadValue(f"{text[:40]!r} is not written CURRENCY DAY MINOR-UNITS [FLOOR]")
    try:
        datetime.date.fromisoformat(words[1])
    except ValueError:
        raise BadValue(f"{words[1][:40]!r} is no day like 2026-01-31") from None
    return (
        kinds.currency.parse(c, words[0]),
        words[1],
        _minor(c, words[2]),
        _minor(c, words[3]) if words[3:] else None,
    )


class Archived(Field):
    """When it was taken off the list: an instant, or a word that it was, which is now; None of one that is sold."""

    def __init__(self) -> None: ...

    def reader(self, c: Context) -> Reader:
        return ArchivedReader(c)


class ArchivedReader(MomentReader):
    """Reads instants and flags."""

    def read(self, cells: list[str]) -> list[Any]:
        return [self.flag(cell) if cell.strip().lower() in _GONE else self.instant(cell) for cell in cells]

    def flag(self, cell: str) -> str | None:
        return self.c.now if _GONE[cell.strip().lower()] else None

    def instant(self, cell: str) -> Any:
        found = self.one(cell)
        return found if found is None or isinstance(found, Bad) else found[0]


class Products(Importing):
    """A row is a product; its price holds from the day of the import on, unless the row says from when."""

    name = "products"
    noun = "product"
    word = "product"
    table = "products"
    fields = {  # noqa: RUF012
        "external_id": Text(), "name": Text(), "sku": Text(), "category": Text(), "price": Amount(),
        "price_minor": Field(Kind(_minor, "N")), "currency": Field(kinds.currency), "description": Text(LONGEST_TEXT, lines=True),
        "floor": Amount(), "floor_minor": Field(Kind(_minor, "N")), "valid_from": Day(), "prices": Packed(_price),
        "unit": Text(), "is_in_stock": Field(Kind(_stock, "in|out")), "stock_days": Field(kinds.integer(0, 3660)),
        "order_days": Field(kinds.integer(0, 3660)), "packaging": Text(), "conditions": Text(),
        "features": Packed(_fact("feature")), "strengths": Packed(_fact("strength")), "options": Packed(_fact("option")),
        "substitutes": Packed(_named), "substitutes_uid": Packed(lambda c, text: text),
        "archived_at": Archived(), "note": Text(LONGEST_TEXT, lines=True),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        # Programs call an "Internal ID" what several products share.
        "external_id": ("product id", "item id", *vocabulary.OWN_ID),
        "name": ("product name", "product", "item name", "item", "name", "title"),
        "sku": ("sku", "product code", "item code", "article number", "article no", "part number", "code", "ean", "gtin", "barcode"),
        "category": ("category", "category name", "product category", "product group"),
        "price": ("price", "unit price", "list price", "sales price"), "currency": vocabulary.CURRENCY,
        "description": ("product description", "description", "details"), "floor": ("minimum price", "lowest price"),
        "valid_from": ("valid from", "price valid from", "effective date", "effective from"),
        "unit": ("unit", "unit of measure", "uom"),
        "is_in_stock": ("in stock", "availability", "stock status", "stock", "units in stock", "stock quantity", "quantity in stock",
                        "stock level", "inventory"),
        "stock_days": ("delivery days", "lead time days"), "packaging": ("packaging", "quantity per unit", "package", "pack size"),
        "archived_at": ("discontinued", "is discontinued", "archived"), "note": ("note", "notes", "comment", "comments", "remarks"),
    }  # fmt: skip
    many = ("note",)
    required = ("name",)
    telling = ("price",)
    columns = (
        "name", "name_key", "sku", "category", "category_key", "unit", "packaging", "conditions", "description", "is_in_stock",
        "stock_days", "order_days", "archived_at", "note",
    )  # fmt: skip
    defaults = {"is_in_stock": 1}  # noqa: RUF012
    note = "note"

    def identify(self, run: Run, batch: Batch) -> None:
        """Where nothing says otherwise a product is known by its article number, as long as no other row has it."""
        if "sku" not in batch.values or any(batch.get("external_id")):
            return
        met = run.once(Met).numbers
        own: list[str | None] = []
        for sku in batch.values["sku"]:
            own.append(None if sku in met else sku)
            met.add(sku)
        batch.values["external_id"] = own

    def complete(self, run: Run, batch: Batch) -> None:
        for field in ("price", "floor"):
            if {field, f"{field}_minor"} & batch.values.keys():
                run.amounts(batch, field)
        pairs = zip(batch.get("price_minor"), batch.get("floor_minor"), strict=True)
        for index, (price, floor) in enumerate(pairs):
            if floor is not None and (price is None or floor > price):
                batch.refuse(
                    index,
                    "the floor is above the price" if price is not None else "a floor without a price",
                    "floor",
                )
        for index, given in enumerate(batch.get("prices")):
            for _, _, price, floor in given or ():
                if floor is not None and floor > price:
                    batch.refuse(index, "a floor is above its price", "prices")

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.values["name_key"] = fold_all(batch.get("name"))
        keys = iter(fold_all([one for one in batch.get("category") if one is not None]))
        batch.values["category_key"] = [one and next(keys) for one in batch.get("category")]
        ids = super().insert(run, batch)
        rows = [
            (number, *price) for index, number in enumerate(ids) for price in prices_of(run, batch.row(index))
        ]
        if rows:
            names = ("product_id", "currency", "valid_from", "price_minor", "floor_minor")
            run.insert("prices", dict(zip(names, zip(*rows, strict=True), strict=True)))
        for index, product_id in enumerate(ids):
            self._add_facts(run, product_id, batch.row(index))
            self._note_substitutes(run, product_id, batch.row(index), batch.lines[index])
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        fields = {name: row[name] for name in self.columns if name in row}
        changed = bool(store.edit(run.book, row_id, fields))
        for currency, day, price, floor in prices_of(run, row, row_id):
            changed |= store.set_price(run.book, row_id, currency, day, price, floor)
        changed |= bool(self._add_facts(run, row_id, row))
        self._note_substitutes(run, row_id, row, 0)
        return changed

    def _add_facts(self, run: Run, product_id: int, row: Row) -> int:
        given = [fact for field in ("features", "strengths", "options") for fact in row.get(field) or ()]
        return facts.add(run.book, product_id, given) if given else 0

    def _note_substitutes(self, run: Run, product_id: int, row: Row, line: int) -> None:
        named = row.get("substitutes") or []
        uids = row.get("substitutes_uid") or []
        if named or uids:
            run.once(Met).later.append((product_id, line, named, uids))

    def finish(self, run: Run) -> None:
        from kam_cli.domains.products.substituting import settle

        settle(run, run.once(Met).later)


class Met:
    """Of one import: the article numbers met so far, and the substitutes named, which may come further down."""

    def __init__(self, book: Any) -> None:
        self.numbers: set[str | None] = {None}
        self.later: list[tuple[int, int, list[tuple[str, str | None]], list[str]]] = []


def prices_of(run: Run, row: Row, product_id: int | None = None) -> list[tuple[str, str, int, int | None]]:
    """Currency, day, price and floor of each price that a row tells and that does not hold already, the oldest first.

    A price without a floor keeps that of the price before, as far as it is not above it.
    """
    told = sorted(row.get("prices") or (), key=lambda one: one[1])
    if row.get("price_minor") is None:
        return told
    currency, day = row["currency"], row.get("valid_from") or run.today
    price, floor = row["price_minor"], row.get("floor_minor")
    before = [one for one in told if one[0] == currency and one[1] <= day]
    holds = before[-1][2:] if before else None
    if holds is None and product_id is not None:
        known = store.price_on(run.book, product_id, currency, day)
        holds = known and (known["price_minor"], known["floor_minor"])
    if floor is None and holds and holds[1] is not None:
        floor = min(holds[1], price)
    return told if holds == (price, floor) else [*told, (currency, day, price, floor)]


IMPORTS = (Products(),)
