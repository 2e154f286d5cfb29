"""Backups that only a passphrase or a key opens: the age format (https://age-encryption.org/v1), by the library pyrage.

Whatever is encrypted or decrypted stays in memory: no readable copy of it is written to a disk on the way.
"""

from __future__ import annotations

import os

from kam_cli.errors import BadValue, KamError, NoBook
from kam_cli.params import Kind, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from kam_cli.command import Context

HEAD = b"age-encryption.org/v1\n"
ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_SECONDS = 60

path = Kind(lambda c, text: os.path.expanduser(text), "FILE")
_text = Kind(lambda c, text: text, "TEXT")
COMMAND = Param(
    Kind(lambda c, text: text, "COMMAND"), "command that prints the passphrase", ("--passphrase-command",)
).named("passphrase_command")
OPENING = [
    Param(path, "file with the private key that opens it", ("--identity",)).named("identity"),
    COMMAND,
]
CLOSING = [
    Param(_text, "age or SSH public key to encrypt to", ("--recipient",), many=True).named("recipient"),
    COMMAND,
]


def is_encrypted(file: str) -> bool:
    """Whether a file is in the age format."""
    with open(file, "rb") as opened:
        return opened.read(64).startswith((HEAD, ARMOR))


def closing(c: Context, recipients: list[str], command: str | None) -> Callable[[bytes], bytes]:
    """What encrypts to keys, else to a passphrase: options, ``KAM_PASSPHRASE``, settings, else asked for now.

    Raises KamError here, before the work, where key or passphrase will not do.
    """
    age = library()
    if not recipients and not command and not os.environ.get("KAM_PASSPHRASE"):
        recipients = [key for key in [c.config.get("backup.recipient")] if key]
    keys = [_recipient(age, key) for key in recipients]
    word = "" if keys else passphrase(c, command, twice=True)

    def close(data: bytes) -> bytes:
        try:
            return bytes(age.encrypt(data, keys) if keys else age.passphrase.encrypt(data, word))
        except age.EncryptError as error:
            raise KamError(f"the backup could not be encrypted: {error}") from None

    return close


def decrypt(c: Context, file: str, identity: str | None, command: str | None) -> bytes:
    """The content of an encrypted file. Raises NoBook where key or passphrase do not open it, or a bit of it changed."""
    age = library()
    with open(file, "rb") as opened:
        data = opened.read()
    try:
        if _asks_passphrase(data):
            return bytes(age.passphrase.decrypt(data, passphrase(c, command)))
        return bytes(age.decrypt(data, _identities(age, identity or c.config.get("backup.identity"))))
    except age.DecryptError as error:
        raise NoBook(
            f"{file} cannot be decrypted ({error}): another key or passphrase, or the file is damaged"
        ) from None


def _asks_passphrase(data: bytes) -> bool:
    """A file encrypted to a passphrase says so in the first line after its head, and has no other opener."""
    if data.startswith(ARMOR):
        from base64 import b64decode

        data = b64decode(data[len(ARMOR) :].split()[0])
    return data[len(HEAD) :].startswith(b"-> scrypt ")


def passphrase(c: Context, command: str | None, *, twice: bool = False) -> str:
    """By ``--passphrase-command``, ``KAM_PASSPHRASE``, the settings' command, else asked for.

    Never an option of its own: other users of the machine can read command lines. Raises BadValue where there is none.
    """
    command = command or (
        "" if os.environ.get("KAM_PASSPHRASE") else c.config.get("backup.passphrase_command")
    )
    if command:
        found = _printed(command, c.interactive)
    elif os.environ.get("KAM_PASSPHRASE"):
        found = os.environ["KAM_PASSPHRASE"]
    elif c.interactive:
        from getpass import getpass

        found = getpass("Passphrase: ")
        if twice and getpass("The same again: ") != found:
            raise BadValue("the two passphrases differ; nothing was done")
    else:
        raise BadValue("a passphrase is needed: set --passphrase-command or KAM_PASSPHRASE, or give a key")
    try:
        found.encode()
    except UnicodeEncodeError:
        raise BadValue("the passphrase is not UTF-8 text; nothing was done") from None
    if not found:
        raise BadValue("the passphrase is empty; nothing was done")
    return found


def _printed(command: str, interactive: bool) -> str:
    """The first line that a command prints; what it asks and says is between it and the person."""
    import subprocess

    stdin = None if interactive else subprocess.DEVNULL
    try:
        done = subprocess.run(["sh", "-c", command], stdin=stdin, stdout=subprocess.PIPE, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KamError(f"the passphrase command did not work: {error}") from None
    if done.returncode:
        raise KamError(f"the passphrase command failed with exit code {done.returncode}")
    return done.stdout.decode(errors="surrogateescape").split("\n")[0].rstrip("\r")


def _recipient(age: ModuleType, key: str) -> Any:
    kind = age.ssh if key.startswith("ssh-") else age.x25519
    try:
        return kind.Recipient.from_str(key.strip())
    except age.RecipientError:
        raise BadValue(f"--recipient: {key[:80]!r} is no public key; one begins with age1 or ssh-") from None


def _identities(age: ModuleType, file: str) -> list[Any]:
    """The private keys in a file, as `age-keygen` or `ssh-keygen` wrote it."""
    if not file:
        raise BadValue("it is encrypted to a key: name the file with the private key by --identity FILE")
    try:
        with open(os.path.expanduser(file), "rb") as opened:
            data = opened.read(1 << 20)
    except OSError as error:
        raise BadValue(f"--identity: {file} cannot be read: {error.strerror}") from None
    try:
        if b"PRIVATE KEY-----" in data:
            return [age.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode(errors="replace").splitlines()]
        keys = [age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (age.IdentityError, ValueError):
        keys = []
    if not keys:
        raise BadValue(
            f"--identity: {file} holds no age or SSH private key without a passphrase of its own. The program age "
            "takes one with: age -d -i KEY BACKUP"
        )
    return keys


def library() -> ModuleType:
    """pyrage, which `kam-cli[encrypt]` brings. Raises KamError where it is not installed."""
    try:
        import pyrage
    except ImportError:
        raise KamError(
            "encrypted backups need the library pyrage. Install it: pip install 'kam-cli[encrypt]' "
            "(pipx: pipx inject kam-cli pyrage)"
        ) from None
    return pyrage  # type: ignore[no-any-return, unused-ignore]
