"""What an investigator does from the pages: notes, sealed files, exports, packs; each is in the sealed record first."""

from collections.abc import Sequence

import streamlit as st
from msgspec.structs import replace

from dashboards import service, who
from mingjing.errors import UsageError
from mingjing.investigation.files import Content
from mingjing.record.recorder import Draft, Recorder, recorder


@st.cache_resource(on_release=Recorder.close)
def record() -> Recorder:
    """This process's chain of the sealed record; UsageError where none is set up (desk_dsn, seal_dir)."""
    return recorder(service.current(), "dashboard")


def can_record() -> bool:
    """Whether anything can be recorded, and so done, here at all."""
    try:
        record()
    except UsageError:
        return False
    return True


def exported(what: str, rows: int, case_id: str = "") -> None:
    """Records that lines are taken out of the service, before they are."""
    draft = Draft(kind="export", case_id=case_id, body={"what": what, "rows": rows})
    record().append(who.person(), service.now(), draft)


def with_case(content: Content, case_id: str, findings: Sequence[str]) -> Content:
    """What a sealed file says once a case and its findings are in it."""
    return replace(content, cases=(*content.cases, case_id), findings=(*content.findings, *findings))
