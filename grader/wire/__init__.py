"""The judge's side of the protocol between judge and child: frames, shapes, messages, faults and limits."""
