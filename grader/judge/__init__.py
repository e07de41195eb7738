"""The judge: one warm pytest session that is forked for every submission. CHECKED, SCORED and RECORDED meet here."""
