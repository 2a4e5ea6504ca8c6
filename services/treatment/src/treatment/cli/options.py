"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

DATA = Path(".casetrail")
DataOption = Annotated[
    Path, typer.Option(envvar="CASETRAIL_DATA", help="The folder in which everything is kept.")
]
