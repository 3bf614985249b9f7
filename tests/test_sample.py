"""The sample scheme shows what there is to see."""

from datetime import datetime
from pathlib import Path

from coffee.insight import comments, feedback
from coffee.sample import write_sample
from coffee.scheme import answers, open_scheme, rounds


def test_there_is_something_of_everything(tmp_path: Path, now: datetime) -> None:
    """Stories that may be shared and one that may not, a report of selling, partners who disagree, and a trio."""
    write_sample(tmp_path / "sample.db", now)
    with open_scheme(tmp_path / "sample.db").reading() as db:
        said, history = answers.all_answers(db), rounds.history(db)
    texts = comments.written(said)
    stories = texts[texts["kind"] == "Story"]
    assert 0 < stories["may_share"].sum() < len(stories)
    assert stories["text"].nunique() > 2
    assert 0 < len(comments.selling(said)) < 6
    assert 0 < len(feedback.disagreements(history, said).dropna()) < 6
    assert (history.groupby("match").size() == 3).any()
