"""What the kernel knows of a stage."""

from kam_cli.noun import Noun

NOUN = Noun("stage", "stages", 5, title="name", key="name_key", client="NULL")
