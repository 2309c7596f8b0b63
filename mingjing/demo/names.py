"""What the simulated city's codes are called, for the pages."""

from collections.abc import Iterator

from mingjing.simulate import City
from mingjing.simulate.places import office, points
from mingjing.store import Name


def names(city: City) -> Iterator[Name]:
    """The names of the region, its departments, windows and officers; points and items have Chinese ones only."""
    yield Name("region", city.region, city.words["zh"], city.words["en"])
    for department in city.departments:
        yield Name("department", department.code, department.zh, department.en)
        for window in department.windows:
            yield Name("window", window.code, window.zh, window.en)
        yield Name("window", office(department), f"{department.zh}办公楼", f"{department.en}, own office")
        for officer in department.officers:
            yield Name("officer", officer.code, officer.zh, officer.en)
    for point in points(city):
        yield Name("department", point.code, point.name, point.code)
    for item in city.items:
        yield Name("item", item.code, item.name, item.name)
