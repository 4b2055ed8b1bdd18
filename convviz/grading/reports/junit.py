"""Results as JUnit XML, which most CI systems show: a suite a submission, a case a part."""

from xml.etree import ElementTree

from convviz.grading.reports import text


def files(homework, records):
    """``junit.xml``; wrong parts are failures, submissions that were not marked are errors."""
    suites = [_suite(record) for record in records]
    root = ElementTree.Element("testsuites", name=homework.name, **_totals(suites))
    root.extend(suites)
    ElementTree.indent(root)
    document = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return {"junit.xml": document.decode("utf-8")}


def _suite(record):
    suite = ElementTree.Element("testsuite", name=text.xml(record["file"]))
    kind = "failure" if record["status"] == "marked" else "error"
    cases = [_case(suite, kind, *found) for found in text.parts(record)]
    wrong = sum(len(case) > 0 for case in cases)
    counts = {"failure": 0, "error": 0} | {kind: wrong}
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(counts["failure"]))
    suite.set("errors", str(counts["error"]))
    suite.set("skipped", "0")
    suite.set("time", f"{record['seconds']:.2f}")
    return suite


def _case(suite, kind, number, question, part, name, wrong):
    name = text.xml(f"{number} {name}")
    about = {"classname": text.xml(question["qid"]), "name": name, "time": "0"}
    case = ElementTree.SubElement(suite, "testcase", about)
    if wrong:
        said = text.xml(wrong)
        first = said.partition("\n")[0]
        points = f"{part['points']} of {part['max']} points"
        about = {"type": part["status"], "message": f"{points}: {first}"}
        ElementTree.SubElement(case, kind, about).text = said
    return case


def _totals(suites):
    names = ("tests", "failures", "errors", "skipped")
    return {name: str(sum(int(suite.get(name)) for suite in suites)) for name in names}
