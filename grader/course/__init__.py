"""Course management: the course file, the roster, the gradebook, the late policy and exports."""
