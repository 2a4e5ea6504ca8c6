"""Scores from elsewhere: read, told apart from what cannot be taken, and counted. No store, no case.

`form` is what every reader yields, here for tables and in `treatment.fhir` for FHIR; `report` sends
the forms through whatever takes them and says what became of each.
"""
