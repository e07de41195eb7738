"""What the answer key is asked beforehand, so that the pre-check needs none at home."""
