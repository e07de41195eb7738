"""Makes the template that students receive out of the answer key. Stands outside the flow; never imports the answer key, only reads it."""

from grader.template.write import stale, template_files, write_template

__all__ = ["stale", "template_files", "write_template"]
