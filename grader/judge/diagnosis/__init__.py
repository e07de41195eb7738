"""CHECKED: names the likely cause of a failed check, where it can be told."""
