"""Makes `pytest grader/assignments/backprop --submission FILE` work; the tests' own fixtures are in tests/."""

pytest_plugins = ("grader.checks.plugin", "grader.judge.author")
