"""The `hanmi` command. Errors are one clear line on standard error; exit 0 done, 1 failed, 2 wrong usage."""

import sys
from importlib import import_module

import click
from click.exceptions import NoArgsIsHelpError
from sqlalchemy.exc import SQLAlchemyError

from content_api.commands.base import refuse
from content_api.settings import SettingsError
from content_api.storage.keeping.keeper import BackupFault
from pipeline.exchange import FileFault
from schemas.problems import Problem

# In which module of `commands` each command is; only the one that is run is imported, and `serve` is ready sooner.
COMMANDS = {
    **dict.fromkeys(("serve", "worker", "migrate", "openapi"), "service"),
    **dict.fromkeys(("seed", "import", "translate"), "content"),
    **dict.fromkeys(("glossary", "memory"), "language"),
    **dict.fromkeys(("users", "keys"), "people"),
    "export": "exporting",
    **dict.fromkeys(("backup", "restore"), "backup"),
    "purge": "purging",
    "reindex": "searching",
    "doctor": "doctor",
}


class Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one of them by its name."""
        if cmd_name not in COMMANDS:
            return None
        found: list[click.Command] = import_module(f"content_api.commands.{COMMANDS[cmd_name]}").COMMANDS
        return next(command for command in found if command.name == cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hanmi")
def hanmi() -> None:
    """A headless bilingual content API: Korean and English."""


def main() -> None:
    """Run the command; every foreseen fault becomes one line."""
    try:
        sys.exit(hanmi(standalone_mode=False))
    except NoArgsIsHelpError as bare:
        bare.show()
        sys.exit(bare.exit_code)
    except click.ClickException as fault:
        about = fault.ctx.command_path if isinstance(fault, click.UsageError) and fault.ctx else ""
        refuse(fault.format_message() + (f" ({about} --help says more)" if about else ""), fault.exit_code)
    except click.Abort:
        refuse("interrupted")
    except (Problem, SettingsError, FileFault, BackupFault) as fault:
        refuse(str(fault))
    except OSError as fault:
        refuse(f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault))
    except SQLAlchemyError as fault:
        refuse(f"the database does not answer: {str(fault).splitlines()[0]}")


if __name__ == "__main__":
    main()
