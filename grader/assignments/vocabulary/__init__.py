"""What the checks of the shipped assignments share: networks, parameters, trainings, tensors, drawn data sets."""
