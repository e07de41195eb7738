"""Makes the students' template from the answer key."""

from grader.handout.template.write import solution_notebook, stale, template_files, write_template

__all__ = ["solution_notebook", "stale", "template_files", "write_template"]
