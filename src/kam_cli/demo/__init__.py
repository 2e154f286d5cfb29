"""The invented book behind ``kam demo``: a year of a maker of coffee machines, beans and service for them."""
