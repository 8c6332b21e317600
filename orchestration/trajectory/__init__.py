"""The registered hypotheses are put to a build file; tables of answers come out."""
