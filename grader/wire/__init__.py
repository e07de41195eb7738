"""What judge and child say to each other, our side: frames, shapes, messages, faults and limits."""
