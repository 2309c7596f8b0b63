"""`mingjing model`: the model that finds people in pictures."""

from pathlib import Path

import typer

from mingjing import settings as settings_of

app = typer.Typer(add_completion=False, help="The model that finds people in pictures.")


@app.callback()
def model() -> None:
    """The model that finds people in pictures."""


@app.command()
def fetch() -> None:
    """Fetch the default model, check and convert it, print where it is; done at once if it is there.

    Services never fetch anything.
    """
    from video.model import fetch as fetched
    from video.model import model_path

    path = model_path(settings_of.load().model_dir)
    fetched(path)
    print(path.absolute())


@app.command()
def status() -> None:
    """Say which model the sampler would use. Exit status not 0 if there is none, or it cannot be used."""
    from video.detector import load_description, load_detector
    from video.model import fault, model_path

    settings = settings_of.load()
    if settings.detector is not None:
        described = load_description(Path(settings.detector))
        load_detector(settings)  # says what is wrong with it
        print(
            f"{described.name}: {Path(settings.detector).parent / described.model}; licence: {described.licence or '?'}"
        )
        return
    path = model_path(settings.model_dir)
    wrong = fault(path) if path.is_file() else "it is not there"
    print(
        f"{path}: " + (f"{wrong}; run `mingjing model fetch`. Until then every window is unknown" if wrong else "ready")
    )
    if wrong:
        raise typer.Exit(1)
