"""Files for the bundles; `{words}` in braces are filled in."""
