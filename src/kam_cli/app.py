"""The Typer application: built lazily from the registry, so that a command loads its own noun and no other.

Typer parses, completes and explains; what it parsed goes as raw text to `command.run`. Calls that are plain
enough never get here (see `fastpath`).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from kam_cli import __version__, registry
from kam_cli.command import Context, Verb, run
from kam_cli.globals import GLOBALS, meaning
from kam_cli.params import Param

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class State:
    """What one command line has said so far: the global options, and the line itself."""

    def __init__(self, argv: list[str]) -> None:
        self.flags: dict[str, Any] = {}
        self.argv = argv
        self.code = 0


class Root(TyperGroup):
    """``kam``: the nouns and daily commands of the registry."""

    state: State

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return [entry.name for entry in registry.ENTRIES]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        entry = registry.find(cmd_name)
        if entry is None:
            return None
        if entry.alone:
            verb = registry.verb(entry, entry.name)
            return command(verb, self.state) if verb else None
        return noun_group(entry, self.state)

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        if registry.find(args[0]) is None and not args[0].startswith("-"):
            ctx.fail(f"no command {args[0]!r}{registry.suggest(args[0], registry.BY_NAME)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for entry in registry.ENTRIES:
            sections.setdefault(entry.section, []).append((entry.name, entry.help))
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)


class NounGroup(TyperGroup):
    """``kam client``: builds only the verb that is used."""

    def __init__(self, entry: registry.Entry, state: State) -> None:
        self.entry = entry
        self.state = state
        super().__init__(
            name=entry.name,
            help=entry.help,
            params=[option(p, state, is_global=True) for p in GLOBALS],
            rich_markup_mode=None,
            context_settings=SETTINGS,
        )

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args:
            typer.echo(ctx.get_help())
            raise typer.Exit
        entry, said = self.entry, [word.partition("=")[0] for word in args]
        if entry.default and "--to" in said and not any(map(partial(registry.verb, entry), args)):
            args = [entry.default, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(registry.verbs(self.entry))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        verb = registry.verb(self.entry, cmd_name)
        return command(verb, self.state) if verb else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not args[0].startswith("-") and registry.verb(self.entry, args[0]) is None:
            names = self.list_commands(ctx)
            known = "" if (hint := registry.suggest(args[0], names)) else f"; there are {', '.join(names)}"
            ctx.fail(f"no command {args[0]!r} for {self.entry.name}{hint or known}")
        return super().resolve_command(ctx, args)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """An example for every verb."""
        examples = [line for verb in registry.verbs(self.entry).values() for line in examples_of(verb)[:1]]
        with formatter.section("Examples"):
            for line in examples:
                formatter.write(f"  {line}\n")
        formatter.write(f"\n{GLOBAL_HINT}\n")


class VerbCommand(TyperCommand):
    """One verb, its help page led by its first line and closed by its examples."""

    verb: Verb

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        examples = examples_of(self.verb)
        if examples:
            with formatter.section("Examples"):
                for line in examples:
                    formatter.write(f"  {line}\n")
        formatter.write(f"\n{GLOBAL_HINT}\n")


GLOBAL_HINT = (
    "Everywhere: --db PATH --today DATE --format table|json|jsonl|csv|tsv|md --json --csv\n"
    "            --yes --quiet --no-color --debug   (see kam --help)"
)


def examples_of(verb: Verb) -> list[str]:
    """The lines of a docstring that begin with ``$``, without it."""
    lines = (line.strip() for line in verb.doc.splitlines())
    return [line[1:].strip() for line in lines if line.startswith("$")]


def help_of(verb: Verb) -> str:
    """A docstring without its examples."""
    import inspect

    text = inspect.cleandoc(verb.doc)
    return "\n".join(line for line in text.splitlines() if not line.startswith("$")).strip()


def noun_group(entry: registry.Entry, state: State) -> NounGroup:
    return NounGroup(entry, state)


def command(verb: Verb, state: State) -> VerbCommand:
    """The Typer command for a verb."""

    def callback(**raw: Any) -> None:
        state.code = run(verb, raw, state.flags, state.argv)

    params = [option(p, state) if p.flags else argument(p, state) for p in verb.params]
    built = VerbCommand(
        verb.name,
        callback=callback,
        params=[*params, *(option(p, state, is_global=True) for p in GLOBALS)],
        help=help_of(verb),
        rich_markup_mode=None,
        context_settings=SETTINGS,
    )
    built.verb = verb
    return built


class Argument(TyperArgument):
    """Named on help pages as it is declared; that one is missing is said by `bind`, in one voice for both parsers."""

    def make_metavar(self, ctx: Any, *, usage: bool = False) -> str:
        return str(self.metavar)


def argument(param: Param, state: State) -> Argument:
    name = f"{param.label}{'…' if param.many or param.joined else ''}"
    return Argument(
        param_decls=[param.name],
        type=str,
        required=False,
        nargs=-1 if param.many or param.joined else 1,
        metavar=name if param.required else f"[{name}]",
        help=param.help,
        autocompletion=offering(param, state),
    )


def offering(param: Param, state: State) -> Any:
    """What zsh and fish are offered for a parameter's value; bash is answered without Typer (see `complete`)."""

    def values(ctx: Any, words: list[str], current: str) -> list[str]:
        from kam_cli.complete import offered

        return offered(param, current, Context(state.flags, []))

    return values if param.kind and param.kind.complete else None


