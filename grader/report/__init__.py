"""Reports as pure functions of records: REPORTED. May not import fence, checks or reference."""

from grader.report.github import publish_to_github
from grader.report.html import prepare_pages
from grader.report.page import render_page
from grader.report.stand_ins import StandIns
from grader.report.text import one_line as plain_text
from grader.report.write import ReportPaths, student_page, write_class, write_student

__all__ = [
    "ReportPaths",
    "StandIns",
    "plain_text",
    "prepare_pages",
    "publish_to_github",
    "render_page",
    "student_page",
    "write_class",
    "write_student",
]
