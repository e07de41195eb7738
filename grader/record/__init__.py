"""SCORED and RECORDED: the score, the record, the executed notebook, and what a record depends on."""
