"""The report as JUnit XML: a suite for each exercise, points as properties.

Attribute `time` is in seconds: virtual ones for a test, real ones for a suite.
"""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.model.report import ExerciseResult, Report, TestResult
from grader.reports import harmless, reasons


def render(report: Report) -> str:
    root = Element("testsuites", name="awaitlings")
    suites = [_suite(root, exercise) for exercise in report.exercises]
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(exercise.real_seconds for exercise in report.exercises):.3f}")
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: Element, exercise: ExerciseResult) -> Element:
    suite = SubElement(root, "testsuite", name=f"{exercise.number:02}_{exercise.id}")
    _properties(
        suite,
        ("title", exercise.title),
        ("status", exercise.status),
        ("points", str(exercise.points)),
        ("max_points", str(exercise.max_points)),
        *(("flag", flag) for flag in exercise.flags),
    )
    for test in exercise.tests:
        _case(suite, exercise, test)
    suite.set("tests", str(len(exercise.tests)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    if exercise.printed:
        SubElement(suite, "system-out").text = harmless.plain(exercise.printed)
    suite.set("time", f"{exercise.real_seconds:.3f}")
    return suite


def _case(suite: Element, exercise: ExerciseResult, test: TestResult) -> None:
    file, line = reasons.place(test, exercise.file)
    case = SubElement(
        suite,
        "testcase",
        name=harmless.line(test.title),
        classname=f"{exercise.number:02}_{exercise.id}.{test.id}",
        file=harmless.line(file),
        time=f"{test.seconds or 0.0:.3f}",
    )
    if line is not None:
        case.set("line", str(line))
    _properties(case, ("points", str(test.points)), ("max_points", str(test.max_points)))
    lines = [harmless.plain(text) for text in reasons.reason(exercise, test)]
    if not lines:
        return
    message = harmless.line(lines[0])
    if test.status == "skipped":
        SubElement(case, "skipped", message=message)
        return
    is_error = test.failure is None and exercise.status in reasons.UNGRADED
    kind = test.failure.diagnosis if test.failure is not None else exercise.status
    outcome = SubElement(case, "error" if is_error else "failure", type=kind, message=message)
    outcome.text = "\n".join(lines)
    if test.printed:
        SubElement(case, "system-out").text = harmless.plain(test.printed)


def _properties(parent: Element, *pairs: tuple[str, str]) -> None:
    properties = SubElement(parent, "properties")
    for name, value in pairs:
        SubElement(properties, "property", name=name, value=harmless.line(value))
