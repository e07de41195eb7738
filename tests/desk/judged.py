"""Sixty pairs of answers, judged by a person: whether both would get the same points under any rubric."""

from __future__ import annotations

# Of each: the first answer, and others with whether they say the same.
JUDGED: tuple[tuple[str, tuple[tuple[bool, str], ...]], ...] = (
    (
        "The walk comes to rest at (0.6, -0.3). The left panel shows the points crowding, the right panel shows a flat curve. It is not the lowest point because there is a deeper valley.",
        (
            (
                True,
                "The walk comes to rest at (0.6, -0.3). The left panel shows the points crowding and the right panel shows a flat curve. It isn't the lowest point because there is a deeper valley.",
            ),
            (
                False,
                "The walk comes to rest at (0.6, 0.3). The left panel shows the points crowding, the right panel shows a flat curve. It is not the lowest point because there is a deeper valley.",
            ),
            (
                True,
                "the walk comes to rest at (0.6,-0.3). The left panel shows the points crowding, the right panel shows a flat curve. It is not the lowest point since there is a deeper valley.",
            ),
            (
                False,
                "The walk comes to rest at (0.6, -0.3). The left panel shows the points crowding, the right panel shows a flat curve. It is the lowest point because there is a deeper valley.",
            ),
            (
                True,
                "The walk comes to rest at (0.6, -0.3). The left pannel shows the points crowding, the right panel shows a flat curve. It is not the lowest point because there is a deeper valley",
            ),
            (
                False,
                "The walk comes to rest at (0.6, -0.3). The left panel shows the points crowding. It is not the lowest point because there is a deeper valley.",
            ),
        ),
    ),
    (
        "ReLU does not saturate for positive inputs, so the gradient stays 1 and deep networks learn faster. It is also cheap to compute.",
        (
            (
                True,
                "ReLU doesn't saturate for positive inputs, so gradient stays 1 and deep networks learn faster. It's also cheap to compute!",
            ),
            (
                False,
                "ReLU does not saturate for negative inputs, so the gradient stays 1 and deep networks learn faster. It is also cheap to compute.",
            ),
            (
                False,
                "ReLU does not saturate for positive inputs, so the gradient stays 0 and deep networks learn faster. It is also cheap to compute.",
            ),
            (
                True,
                "ReLU does not saturate for positive inputs so the gradients stay 1 and deep networks learn faster; it is also cheap to compute.",
            ),
            (
                False,
                "ReLU does not saturate for positive inputs, so the gradient stays 1 and deep networks learn slower. It is also cheap to compute.",
            ),
            (
                True,
                "ReLU does not saturate for positive inputs, so the gradient stays 1 and deep networks lern faster. It is also cheap to compute.",
            ),
        ),
    ),
    (
        "Momentum averages the gradients of the past steps, which damps the zigzag across the valley and speeds up the motion along it.",
        (
            (
                True,
                "Momentum averages the gradients of past steps, which damps the zigzag across the valley, and speeds up the motion along it.",
            ),
            (
                False,
                "Momentum averages the gradients of the past steps, which damps the zigzag along the valley and speeds up the motion across it.",
            ),
            (
                False,
                "Momentum sums the gradients of the past steps, which damps the zigzag across the valley and speeds up the motion along it.",
            ),
            (
                True,
                "Momentum averages the gradient of the past steps, which damps the zigzag across the valley and speeds up the motion along it.",
            ),
            (
                False,
                "Momentum averages the gradients of the past steps, which amplifies the zigzag across the valley and speeds up the motion along it.",
            ),
            (
                True,
                "Momentum averages the gradients of the past steps, wich damps the zigzag across the valley and it speeds up the motion along it.",
            ),
        ),
    ),
    (
        "With $W = 0$ all neurons of a layer compute the same output and get the same gradient, so they stay equal forever. Random values break this symmetry.",
        (
            (
                True,
                "With $W=0$ all neurons of a layer compute the same output and get the same gradient, so they stay equal forever. Random values break the symmetry.",
            ),
            (
                False,
                "With $W = 1$ all neurons of a layer compute the same output and get the same gradient, so they stay equal forever. Random values break this symmetry.",
            ),
            (
                False,
                "With $W = 0$ some neurons of a layer compute the same output and get the same gradient, so they stay equal forever. Random values break this symmetry.",
            ),
            (
                True,
                "With $W = 0$ all neurons of a layer compute the same outputs and get the same gradients, so they stay equal forever; random values break this symmetry.",
            ),
            (
                False,
                "With $W = 0$ all neurons of a layer compute the same output and get no gradient, so they stay equal forever. Random values break this symmetry.",
            ),
            (
                False,
                "With $W = 0$ all neurons of a layer compute the same output and get the same gradient, so they stay equal forever.",
            ),
        ),
    ),
    (
        "The training loss falls while the test loss rises after epoch 20: the network overfits. Less parameters, more data or early stopping help.",
        (
            (
                True,
                "The training loss falls, while the test loss rises after epoch 20: the network overfits. Less parameters, more data, or early stopping help.",
            ),
            (
                False,
                "The test loss falls while the training loss rises after epoch 20: the network overfits. Less parameters, more data or early stopping help.",
            ),
            (
                False,
                "The training loss falls while the test loss rises after epoch 20: the network underfits. Less parameters, more data or early stopping help.",
            ),
            (
                False,
                "The training loss falls while the test loss rises after epoch 20: the network overfits. More parameters, more data or early stopping help.",
            ),
            (
                True,
                "The training loss falls while the test loss rises after epoch 20; the network overfits. Less parameters, more data or early stopping help.",
            ),
            (
                False,
                "The training loss falls while the test loss rises after epoch 200: the network overfits. Less parameters, more data or early stopping help.",
            ),
        ),
    ),
    (
        "For a linear network two layers are $W_2 W_1 x$, which is one matrix, so depth adds nothing. The nonlinearity makes XOR possible.",
        (
            (
                True,
                "For a linear network, two layers are $W_2 W_1 x$, which is one matrix; so depth adds nothing. The nonlinearity makes XOR possible.",
            ),
            (
                False,
                "For a linear network two layers are $W_1 W_2 x$, which is one matrix, so depth adds nothing. The nonlinearity makes XOR possible.",
            ),
            (
                False,
                "For a linear network two layers are $W_2 + W_1 x$, which is one matrix, so depth adds nothing. The nonlinearity makes XOR possible.",
            ),
            (
                False,
                "For a linear network two layers are $W_2 W_1 x$, which is one matrix, so depth adds nothing. The nonlinearity makes XOR impossible.",
            ),
            (
                False,
                "For a nonlinear network two layers are $W_2 W_1 x$, which is one matrix, so depth adds nothing. The nonlinearity makes XOR possible.",
            ),
            (
                True,
                "For a linear network two layers are $W_2 W_1 x$, which is one matrix, so the depth adds nothing. The nonlinearity makes the XOR possible.",
            ),
        ),
    ),
    (
        "Softmax is shift invariant: $e^{x-c}/\\sum e^{x-c}$ equals the original. We subtract the maximum so that exp does not overflow.",
        (
            (
                True,
                "Softmax is shift invariant: $e^{x-c}/\\sum e^{x-c}$ equals the original. We subtract the maximum so that exp doesn't overflow.",
            ),
            (
                False,
                "Softmax is shift invariant: $e^{x-c}/\\sum e^{x-c}$ equals the original. We subtract the minimum so that exp does not overflow.",
            ),
            (
                False,
                "Softmax is scale invariant: $e^{x-c}/\\sum e^{x-c}$ equals the original. We subtract the maximum so that exp does not overflow.",
            ),
            (
                False,
                "Softmax is shift invariant: $e^{x+c}/\\sum e^{x-c}$ equals the original. We subtract the maximum so that exp does not overflow.",
            ),
            (
                False,
                "Softmax is shift invariant: $e^{x-c}/\\sum e^{x-c}$ equals the original. We subtract the maximum so that exp does not underflow.",
            ),
            (
                True,
                "Softmax is shift-invariant: $e^{x-c}/\\sum e^{x-c}$ equals the original. We substract the maximum so that exp does not overflow.",
            ),
        ),
    ),
    (
        "I would try Adam with a learning rate of 0.001 for 50 epochs, and compare the validation accuracy with that of SGD.",
        (
            (
                True,
                "I would try Adam with learning rate of 0.001 for 50 epochs and compare the validation accuracy with that of SGD.",
            ),
            (
                False,
                "I would try Adam with a learning rate of 0.01 for 50 epochs, and compare the validation accuracy with that of SGD.",
            ),
            (
                False,
                "I would try Adam with a learning rate of 0.001 for 50 epochs, and compare the training accuracy with that of SGD.",
            ),
            (
                False,
                "I would try SGD with a learning rate of 0.001 for 50 epochs, and compare the validation accuracy with that of Adam.",
            ),
            (
                True,
                "I would try Adam, with a learning rate of 0.001, for 50 epochs, and compare the validation acuracy with that of SGD.",
            ),
            (False, "I would try Adam with a learning rate of 0.001 for 50 epochs."),
        ),
    ),
    (
        "The bias shifts the decision boundary away from the origin; without it every line would pass through zero.",
        (
            (
                True,
                "The bias shifts the decision boundary away from the origin: without it, every line would pass through zero.",
            ),
            (
                False,
                "The bias shifts the decision boundary towards the origin; without it every line would pass through zero.",
            ),
            (
                False,
                "The bias rotates the decision boundary away from the origin; without it every line would pass through zero.",
            ),
            (
                False,
                "The bias shifts the decision boundary away from the origin; with it every line would pass through zero.",
            ),
            (
                True,
                "A bias shifts the decision boundary away from the origin; without it every line would pass through zero.",
            ),
            (
                False,
                "The bias shifts the decision boundary away from the origin; without it no line would pass through zero.",
            ),
        ),
    ),
    (
        "Small batches give noisy gradients, which can help to leave a local minimum, but large batches use the hardware better.",
        (
            (
                True,
                "Small batches give noisy gradients which can help to leave a local minimum, but big batches use the hardware better.",
            ),
            (
                False,
                "Large batches give noisy gradients, which can help to leave a local minimum, but small batches use the hardware better.",
            ),
            (
                False,
                "Small batches give noisy gradients, which can help to leave a global minimum, but large batches use the hardware better.",
            ),
            (
                False,
                "Small batches give noisy gradients, which cannot help to leave a local minimum, but large batches use the hardware better.",
            ),
            (
                True,
                "Small batches give noisy gradients, which can help to leave local minimum, but large batches use hardware better",
            ),
            (
                False,
                "Small batches give noisy gradients, which can help to leave a local minimum, but large batches use the hardware worse.",
            ),
        ),
    ),
)
