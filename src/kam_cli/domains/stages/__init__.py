"""The stages of the pipeline: order, default probability, expected days."""
