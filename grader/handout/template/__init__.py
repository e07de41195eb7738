"""Makes the template that students receive out of the answer key. Stands outside the flow; never imports the answer key, only reads it."""

from grader.handout.template.write import solution_notebook, stale, template_files, write_template

__all__ = ["solution_notebook", "stale", "template_files", "write_template"]