def option(param: Param, state: State, *, is_global: bool = False) -> TyperOption:
    def remember(ctx: Any, own: Any, value: Any) -> Any:
        if value not in (None, False):
            state.flags.update(meaning(param.name, value))
        return value

    flags = list(param.flags or ())
    return TyperOption(
        param_decls=[param.name, *flags],
        type=bool if param.is_flag else str,
        is_flag=param.is_flag,
        default=False if param.is_flag else None,
        multiple=param.many,
        metavar=param.kind.metavar if param.kind else None,
        help=param.help + ("" if not param.required else "  [required]"),
        hidden=is_global,
        expose_value=not is_global,
        autocompletion=offering(param, state),
        callback=remember if is_global else None,
    )


def build(argv: list[str]) -> tuple[Any, State]:
    """The application for one command line, and the state it fills."""
    state = State(argv)
    root = typer.Typer(
        cls=Root,
        name="kam",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=SETTINGS,
        invoke_without_command=True,
        no_args_is_help=False,
        help="The working memory of an account manager: clients, calls, deals, NPS, what is due. `kam` alone shows today.",
    )

    @root.callback()
    def start(
        ctx: typer.Context, version: bool = typer.Option(False, "--version", help="Show the version.")
    ) -> None:
        if version:
            typer.echo(f"kam {__version__}")
            raise typer.Exit
        if ctx.invoked_subcommand is None:
            entry = registry.find("today")
            verb = registry.verb(entry, "today") if entry else None
            if verb:
                state.code = run(verb, {}, state.flags, state.argv)

    built = typer.main.get_command(root)
    built.state = state  # type: ignore[attr-defined]
    shown = [option(p, state, is_global=True) for p in GLOBALS]
    for one in shown:
        one.hidden = False
    built.params = [*shown, *built.params]
    return built, state


def main(argv: list[str]) -> int:
    """Parse with Typer and run. Usage errors become the one line and exit 2."""
    from kam_cli.errors import BadValue
    from kam_cli.failures import failed

    application, state = build(argv)
    try:
        code = application.main(argv, prog_name="kam", standalone_mode=False)
    except typer.TyperException as error:
        ctx = getattr(error, "ctx", None)
        path = ctx.command_path if ctx else "kam"
        message = error.format_message().rstrip(".")
        see = "" if "--help" in message else f"{'' if message.endswith('?') else '.'} See: {path} --help"
        return failed(BadValue(f"{message[0].lower()}{message[1:]}{see}"), bool(state.flags.get("debug")))
    except typer.Abort:
        return failed(KeyboardInterrupt(), False)
    return int(code) if isinstance(code, int) and code else state.code
