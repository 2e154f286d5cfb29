"""One file per report; `kam metrics` finds them by name."""
