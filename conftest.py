"""Makes `pytest grader/assignments/backprop --submission FILE` work; the tests' own fixtures are in tests/."""

pytest_plugins = ("grader.judge.plugin", "grader.judge.author")
