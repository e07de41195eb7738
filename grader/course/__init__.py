"""The course: its file, roster, gradebook, late policy and exports."""
