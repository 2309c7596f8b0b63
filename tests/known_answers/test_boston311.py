"""4,995 service requests to the city of Boston, with the city's own due instants and its own verdicts."""

from pathlib import Path

from tests.known_answers.judged import answers, judge


def test_every_verdict_is_the_citys_own(shared_data: Path) -> None:
    """A request without a due instant starts no clock; the city calls it on time."""
    judged = judge(shared_data / "boston311.jsonl", "boston311", "America/New_York", "2025-06-01T00:00:00-04:00")
    found = judged.by_case("due")
    rows = list(answers(shared_data, "boston311.deadlines"))
    ours = {row["case_id"]: "OVERDUE" if row["case_id"] in found else "ONTIME" for row in rows}
    assert ours == {row["case_id"]: "OVERDUE" if row["expected_overdue"] == "True" else "ONTIME" for row in rows}
    labelled = {row["case_id"]: row["city_label"] for row in rows if row["city_label"]}
    assert {case: ours[case] for case in labelled} == labelled
    assert (len(rows), len(labelled)) == (judged.cases, 4994)
    assert not judged.not_judged
