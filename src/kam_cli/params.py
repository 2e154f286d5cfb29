"""How a command says what it takes: the default of a parameter is its declaration.

    @verb(writes=True)
    def add(c, client=arg(ref("client"), "whose deal it is"), *, value=opt(money, "e.g. 12k", required=True)): ...

Nothing here knows Typer: `app.py` builds Typer's parameters from these, `fastpath.py` reads plain calls with
them, and both hand the same raw text to `command.py`, which parses it with the parameter's kind.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kam_cli.command import Context


class Kind:
    """What a text means: ``parse(context, text)`` gives the value or raises BadValue.

    ``metavar`` names it on help pages; ``complete(context, prefix)`` lists what could stand there.
    """

    __slots__ = ("complete", "metavar", "parse")

    def __init__(
        self,
        parse: Callable[[Context, str], Any],
        metavar: str,
        complete: Callable[[Context, str], list[str]] | None = None,
    ) -> None:
        self.parse = parse
        self.metavar = metavar
        self.complete = complete


class Param:
    """One argument (``flags`` empty) or option of a command.

    ``many`` takes it any number of times and gives a list; ``joined`` takes all remaining words of the line and
    gives them as one text; ``is_flag`` takes no value and gives a bool.
    """

    __slots__ = ("flags", "help", "is_flag", "joined", "kind", "many", "name", "required")

    def __init__(
        self,
        kind: Kind | None,
        help: str,
        flags: tuple[str, ...] | None = None,
        *,
        required: bool = False,
        many: bool = False,
        joined: bool = False,
        is_flag: bool = False,
    ) -> None:
        self.kind = kind
        self.help = help
        self.flags = flags
        self.required = required
        self.many = many
        self.joined = joined
        self.is_flag = is_flag
        self.name = ""

    def named(self, name: str) -> Param:
        """The same parameter under the name it has in its function; gives an option its ``--name``."""
        self.name = name
        if self.flags is None:
            self.flags = ("--" + name.rstrip("_").replace("_", "-"),)
        return self

    @property
    def label(self) -> str:
        """How an error names it: ``--value`` or ``CLIENT``."""
        return self.flags[0] if self.flags else self.name.rstrip("_").upper()


class Edit(Param):
    """`--edit`: the text of the parameter ``target`` is written in $EDITOR, before anything is changed.

    It begins with what was typed, else with what ``begun(context, values)`` gives: the text that stands there now.
    """

    __slots__ = ("begun", "target")

    def __init__(
        self,
        target: str,
        begun: Callable[[Context, dict[str, Any]], str | None] | None = None,
    ) -> None:
        super().__init__(None, f"write the {target} in $EDITOR", ("--edit",), is_flag=True)
        self.named("edit")
        self.target = target
        self.begun = begun


def arg(kind: Kind, help: str, *, optional: bool = False, many: bool = False) -> Any:
    """A positional argument; ``many`` takes one or more."""
    return Param(kind, help, (), required=not optional, many=many)


def words(kind: Kind, help: str, *, optional: bool = False) -> Any:
    """The rest of the line as one text, without need of quotes."""
    return Param(kind, help, (), required=not optional, joined=True)


def opt(kind: Kind, help: str, *flags: str, required: bool = False, many: bool = False) -> Any:
    """An option with a value; ``--name`` after the parameter unless ``flags`` are given."""
    return Param(kind, help, flags or None, required=required, many=many)


def flag(help: str, *flags: str) -> Any:
    """An option without a value."""
    return Param(None, help, flags or None, is_flag=True)


def params_of(function: Callable[..., Any]) -> list[Param]:
    """The declared parameters of a command's function, in order (the leading context has none)."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    pairs = list(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    pairs += list((function.__kwdefaults__ or {}).items())
    return [value.named(name) for name, value in pairs if isinstance(value, Param)]
