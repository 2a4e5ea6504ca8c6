"""FHIR R4, read leniently: forms out of Observations and QuestionnaireResponses, everything else passed over.

Reading walks the parsed JSON with small typed accessors. The classes of `fhir.resources` are good
for building resources and no judge of what others send: they know no 4.0.1, refuse a whole Bundle
for a slip in a Patient that nobody asked about, and let wrong codes of required bindings pass.
"""
