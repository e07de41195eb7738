"""Functions that the checks of the shipped assignments share: networks, parameters, training, tensors, random data sets."""
