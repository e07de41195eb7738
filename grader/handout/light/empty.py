"""Nothing of this package is needed but its modules."""
