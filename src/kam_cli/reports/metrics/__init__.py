"""The figures of the pipeline and of the work: one file a report, found by its name."""
