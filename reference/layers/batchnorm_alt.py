"""The backward pass of batch normalization in one formula."""


def batchnorm_backward_alt(dout, cache):
    """Return the gradients of batch normalization in training, with one simplified formula for dx.

    The results are those of ``batchnorm_backward``.

    Parameters
    ----------
    dout : ndarray (N, D)
    cache : object
        The cache from ``batchnorm_forward``.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    normal, gamma, std = cache
    dgamma, dbeta = (dout * normal).sum(axis=0), dout.sum(axis=0)
    return gamma / std * (dout - (dbeta + normal * dgamma) / len(dout)), dgamma, dbeta
