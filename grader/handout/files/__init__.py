"""Files that are written into bundles; `{words}` in braces are filled in."""
