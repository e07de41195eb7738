"""Texts that stand in a student's bundle in the place of modules which need a fence, a browser or a course's packages."""
